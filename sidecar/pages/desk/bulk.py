"""`/desk/bulk`: one thing done to several cases, each told of by itself: what was done, and what was not and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response, request
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from sidecar.casework import preview, reply
from sidecar.casework.act_on import Standing, standing
from sidecar.domain.case import NotAllowed
from sidecar.domain.letters import Written
from sidecar.pages import refusals
from sidecar.pages.desk.act_forms import LONGEST, Form, form_of
from sidecar.pages.desk.acts import DO, Fault, faults_of
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.store.cases import Stale
from sidecar.store.permitted import NotPermitted, Unseen

blueprint = Blueprint("bulk", __name__, url_prefix="/desk/bulk", template_folder="templates")
refusals.install(blueprint)

MOST: Final = 50
"""Cases at once: more would keep a browser waiting, and a mistake would go too far."""
ACTS: Final = ("pick-up", "reply", "note", "transfer", "refer", "pause")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case; `fault` is empty where it was done."""

    number: int
    title: str
    fault: str


@blueprint.get("")
def choose() -> Response:
    """The cases that were ticked, and what is to be done with them."""
    return _page(at_desk(), request.args.getlist("case"), request.args.get("what", ""), {})


@blueprint.post("")
def do() -> Response:
    """Do it to each; one that fails holds up none of the others."""
    visitor = at_desk()
    given, what = request.form.getlist("case"), request.form.get("what", "")
    found = _cases(visitor, given)
    with force_locale(visitor.locale):
        asked = _asked(what, found, visitor)
        if asked is None:
            raise NotFound
        typed = {field.name: request.form.get(field.name, "").strip() for field in asked.fields}
        if request.form.get("fill") and (key := request.form.get("ready", "")) in {one for one, _label in asked.ready}:
            text = next(one.text for one in runtime().policy.desk.ready if one.key == key)
            return _page(visitor, given, what, typed | {"text": text.ar.strip(), "english": text.en.strip()})
        faults = faults_of(asked, typed)
        if faults or request.form.get("preview"):
            return _page(visitor, given, what, typed, faults=faults, previewed=not faults)
        done = [_one(visitor, one, what, typed) for one in found]
        failed = [str(one.number) for one in done if one.fault]
        return show(
            "desk/bulk_done.html", visitor, title=asked.title, done=done, failed=len(failed), typed=typed,
            fields=[field for field in asked.fields if typed[field.name] and field.options is None],
            again=failed, what=what,
        )  # fmt: skip


def _one(visitor: Visitor, found: Standing, what: str, typed: Mapping[str, str]) -> Outcome:
    number, version, fault = found.case.id, _version(found.case.id), ""
    try:
        own = form_of(what, found.case, visitor, found.references)
        if own is None or own.action not in found.actions:
            fault = _("You may not do this to it.")
        else:
            DO[what](visitor.viewer, number, _in_its_language(own, number, typed), version)
    except Fault as wrong:
        fault = wrong.words
    except (Stale, NotAllowed, NotPermitted, Unseen, ValueError, SQLAlchemyError) as error:
        fault = _why(error)
    return Outcome(number, _title(found, visitor.locale), fault)


def _version(number: int) -> int | None:
    given = request.form.get(f"version-{number}", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _why(error: Exception) -> str:
    words = {
        Stale: _("Somebody has changed it meanwhile."), NotAllowed: _("Its state does not allow this."),
        NotPermitted: _("You may not do this to it."), Unseen: _("You may not do this to it."),
        SQLAlchemyError: _("It could not be saved just now."),
    }  # fmt: skip
    return str(next((said for kind, said in words.items() if isinstance(error, kind)), _("This cannot be done to it.")))


def _in_its_language(own: Form, number: int, typed: Mapping[str, str]) -> Mapping[str, str]:
    """An answer in the words of whoever reads this one: of a case of one language, in that alone."""
    if not typed.get("english") or any(field.name == "english" for field in own.fields):
        return typed
    english = reply.readers(runtime(), number) == {"en"}
    return {**typed, "text": typed["english"] if english else typed["text"], "english": ""}


def _cases(visitor: Visitor, given: Sequence[str]) -> list[Standing]:
    """The ticked cases that this person may know of; others are as if they were not there."""
    numbers = list(dict.fromkeys(int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19))
    found = []
    for number in numbers[:MOST]:
        try:
            found.append(standing(runtime(), visitor.viewer, number))
        except Unseen:
            continue
    return found


def _asked(what: str, found: Sequence[Standing], visitor: Visitor) -> Form | None:
    """The form of an action for all of them: what one of them may choose."""
    if what not in ACTS or not found:
        return None
    form = form_of(what, found[0].case, visitor, {})
    if form is None:
        return None
    fields = []
    for field in form.fields:
        options = field.options
        if options is not None and len(found) > 1:
            others = [form_of(what, one.case, visitor, {}) for one in found[1:]]
            more = [pair for other in others if other for f in other.fields if f.name == field.name
                    for pair in f.options or ()]  # fmt: skip
            options = list(dict(pair for pair in [*options, *more]).items())
        fields.append(replace(field, options=options))
    if what == "reply" and all(field.name != "english" for field in fields):
        english = replace(fields[0], name="english", label=_("The same for those who read English"), needed=False)
        fields.append(english)
    return replace(form, fields=tuple(fields))


def _preview(
    visitor: Visitor, found: Sequence[Standing], what: str, typed: Mapping[str, str]
) -> tuple[int, list[tuple[str, Written]]] | None:  # fmt: skip
    """What the readers of the first of the cases to which it may be done will read, and which case that is."""
    for one in found:
        own = form_of(what, one.case, visitor, one.references)
        if own is None or not own.previews or own.action not in one.actions:
            continue
        said = _in_its_language(own, one.case.id, typed)
        try:
            letters = preview.preview(
                runtime(), visitor.viewer, one.case.id, own.previews, said.get("text", ""), said.get("english", "")
            )
        except Unseen:  # it was theirs to answer a moment ago
            continue
        return one.case.id, letters
    return None


def _title(found: Standing, locale: str) -> str:
    policy, case = runtime().policy, found.case
    category = policy.categories.get(case.category)
    return (category.label if category else policy.kinds[case.kind]).in_(locale)


def _page(
    visitor: Visitor, given: Sequence[str], what: str, typed: Mapping[str, str], *,
    faults: Mapping[str, str] | None = None, previewed: bool = False,
) -> Response:  # fmt: skip
    found = _cases(visitor, given)
    policy = runtime().policy
    with force_locale(visitor.locale):
        asked = _asked(what, found, visitor)
        of, letters = (_preview(visitor, found, what, typed) if previewed else None) or (None, [])
        forms = [(one, form_of(one, found[0].case, visitor, {})) for one in ACTS] if found else []
        answer = show(
            "desk/bulk.html", visitor, what=what if asked else "", form=asked, typed=typed, faults=faults or {},
            longest=LONGEST, most=MOST, too_many=len(given) > MOST,
            acts=[(one, form.title) for one, form in forms if form], of=of, letters=letters, previewed=previewed,
            # What was read before stays what was read: who sends after a preview overtakes nobody.
            rows=[(one.case.id, _version(one.case.id) or one.case.version, _title(one, visitor.locale),
                   policy.states[one.case.state].in_(visitor.locale)) for one in found],
        )  # fmt: skip
    if faults:
        answer.status_code = 422
    return answer
