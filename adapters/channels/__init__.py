"""The ways in which people are told something outside the LMS; one file for each."""
