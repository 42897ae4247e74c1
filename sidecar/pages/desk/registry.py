"""`/desk/registry/`: exports of Manar are uploaded, read, looked at, taken over at once, and undone (P11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import force_locale
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from sidecar.casework import import_registry, read_registry, who
from sidecar.casework.read_registry import REFUSED, samples
from sidecar.domain.access import StaffRole, may_import_registry
from sidecar.domain.launch import Target
from sidecar.domain.registry import COLUMNS, MANAR, Column, NoSuchImport, masked
from sidecar.pages import moments, refusals, session
from sidecar.pages.desk import registry_preview
from sidecar.pages.desk import registry_words as words
from sidecar.pages.desk.account import in_thread
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.registered import seals

blueprint = Blueprint("registry", __name__, url_prefix="/desk/registry", template_folder="templates")
refusals.install(blueprint)

ROLES: Final = (
    StaffRole.REGISTRAR, StaffRole.DEPARTMENT_HEAD, StaffRole.ADMINISTRATIVE_MANAGER, StaffRole.ADMINISTRATOR,
)  # fmt: skip
_TYPED: Final = 64 * 1024  # bytes of a form beside its file
_PARTS: Final = 20


@blueprint.errorhandler(NoSuchImport)
def _absent(_error: NoSuchImport) -> Response:
    if request.args.get("part") == "state":
        return _come_to_an_end()
    return refusals.refuse(404, refusals.absent)


def _importer() -> Visitor:
    """Whoever may import something."""
    visitor = at_desk(*ROLES)
    if not import_registry.overview(runtime(), visitor.viewer).rules:
        raise NotFound
    return visitor


@blueprint.get("/")
def imports() -> Response:
    """When each register was imported last, the form for a file, and what was imported."""
    return _imports(_importer())


def _imports(visitor: Visitor, *, fault: str = "", source: str = MANAR, known: int = 0) -> Response:
    found = import_registry.overview(runtime(), visitor.viewer)
    keys = {key for row in found.rows for key in (row.taken_by, row.undone_by) if key}
    names = who.names(runtime(), keys)
    now, zone, locale = runtime().clock(), runtime().zone, visitor.locale
    with force_locale(locale):
        registers = [
            {
                "key": rules.key, "label": rules.label.in_(locale), "megabytes": rules.largest,
                "last": words.day(last, zone) if last else "",
                "stale": bool(last and now - last > rules.stale_after),
                "explains": rules.explains,
            }
            for rules in found.rules for last in (found.last[rules.key],)
        ]  # fmt: skip
        labels = {one["key"]: one["label"] for one in registers}
        rows = [
            {
                "href": url_for("registry.one", number=row.id), "number": row.id, "register": labels[row.source],
                "file": row.file_name, "digest": row.digest[:12], "rows": words.taken_rows(row.counts),
                "at": moments.day_and_clock(row.taken_at, zone, now), "by": names.get(row.taken_by, row.taken_by),
                "undone": moments.day_and_clock(row.undone_at, zone, now) if row.undone_at else "",
                "undone_by": names.get(row.undone_by or "", row.undone_by),
            }
            for row in found.rows
        ]  # fmt: skip
        same = next((row for row in rows if row["number"] == known), None)
        answer = show(
            "desk/registry/home.html", visitor, registers=registers, rows=rows, fault=fault, source=source, same=same,
            done=request.args.get("done", ""), people=_people(), seals=seals(runtime()),
        )  # fmt: skip
    if fault:
        answer.status_code = 422
    return answer


@blueprint.post("/")
def upload() -> Response:
    """Keep a file and look at it. The very same file again changes nothing, and the page says so."""
    if not _read_form():
        return refusals.refuse(413, words.too_large)
    visitor = _importer()
    source, file = request.form.get("source", MANAR), request.files.get("file")
    with force_locale(visitor.locale):
        if file is None or not file.filename:
            return _imports(visitor, fault=words.unfit("nothing"), source=source)
        try:
            number = import_registry.upload(
                runtime(), visitor.viewer, source, file.filename, file.stream, in_thread=in_thread
            )
        except import_registry.Known as known:
            return _imports(visitor, source=source, known=known.number)
        except REFUSED as unfit:
            return _imports(visitor, fault=words.refused(unfit), source=source)
    return redirect(url_for("registry.columns", number=number), 303)  # type: ignore[return-value]


def _read_form() -> bool:
    """Read the form with its file: none of it is read for whoever may not import. False where it is too large."""
    viewer = session.viewer(Target.DESK)
    if viewer is None or request.mimetype != "multipart/form-data":
        return True
    imported = [one for one in runtime().policy.registries.values() if one.imported]
    mine = [one for one in imported if may_import_registry(viewer, one.department)]
    if not mine:
        raise NotFound
    request.max_content_length = (max(one.largest for one in mine) << 20) + _TYPED
    # Werkzeug counts what it has just read of the file, 64 KiB, on top of a line's end that it looks at again.
    request.max_form_memory_size, request.max_form_parts = 2 * _TYPED, _PARTS
    try:
        return request.form is not None
    except RequestEntityTooLarge:
        for file in g.pop("nidaa_files", ()):
            file.close()
        request.__dict__["form"] = request.__dict__["files"] = ImmutableMultiDict()
        return False


@blueprint.get("/<int:number>/columns")
def columns(number: int) -> Response:
    """How the file is read: encoding, delimiter, and which column holds what, all guessed and all to be changed.

    Where it was read and given up, how that was, and why.
    """
    visitor = _importer()
    row = import_registry.one(runtime(), visitor.viewer, number, "uploaded", "read")
    why = None if request.args else read_registry.refusal(row)
    if why is None:
        return _columns(visitor, number, request.args)
    with force_locale(visitor.locale):
        fault = words.unfit_at(*why)
        try:
            return _columns(visitor, number, request.args, fault, status=200)
        except NoSuchImport:  # its file has gone
            return _imports(visitor, fault=fault, source=row.source)


def _columns(visitor: Visitor, number: int, typed: Mapping[str, str], fault: str = "", status: int = 422) -> Response:
    row = import_registry.one(runtime(), visitor.viewer, number, "uploaded", "read")
    with force_locale(visitor.locale):
        try:
            look, guessed = read_registry.look(
                runtime(), row, in_thread, encoding=words.ENCODINGS.get(typed.get("encoding", "")),
                delimiter=words.DELIMITERS.get(typed.get("delimiter", "")),
            )  # fmt: skip
        except REFUSED as unfit:
            if "encoding" in typed and not fault:  # chosen by hand, and it does not fit: as it was found, and why
                return _columns(visitor, number, {}, words.refused(unfit))
            return _imports(visitor, fault=words.refused(unfit), source=row.source)
        chosen = _chosen(row.source, typed) if "read" in typed else guessed
        answer = show(
            "desk/registry/columns.html", visitor, number=number, file=row.file_name, look=look, fault=fault,
            register=runtime().policy.registries[row.source].label.in_(visitor.locale),
            encodings=words.encodings(), delimiters=words.delimiters(),
            delimiter=words.delimiter_key(look.delimiter),
            options=[(at, f"{words.letter(at + 1)} · {masked(said)}") for at, said in enumerate(look.headings)],
            fields=[(str(one), words.column(one), one in words.NEEDED, chosen.get(str(one))) for one in
                    COLUMNS[row.source]],
            letters=[words.letter(place + 1) for place in range(len(look.headings))],
            headings=[masked(one) for one in look.headings],
            sample=[[masked(one) for one in cells] for cells in look.sample],
            course=typed.get("course", row.choice.get("course", "")), courses=samples(runtime()),
            everybody=row.lists_everybody or typed.get("everybody") == "1",
        )  # fmt: skip
    if fault:
        answer.status_code = status
    return answer


def _people() -> int | None:
    """How many an import that was just taken over is about."""
    said = request.args.get("people", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _COUNTED else None


_COUNTED: Final = 7  # digits of people
_PLACES: Final = 4  # digits of a column's place


def _chosen(source: str, typed: Mapping[str, str]) -> dict[str, int]:
    said = {str(column): typed.get(f"column-{column}", "") for column in COLUMNS[source]}
    return {
        column: int(place)
        for column, place in said.items()
        if place.isascii() and place.isdigit() and len(place) < _PLACES
    }


@blueprint.post("/<int:number>/<what>")
def act(number: int, what: str) -> Response:
    """Have the file read with its columns, take it over, undo that, or leave it."""
    visitor = _importer()
    if what == "columns":
        return _read(visitor, number)
    doing = {"take": import_registry.take_over, "undo": import_registry.undo, "drop": import_registry.drop}.get(what)
    if doing is None:
        raise NotFound
    try:
        doing(runtime(), visitor.viewer, number)
    except import_registry.Known as known:
        return _imports(visitor, known=known.number)
    people = import_registry.touched(runtime(), number) if what == "take" else None
    return redirect(url_for("registry.imports", people=people, done=what), 303)  # type: ignore[return-value]


def _read(visitor: Visitor, number: int) -> Response:
    row = import_registry.one(runtime(), visitor.viewer, number, "uploaded", "read")
    typed, chosen = request.form, _chosen(row.source, request.form)
    with force_locale(visitor.locale):
        try:
            look, _guessed = read_registry.look(
                runtime(), row, in_thread, encoding=words.ENCODINGS.get(typed.get("encoding", "")),
                delimiter=words.DELIMITERS.get(typed.get("delimiter", "")),
            )  # fmt: skip
            places = {Column(key): place for key, place in chosen.items() if place < len(look.headings)}
            course = typed.get("course", "").strip()[:300]
            if fault := words.lacking(row.source, places, course):
                return _columns(visitor, number, typed, fault)
            read_registry.want(
                runtime(), visitor.viewer, row, look, places, course="" if Column.COURSE in places else course,
                lists_everybody=typed.get("everybody") == "1",
            )  # fmt: skip
        except REFUSED as unfit:
            return _columns(visitor, number, typed, words.refused(unfit))
    return redirect(url_for("registry.one", number=number), 303)  # type: ignore[return-value]


@blueprint.get("/<int:number>")
def one(number: int) -> Response:
    """One import: what was matched by what, what was not and why, and what becomes of it.

    While it is read, how far that is; `?part=state` that alone.
    """
    visitor = _importer()
    row = import_registry.one(runtime(), visitor.viewer, number)
    progress = read_registry.progress(row)
    if progress is not None:
        return _waiting(visitor, row, progress)
    if request.args.get("part") == "state":
        return _come_to_an_end()
    if row.state == "uploaded":
        return redirect(url_for("registry.columns", number=number), 303)  # type: ignore[return-value]
    if row.state == "dropped":
        return redirect(url_for("registry.imports", done="drop"), 303)  # type: ignore[return-value]
    return registry_preview.page(visitor, row)


def _come_to_an_end() -> Response:
    """Let the page load anew: it says which end."""
    answer = Response("")
    answer.headers["HX-Refresh"] = "true"
    return answer


def _waiting(visitor: Visitor, row: Any, progress: Any) -> Response:
    with force_locale(visitor.locale):
        template = "reading_state" if request.args.get("part") == "state" else "reading"
        return show(
            f"desk/registry/{template}.html", visitor, number=row.id, file=row.file_name,
            said=words.read_so_far(progress), state_url=url_for("registry.one", number=row.id, part="state"),
            register=runtime().policy.registries[row.source].label.in_(visitor.locale),
        )  # fmt: skip
