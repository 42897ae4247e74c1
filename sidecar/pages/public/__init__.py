"""The public door: what somebody without an account finds."""
