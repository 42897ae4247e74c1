"""What this machine has not got: tests that need it are skipped by name, and in CI they fail."""

from __future__ import annotations

import os

import pytest

MISSING: dict[str, str] = {}


def lacking(package: str, needed_by: str) -> None:
    """Skip for want of a Debian package, and remember it; in CI, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{package} is not installed, and CI runs everything")
    MISSING[package] = needed_by
    pytest.skip(f"needs {package}")
