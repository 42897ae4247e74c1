"""All routes of the room pages: what is imported here is served."""

from __future__ import annotations

from sidecar.pages.room import acts, after, quick_log
from sidecar.pages.room.views import blueprint

__all__ = ["acts", "after", "blueprint", "quick_log"]
