"""A reporter's own pages: all of one's reports by launch, and one of them by its signed link."""
