"""Which of somebody's keys is an account at an LMS that can be asked to tell them."""

from __future__ import annotations

import pytest

from sidecar.domain.means import account_of


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (("academy:63", None), ("academy", "63")),
        ((None, "academy:63"), ("academy", "63")),
        (("academy:7", "academy:63"), ("academy", "7")),
        (("elsewhere:7", "academy:63"), ("academy", "63")),
        (("local:huda",), None),
        (("academy:",), None),
        (("academy",), None),
        (("", None), None),
        ((), None),
    ],
)
def test_the_first_key_of_a_site_that_is_ours(keys: tuple[str | None, ...], found: tuple[str, str] | None) -> None:
    assert account_of(keys, {"academy": object()}) == found
