"""Learning management systems: `port.py` says what the house asks, one file per system answers it."""
