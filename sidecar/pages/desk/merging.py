"""Whether two cases are one is asked once more, with both in sight: a number is easily mistyped."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request
from flask_babel import force_locale

from sidecar.casework import act_on, merge, queues
from sidecar.domain.access import Viewer
from sidecar.domain.case import Case
from sidecar.domain.folding import digits_of_one_kind
from sidecar.pages.desk.frame import show
from sidecar.pages.desk.rows import row_of
from sidecar.pages.session import Visitor, runtime


class Several(Exception):
    """What was typed leads to no case, or to more than one."""

    def __init__(self, *, some: bool) -> None:
        super().__init__()
        self.some = some


class Asks(Exception):
    """Nothing has been done yet: these two are shown first, the one that stays before the one that goes."""

    def __init__(self, pair: Sequence[Case]) -> None:
        super().__init__()
        self.pair = pair


def do(viewer: Viewer, number: int, typed: str, version: int | None) -> None:
    """Merge what was confirmed; what is only typed is asked about.

    Raises:
        Asks, Several, and what `merge.merge` raises.
    """
    sure = _number("sure")
    if sure is not None and typed == str(sure):
        merge.merge(runtime(), viewer, number, sure, version=version, others_version=_number("others_version"))
        return
    lines, _first = queues.found(runtime(), viewer, typed)
    others = [line.case.id for line in lines if line.case.id != number]
    # Somebody's words may hold the very number that another case has.
    exactly = [one for one in others if str(one) == digits_of_one_kind(typed)]
    found = exactly or others
    if len(found) != 1:
        raise Several(some=bool(found))
    raise Asks(merge.pair(runtime(), viewer, number, found[0], version=version))


def page(visitor: Visitor, number: int, pair: Sequence[Case]) -> Response:
    """Both cases, which one stays, and the press that makes them one."""
    act_on.look(runtime(), visitor.viewer, number)  # the look at the other was kept when it was found
    lines, first = queues.lines_of(runtime(), pair)
    about = queues.about(runtime(), lines)
    here, other = sorted(pair, key=lambda case: case.id != number)
    with force_locale(visitor.locale):
        rows = [
            row_of(line, first.get(line.case.id), {}, visitor, named=True, about=about.get(line.case.id, ""))
            for line in lines
        ]
        return show("desk/merge.html", visitor, here=here, other=other, stays=rows[0], goes=rows[1])


def _number(name: str) -> int | None:
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
