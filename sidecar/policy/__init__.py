"""The institute's policy: TOML that cites its clause (P1–P16), and the loader that refuses what makes no sense."""
