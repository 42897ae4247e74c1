"""Why a field of an account is refused, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from sidecar.domain.accounts import SHORTEST, Wrong


def wrong(why: Wrong) -> str:
    """The sentence beside the field."""
    words = {
        Wrong.NEEDED: _("This is needed."),
        Wrong.TOO_LONG: _("This is too long, or holds a character that cannot be stored."),
        Wrong.SHORT: _("At least %(num)d letters are needed.", num=SHORTEST),
        Wrong.COMMON: _("This password is too easy to guess."),
        Wrong.SAME: _("This is too much like the user name, or the password before."),
        Wrong.TAKEN: _("Somebody has this already."),
        Wrong.NO_ADDRESS: _("This is no email address to which mail may go."),
        Wrong.UNKNOWN: _("This is not known here, or is wrong."),
        Wrong.NO_BODY: _("A supervisor belongs to a government body, and nobody else does."),
        Wrong.NO_DEPARTMENT: _("This role needs a department."),
        Wrong.MIXED: _("A supervisor handles no cases, so no other role goes with it."),
        Wrong.LAST: _("Somebody must remain who administers the accounts."),
        Wrong.ONESELF: _("Nobody ends the own account."),
        Wrong.LETTERS: _("Letters, digits and . _ - @ alone."),
    }
    return str(words[why])


def change_words(what: str) -> str:
    """What was done to an account."""
    words = {
        "added": _("added"), "changed": _("changed"), "ended": _("ended"), "back": _("active again"),
        "password_reset": _("new first password"), "signed_out": _("signed out everywhere"),
        "own_password": _("changed the own password"),
    }  # fmt: skip
    return str(words.get(what, what))
