"""How a report's reader is answered, as the page asks it (P6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from sidecar.casework import prefer
from sidecar.domain.report import ContactPreference
from sidecar.pages.session import Visitor, runtime


@dataclass(frozen=True, slots=True)
class Way:
    """What the form of this shows; `chosen` is empty for however is easiest."""

    choices: list[tuple[str, str, str]]
    chosen: str
    now: str
    email: str
    phone: str
    by_email: bool
    may_give: bool


def shown(key: uuid.UUID, visitor: Visitor | None, *, typed_anew: bool) -> Way | None:
    """What may be chosen now; None where nobody is answered here, or there is nothing to choose.

    Args:
        typed_anew: a form of this was refused: what it held is shown again.
    """
    found = prefer.ways(runtime(), key, visitor.person_id if visitor else None)
    if found is None or not found.offered:
        return None
    known = {ContactPreference.EMAIL: found.email, ContactPreference.CALL: found.phone,
             ContactPreference.SMS: found.phone, ContactPreference.WHATSAPP: found.phone}  # fmt: skip
    choices = [("", _words(None), "")] + [(one.value, _words(one), known.get(one, "")) for one in found.offered]
    typed = request.form if typed_anew else {}
    return Way(
        choices=choices, chosen=typed.get("preference", found.now or ""),
        now=_words(found.now if found.now in found.offered else None),
        email=typed.get("email", ""), phone=typed.get("phone", ""),
        by_email=ContactPreference.EMAIL in found.offered, may_give=found.may_give,
    )  # fmt: skip


def _words(way: ContactPreference | None) -> str:
    words = {
        None: _("However is easiest for you"), ContactPreference.EMAIL: _("By email"),
        ContactPreference.CALL: _("By telephone"), ContactPreference.LMS: _("On the platform"),
        ContactPreference.SMS: _("By SMS"), ContactPreference.WHATSAPP: _("By WhatsApp"),
    }  # fmt: skip
    return str(words[way])
