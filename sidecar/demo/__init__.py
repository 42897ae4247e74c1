"""`nidaa demo`: a lively class played on the embedded default, by real processes over real HTTP.

Where things are:
    play.py        the whole evening: set up, play, check, stay, clear away
    home.py        the folder, its generated secrets and the environment of the children
    processes.py   starting, watching and ending the children
    lms.py         the LMS stand-in, with recordings/ (recorded on a real Moodle, unchanged);
                   classmates.py lays this class over them, plugin.py answers what our plugin would
    cast.py        who is in the class, and where      sending.py  their signed reports
    story.py, acts.py  what happens, in order; staff act by sidecar/casework      stage.py  what the acts play on
    expecting.py   what must have been seen in the database
    watching.py    one look at the database
    show.py, screen.py, lines.py, words.py, picture.py   how it is shown

The README's picture is what one class really showed: `python -m sidecar.demo --once --picture docs/demo.svg`.

What shouldn't be here: anything that another package needs. The demo reads the store and does what people do; it never
writes a row of its own.
"""
