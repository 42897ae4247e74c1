"""The room manager's pages: the board of a live room, my rooms now, and the summary after class (P1, P2)."""
