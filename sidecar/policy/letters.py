"""The templates of what people are told: `messages/<language>/<cause>.txt`, the institute's own before ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sidecar.domain.letters import CAUSES, LOCALES, NAMES, Letter, placeholders
from sidecar.policy.faults import Fault, PolicyError

_SHIPPED: Final = Path(__file__).parents[1] / "messages"
_LONGEST_SUBJECT: Final = 200
_NEEDED: Final = {"reply": {"text"}, "question": {"text"}, "escalated": {"number"}, "certificate": {"text"},
                  "remind": {"text"}, "conditions": {"text"}, "ending": {"text"}, "never_in": {"text"},
                  "waiting": {"number"}}  # fmt: skip


def letters(directory: Path) -> dict[tuple[str, str], Letter]:
    """Every template by cause and language.

    Args:
        directory: the policy's; what its `messages` lacks is taken from those that ship.

    Raises:
        PolicyError: a template is missing, has no subject, or names what is never filled in; with file and line.
    """
    found: dict[tuple[str, str], Letter] = {}
    faults: list[Fault] = []
    for locale in LOCALES:
        for cause in CAUSES:
            own = directory / "messages" / locale / f"{cause}.txt"
            file = own if own.is_file() else _SHIPPED / locale / f"{cause}.txt"
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                faults.append(Fault(str(file), 1, cause, f"cannot be read: {type(error).__name__}"))
                continue
            faults += [Fault(str(file), line, cause, reason) for line, reason in _wrong(text, cause)]
            head, _, rest = text.partition("\n")
            found[cause, locale] = Letter(head.partition(":")[2].strip(), rest.strip() + "\n")
    if faults:
        raise PolicyError(faults)
    return found


def _wrong(text: str, cause: str) -> Iterator[tuple[int, str]]:
    head, _, rest = text.partition("\n")
    subject = head.partition(":")[2].strip()
    if not head.startswith("Subject:") or not subject or len(subject) > _LONGEST_SUBJECT:
        yield 1, "begins with `Subject:` and a subject of at most 200 letters"
    if not rest.strip():
        yield 2, "says nothing"
    named: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            here = placeholders(line)
        except ValueError as error:
            yield number, f"a brace is wrong: {error}"
            continue
        named |= here
        for name in sorted(here - NAMES):
            yield number, f"{{{name}}} is never filled in; there are {', '.join(sorted(NAMES))}"
    for name in sorted(_NEEDED.get(cause, set()) - named):
        yield 1, f"must hold {{{name}}}"
