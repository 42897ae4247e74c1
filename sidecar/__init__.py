"""Nidaa's sidecar: from a report pressed in class to the tier that can help."""
