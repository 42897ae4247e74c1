"""What all desk pages have around them: who looks, the sections that are theirs, and how they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, current_app, request, url_for
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.domain.access import StaffRole, Viewer, may_import_registry
from sidecar.domain.launch import Target
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.pages.shell.views import page

HANDLERS: Final = frozenset(
    {
        StaffRole.AGENT_1, StaffRole.LEAD, StaffRole.AGENT_2, StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY,
        StaffRole.REGISTRAR, StaffRole.ADMINISTRATIVE_MANAGER,
    }
)  # fmt: skip
"""Who handles cases."""
CALLERS: Final = HANDLERS - {StaffRole.REGISTRAR}
"""Who calls people, and writes down for those who call."""
_TIERS: Final = frozenset({StaffRole.AGENT_1, StaffRole.LEAD, StaffRole.AGENT_2, StaffRole.ADMINISTRATIVE_MANAGER})


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the bar.

    Attributes:
        endpoint: of its first page; the blueprint before the dot is what makes an entry the current one.
        roles: whose it is …
        only: … among them, those of whom this holds.
    """

    endpoint: str
    label: Any
    icon: str
    roles: frozenset[StaffRole]
    only: Callable[[Viewer], bool] = lambda _viewer: True


def _imports_registers(viewer: Viewer) -> bool:
    rules = [one for one in runtime().policy.registries.values() if one.on and one.imported]
    return any(may_import_registry(viewer, one.department) for one in rules)


SECTIONS: Final = (
    Section("desk.queue", lazy_gettext("Queue"), "inbox", HANDLERS),
    Section("today.today", lazy_gettext("Today"), "clock", HANDLERS),
    Section("behalf.find", lazy_gettext("Log on behalf"), "headset", CALLERS),
    Section("calls.waiting", lazy_gettext("Telephone calls"), "phone", CALLERS),
    Section("alerts.mine", lazy_gettext("Alerts"), "bell-ring", HANDLERS),
    Section("watch.wall", lazy_gettext("Live rooms"), "monitor", _TIERS),
    Section("duty.now", lazy_gettext("On duty"), "users", HANDLERS | {StaffRole.ADMINISTRATOR}),
    Section(
        "oversight.home", lazy_gettext("Oversight"), "clipboard-list",
        frozenset({StaffRole.SUPERVISOR, StaffRole.ADMINISTRATIVE_MANAGER}),
    ),
    Section(
        "registry.imports", lazy_gettext("Manar"), "badge-check",
        frozenset({StaffRole.REGISTRAR, StaffRole.DEPARTMENT_HEAD, StaffRole.ADMINISTRATIVE_MANAGER,
                   StaffRole.ADMINISTRATOR}), _imports_registers,
    ),
    Section("people.everybody", lazy_gettext("Accounts"), "user-cog", frozenset({StaffRole.ADMINISTRATOR})),
)  # fmt: skip


_WITHIN: Final = {"rota": "duty"}
"""Pages that stand within another entry of the bar."""


def at_desk(*roles: StaffRole, read: Callable[[], object] | None = None) -> Visitor:
    """Whoever is signed in to the desk.

    Args:
        roles: one of them at least is needed; without any named, whoever handles cases.
        read: as of `signed_in`.

    Raises:
        SignedOut, Forged, Untakeable
        NotFound: none of the roles: for such a person the page does not exist.
    """
    visitor = signed_in(Target.DESK, read)
    if visitor.viewer.roles.isdisjoint(roles or HANDLERS):
        raise NotFound
    return visitor


def sections(visitor: Visitor) -> list[dict[str, Any]]:
    """The entries of the bar for this person; the first is where the desk begins for them."""
    here = request.blueprint
    return [
        {
            "href": url_for(one.endpoint),
            "label": one.label,
            "icon": one.icon,
            "current": one.endpoint.partition(".")[0] == _WITHIN.get(here or "", here),
        }
        for one in SECTIONS
        if one.endpoint in current_app.view_functions
        and not visitor.viewer.roles.isdisjoint(one.roles)
        and one.only(visitor.viewer)
    ]


def show(template: str, visitor: Visitor, **context: Any) -> Response:
    """A desk page for its visitor."""
    with force_locale(visitor.locale):
        held = [runtime().policy.roles[role].in_(visitor.locale) for role in StaffRole if role in visitor.viewer.roles]
        return page(
            template,
            visitor.locale,
            visitor=visitor,
            nav=sections(visitor),
            role=_(", ").join(held),
            leave_url=url_for("entry.leave_desk"),
            **context,
        )
