"""The class on a terminal: five panels that fit 80 by 24 and use more where there is more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rich.layout import Layout
from rich.panel import Panel
from rich.text import Text

from sidecar.demo.cast import ACTORS
from sidecar.demo.lines import Cell, line
from sidecar.demo.stage import Stage
from sidecar.demo.watching import Arrival, Found, Happened, Listed, Look
from sidecar.demo.words import ACTIONS, FACTS, TIERS, isolated, text, value_of
from sidecar.domain.case import State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.institute import Label
from sidecar.domain.policy import Target
from sidecar.store.cases import ITSELF

# The dark tokens of the product's design; red only for what is late, failed or missing.
QUIET: Final = "#98a5ad"
ACCENT: Final = "#7ccfdd"
LATE: Final = "bold #ff8f80"
SOON: Final = "#f3c56d"
GOOD: Final = "#8bd9a6"
HOLD: Final = "#c8b9f2"
_SOON_WITHIN: Final = timedelta(minutes=5)

SMALLEST: Final = (80, 24)


class Screen:
    """Turns a look at the database into a picture of `width` by `height` cells."""

    def __init__(self, stage: Stage, lang: str) -> None:
        self._stage = stage
        self._lang = lang
        self._zone = ZoneInfo(stage.runtime.policy.timezone)

    def draw(self, seen: Look, width: int, height: int) -> Layout:
        """The whole screen."""
        left = width * 11 // 20
        right = width - left
        above = 3 if self._stage.start_page else 2
        body = height - above
        rooms, facts, arriving = body * 3 // 10, body * 3 // 10, body * 4 // 10
        queues, timeline = body - rooms - facts, body - arriving
        whole = Layout()
        whole.split_column(Layout(self._header(seen, width), size=above), Layout(name="body"))
        whole["body"].split_row(Layout(name="left", size=left), Layout(name="right", size=right))
        whole["left"].split_column(
            Layout(self._rooms(seen, left, rooms), size=rooms),
            Layout(self._queues(seen, left, queues), size=queues),
            Layout(self._facts(seen, left, facts), size=facts),
        )
        whole["right"].split_column(
            Layout(self._arriving(seen, right, arriving), size=arriving),
            Layout(self._timeline(seen, right, timeline), size=timeline),
        )
        return whole

    def _header(self, seen: Look, width: int) -> Text:
        elapsed = int((seen.at - self._stage.curtain_at).total_seconds())
        up = self._stage.lms_up
        clock = f"{elapsed // 60:02}:{elapsed % 60:02}"
        title = "Nidaa · نداء" if self._lang == "en" else "نداء · Nidaa"
        first = line(
            width,
            Cell(title, f"bold {ACCENT}"),
            Cell(clock, "bold"),
            Cell("·", QUIET),
            Cell(f"{seen.reports} {self._text('reports')}"),
            Cell("→", QUIET),
            Cell(f"{seen.cases} {self._text('cases')}"),
            Cell("·", QUIET),
            Cell("●" if up else "▲", GOOD if up else LATE),
            Cell(self._text("lms_up" if up else "lms_down"), GOOD if up else LATE),
            Cell("·" if seen.pending else "", QUIET),
            Cell(f"{seen.pending} {self._text('pending')}" if seen.pending else "", SOON),
        )
        scene = self._stage.scene
        lines = [first, line(width, Cell("▶", ACCENT), Cell(scene.in_(self._lang), "bold"))]
        if self._stage.start_page:
            lines.append(line(width, Cell(self._text("start_page"), QUIET), Cell(self._stage.start_page, ACCENT)))
        return Text("\n").join(lines)

    def _rooms(self, seen: Look, width: int, height: int) -> Panel:
        inner, room_for = width - 4, height - 2
        rows = [self._incident(one, inner) for one in seen.incidents]
        return self._panel("rooms", rows, inner, room_for, empty="quiet")

    def _incident(self, one: Listed, width: int) -> Text:
        case = one.case
        style = GOOD if not case.is_open else LATE if one.rooms else SOON if case.severity <= 2 else ""
        roomy = width >= 50
        if one.rooms:
            counter = f"{one.rooms} {self._text('rooms_of')}"
        else:
            counter = ("●" * min(case.reports, 13) + " " if roomy else "×") + str(case.reports)
        where = one.room.in_(self._lang) if one.room else ""
        tail = [Cell(self._text("solved"), GOOD)] if not case.is_open else []
        if case.overdue and case.is_open:
            tail.append(Cell(self._text("late"), LATE))
        if case.affected and case.is_open and roomy:
            tail.append(Cell(f"· {case.affected} {self._text('affected')}", QUIET))
        mark = "▲" if one.rooms else "✓" if not case.is_open else "·" if case.parent_id else "●"
        what, counted = self._both(one.what, roomy, style), Cell(counter, style)
        order = [*what, Cell(where, QUIET), counted] if roomy else [counted, *what, Cell(where, QUIET)]
        return line(width, Cell(mark, style), Cell(f"#{case.id}", QUIET, 3), *order, *tail)

    def _queues(self, seen: Look, width: int, height: int) -> Panel:
        inner, room_for = width - 4, height - 2
        waiting = [one for queue in seen.queues.values() for one in queue]
        waiting.sort(key=lambda one: (one.due_at is None, one.due_at or one.case.opened_at))
        rows = [self._waiting(one, seen.at, inner) for one in waiting]
        return self._panel("queues", rows, inner, room_for, empty="nobody")

    def _waiting(self, one: Listed, now: datetime, width: int) -> Text:
        """The clock first, then whose it is, then what."""
        case = one.case
        clause = _clause(one.target) if one.target else ""
        secret = [Cell(f"({self._text('confidential')})", HOLD)] if case.confidential else []
        taken = [Cell("✓", GOOD)] if case.state is State.IN_PROGRESS else []
        return line(
            width,
            _clock_cell(one.due_at, now, self._lang),
            *([Cell(clause, ACCENT, 3)] if width >= 50 else []),
            Cell(TIERS[case.tier].in_(self._lang), ACCENT, 7),
            Cell(f"#{case.id}", QUIET, 3),
            Cell(one.what.in_(self._lang), LATE if case.severity == 1 else ""),
            Cell(f"· P8 {_duration(one.answer_by - now, self._lang)}" if one.answer_by else "", SOON),
            *secret,
            *taken,
            Cell("·" if one.target else "", QUIET),
            Cell(one.target.label.in_(self._lang) if one.target else "", QUIET),
        )

    def _arriving(self, seen: Look, width: int, height: int) -> Panel:
        inner, room_for = width - 4, height - 2
        return self._panel("arriving", [self.arrival(one, inner) for one in seen.arrivals], inner, room_for)

    def arrival(self, one: Arrival, width: int) -> Text:
        case = f"→ #{one.case_id}" if one.case_id else "→ …"
        # Who complains, and about whom, is for those who handle it (P16).
        who = self._text("confidential") if one.confidential else one.who
        named = [Cell(who, HOLD if one.confidential else QUIET, 14)] if width >= 40 else []
        return line(
            width, Cell(f"{one.at.astimezone(self._zone):%H:%M:%S}", QUIET), Cell(case, ACCENT, 5), *named,
            Cell(one.what.in_(self._lang)), Cell("·" if one.room else "", QUIET),
            Cell(one.room.in_(self._lang) if one.room else "", QUIET),
        )  # fmt: skip

    def _facts(self, seen: Look, width: int, height: int) -> Panel:
        inner, room_for = width - 4, height - 2
        return self._panel("facts", [self.fact(one, inner) for one in seen.found], inner, room_for)

    def fact(self, one: Found, width: int) -> Text:
        if one.status is FactsStatus.PENDING:
            return line(width, Cell("…", SOON), Cell(one.who, "", 14), Cell(self._text("asking"), SOON))
        name = FACTS[one.name].in_(self._lang) if one.name and one.name in FACTS else one.name or str(one.status)
        lacking = one.name is not None and (one.value in {None, "inactive", "invalid"} or self._too_little(one.value))
        mark = Cell("○", LATE) if lacking else Cell("●", GOOD)
        value = value_of(one.value, self._lang) if one.name else ""
        return line(
            width, mark, Cell(one.who, "", 14), Cell(name), Cell(value, LATE if lacking else GOOD),
            Cell(f"· {one.source}" if one.source else "", QUIET),
        )  # fmt: skip

    def _too_little(self, value: object) -> bool:
        """An attendance rate below what a certificate needs."""
        return isinstance(value, float) and value < self._stage.runtime.policy.certificate.attendance_threshold

    def _timeline(self, seen: Look, width: int, height: int) -> Panel:
        inner, room_for = width - 4, height - 2
        return self._panel("timeline", [self.happened(one, inner) for one in seen.timeline], inner, room_for)

    def happened(self, one: Happened, width: int) -> Text:
        """One line of a timeline."""
        actor = ACTORS[one.actor].in_(self._lang) if one.actor in ACTORS else one.actor
        action = ACTIONS[one.action].in_(self._lang) if one.action in ACTIONS else one.action
        late = one.action in {"overdue", "escalate"}
        done = one.action in {"solve", "verify", "reply"}
        return line(
            width, Cell(f"{one.at.astimezone(self._zone):%H:%M:%S}", QUIET), Cell(f"#{one.case_id}", ACCENT, 3),
            Cell(action, LATE if late else GOOD if done else ""), Cell("·", QUIET),
            Cell(self._told(one.data) or (one.what.in_(self._lang) if one.actor == ITSELF else actor), QUIET),
        )  # fmt: skip

    def _told(self, data: Mapping[str, object]) -> str:
        """Whom an alert went to, where one did."""
        told = data.get("told")
        return f"→ {told}" if isinstance(told, str) else ""

    def _panel(self, title: str, rows: list[Text], inner: int, room_for: int, *, empty: str = "") -> Panel:
        if not rows and empty:
            rows = [line(inner, Cell(self._text(empty), QUIET))]
        if len(rows) > room_for:
            more = len(rows) - room_for + 1
            keep_count = title in {"rooms", "queues"}  # of news only the latest matter
            rest = [line(inner, Cell(f"+ {more} {self._text('more')}", QUIET))] if keep_count else []
            rows = rows[: room_for - len(rest)] + rest
        return Panel(
            Text("\n").join(rows), title=f"[{ACCENT}]{isolated(self._text(title))}[/]", title_align="left",
            border_style="#2a343b", height=room_for + 2,
        )  # fmt: skip

    def _both(self, label: Label, both: bool, style: str) -> list[Cell]:  # noqa: FBT001  # private, read once
        """The label; beside the English one the institute's own Arabic, where there is room."""
        cells = [Cell(label.in_(self._lang), style)]
        return [*cells, Cell(label.ar, QUIET)] if both and self._lang == "en" else cells

    def _text(self, key: str) -> str:
        return text(key, self._lang)


def _clock_cell(due_at: datetime | None, now: datetime, lang: str) -> Cell:
    if due_at is None:
        return Cell("—", QUIET, 10, right=True)
    left = due_at - now
    if left < timedelta(0):
        return Cell(f"{text('late', lang)} {_duration(-left, lang)}", LATE, 10, right=True)
    return Cell(_duration(left, lang), SOON if left < _SOON_WITHIN else "", 10, right=True)


def _clause(target: Target) -> str:
    """The clause that a target rests on most."""
    return target.clause.rpartition(",")[2].strip()


def _duration(span: timedelta, lang: str) -> str:
    seconds = int(span.total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days} ي {hours} س" if lang == "ar" else f"{days}d {hours:02}h"
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
