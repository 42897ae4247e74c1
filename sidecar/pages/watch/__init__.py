"""Tier 1's wall: every live room at any time, to look at; and the major incidents, which tier 1 tells of and ends."""
