"""Decisions, pure: the standard library alone, `now` always an argument, no input or output.

What should not be here: anything that reads a clock, a database, a file, an environment variable or the network.
"""
