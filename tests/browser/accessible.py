"""Whether people can read and reach what a page shows: axe, contrast that is checked in Arabic too, sizes of targets.

axe's contrast rule passes over joined Arabic text, taking it for icon ligatures, so an own check walks every text node,
shadow roots included, and compares each with what stands behind it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[2] / "lms_plugin" / "capture" / "node_modules" / "axe-core" / "axe.min.js"
_CHECKS = Path(__file__).with_name("accessible.js")


def _check(page: Page, name: str, within: str | None) -> Any:
    source = _CHECKS.read_text(encoding="utf-8")
    return page.evaluate(f"(within) => {{ {source} return checks.{name}(within); }}", within)


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe finds, best practices included."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = _check(page, "axe", within)
    return found


def contrasts(page: Page, within: str | None = None) -> list[dict[str, Any]]:
    """Every text that is shown: `text`, its `ratio` to what is behind it, and the `least` it needs."""
    found: list[dict[str, Any]] = _check(page, "contrast", within)
    return found


def faint(page: Page, within: str | None = None) -> list[str]:
    """Texts that cannot be read well."""
    return [f"{one['text']}: {one['ratio']:.2f}" for one in contrasts(page, within) if one["ratio"] < one["least"]]


def small(page: Page, within: str) -> list[str]:
    """Targets below 48 × 48 px."""
    found: list[str] = _check(page, "targets", within)
    return found
