"""Staff in tests: appointed in the database, and let in to the desk."""

from __future__ import annotations

from typing import Any

from sidecar.domain.access import StaffRole, Viewer
from sidecar.store import staff
from tests.worlds import SITE, World


def appoint(world: World, key: str, *roles: StaffRole, **changes: Any) -> Viewer:
    """Somebody works here from now on; a bare number is a person of the site.

    Args:
        changes: other columns of `staff`: name, email, phone, locale, departments, body, lms_user, active.
    """
    full = f"{SITE}:{key}" if key.isdigit() else key
    values = {
        "key": full, "name": f"{', '.join(roles)} {key}", "email": f"{key.rpartition(':')[2]}@staff.example",
        "phone": None, "locale": "ar", "roles": sorted(roles), "departments": [], "body": None, "lms_user": None,
        "active": True,
    }  # fmt: skip
    with world.runtime.db.write() as conn:
        staff.put(conn, values | changes, by="test", now=world.clock())
        row = staff.get(conn, full)
    assert row is not None
    return staff.viewer_of(row)
