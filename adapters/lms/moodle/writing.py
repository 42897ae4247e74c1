"""Certificate data that a trainer confirmed, into the profile fields that are mapped, and nothing else of an account.

`core_user_update_users` could change passwords and addresses too: only a telephone column or a custom profile field is
ever named here, whatever the mapping says. Moodle passes over a custom field that it does not have, without a word,
and refuses a person inside an answer that is a success: who writes looks again afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import fields

from adapters.deadlines import Budget
from adapters.errors import AdapterError, Refused
from adapters.http import Secret
from adapters.lms.moodle.profiles import COLUMNS, NATIONAL_ID
from adapters.lms.moodle.web_service import WebService
from adapters.lms.moodle.wire import Shape, Text
from adapters.lms.port import WRITABLE, Finding

UPDATE = "core_user_update_users"
_TELEPHONES = frozenset({"phone1", "phone2"})
_NOBODY = "999999999999"  # asking to change nobody: the capability is looked at first
_COSTS = "what trainers confirm is not written: a registrar enters it (sites file, writes)"


class _Warning(Shape):
    warningcode = Text(load_default="", allow_none=True)


class _Updated(Shape):
    warnings = fields.List(fields.Nested(_Warning), load_default=list)


_UPDATED = _Updated()


def unwritable(mapping: Mapping[str, str], writes: Collection[str]) -> str | None:
    """The first of these fields that may not be written: not one of ours, or mapped to more than a profile's field."""
    for name in writes:
        theirs = mapping.get(name)
        column = theirs in COLUMNS or theirs in {"username", "password", "auth"}
        if name not in WRITABLE or not theirs or (column and not (name == "phone" and theirs in _TELEPHONES)):
            return name
    return None


class Writing:
    """Writes to the profiles of one site.

    Args:
        mapping: our field's name to Moodle's.
        writes: which of them the site lets us write.

    Raises:
        ValueError: one of them may never be written.
    """

    def __init__(self, service: WebService, mapping: Mapping[str, str], writes: Collection[str]) -> None:
        if (name := unwritable(mapping, writes)) is not None:
            raise ValueError(f"{name} is mapped to what is never written")
        self._service = service
        self._theirs = {name: mapping[name] for name in writes}

    def write(self, person_id: str, values: Mapping[str, str], budget: Budget) -> None:
        user: dict[str, Any] = {"id": person_id}
        custom: list[dict[str, str | Secret]] = []
        for name, value in values.items():
            theirs = self._theirs.get(name)
            if theirs is None:
                raise ValueError(f"{name} is not written at this site")
            if theirs in _TELEPHONES:
                user[theirs] = value
            else:
                custom.append({"type": theirs, "value": Secret(value) if name == NATIONAL_ID else value})
        if custom:
            user["customfields"] = custom
        self._update(user, budget)

    def check(self, budget: Budget) -> list[Finding]:
        """Whether it could be done, tried out on nobody; nothing where the site writes nothing."""
        if not self._theirs:
            return []
        if not self._service.offers(UPDATE, budget):
            return [Finding("warning", f"function {UPDATE} is missing", _COSTS)]
        try:
            self._update({"id": _NOBODY}, budget)
        except Refused as error:
            if error.code == "invaliduserid":
                return []
            missing = "capability moodle/user:update is missing" if error.code == "nopermissions" else error.reason
            return [Finding("warning", missing, _COSTS)]
        except AdapterError as error:
            return [Finding("warning", error.reason, "whether profiles can be written could not be tried out")]
        return []

    def _update(self, user: Mapping[str, Any], budget: Budget) -> None:
        told = self._service.call(UPDATE, {"users": [user]}, _UPDATED, budget)
        for warning in told["warnings"]:
            code = warning["warningcode"] or "not_updated"
            code = code if _is_code(code) else "not_updated"
            raise Refused(f"{UPDATE}: {code}", code=code)


def _is_code(text: str) -> bool:
    return text.isascii() and len(text) <= 64 and text.replace("_", "").replace("/", "").isalnum()
