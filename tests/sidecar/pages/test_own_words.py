"""Numbers in what people wrote stand as they were written, and nothing of it becomes markup."""

from __future__ import annotations

import pytest

from sidecar.pages.own_words import upright


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("رقم جوالك: +966551234567", 'رقم جوالك: <bdi dir="ltr">+966551234567</bdi>'),
        ("اتصلوا بي 055 123 4567.", 'اتصلوا بي <bdi dir="ltr">055 123 4567</bdi>.'),
        ("<b>يوم 2026-11-22</b>", '&lt;b&gt;يوم <bdi dir="ltr">2026-11-22</bdi>&lt;/b&gt;'),
        ("لدي 3 أسئلة في الساعة 14:30", "لدي 3 أسئلة في الساعة 14:30"),
        ("ABC1234567890", "ABC1234567890"),
        ("", ""),
    ],
)
def test_a_number_is_set_apart(text: str, shown: str) -> None:
    assert str(upright(text)) == shown
