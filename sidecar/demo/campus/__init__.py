"""The campus: what people see of the demo in a browser. It plays the LMS's own pages, and mints the LMS's tokens.

A start page leads to the classroom as a trainee (a phone beside it), to the board as room manager, to tier 1's wall,
and lets the whole class press at once. The button in the classroom is the very core that the Moodle plugin carries.
"""
