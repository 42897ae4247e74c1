"""What people do with a case: one file per family of commands, none importing another.

Each command takes the runtime, who acts (`Viewer`), which case, and the version that person saw; it checks
`domain/access.py`, moves the case by the table of transitions, and appends to the timeline, in one transaction.
What should not be here: HTTP, pages, and what happens by itself (journey).
"""
