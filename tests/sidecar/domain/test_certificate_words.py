"""The answer to "my certificate is not there", in both languages, from the words of the policy that ships."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sidecar.domain.cause import Cause, Why
from sidecar.domain.certificate_words import ANSWERS, conditions, kept, mended, percent, said
from sidecar.domain.checklist import Item, Mender, Sure
from sidecar.domain.report import Gap
from tests.worlds import POLICY

RULES = POLICY.certificate
RIYADH = ZoneInfo("Asia/Riyadh")


def line(what: str, gap: Gap | None = None, **detail: object) -> Item:
    return Item(
        what, gap, Sure.KNOWN, Mender.TRAINEE if gap else None, detail, "lms", datetime(2026, 11, 22, tzinfo=UTC)
    )


def words(answer: Cause, locale: str) -> str:
    return said(kept(answer), RULES, RIYADH, locale, POLICY.registries).replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("locale", ["ar", "en"])
@pytest.mark.parametrize("gap", [gap for gap in Gap if gap is not Gap.CERTIFICATE_WRONG_DATA])
def test_every_cause_has_words(gap: Gap, locale: str) -> None:
    text = words(Cause(Why.GAP, line("x", gap, rate=0.5, threshold=0.75)), locale)
    assert text
    assert "{" not in text
    assert "[[" not in text


@pytest.mark.parametrize("why", [why for why in Why if why is not Why.GAP])
def test_and_every_answer_that_is_no_gap(why: Why) -> None:
    assert words(Cause(why, None), "en")
    assert set(RULES.answers) == set(ANSWERS)


def test_attendance_with_its_figures_and_the_minutes_that_rooms_cost() -> None:
    answer = Cause(Why.GAP, line("attendance", Gap.ATTENDANCE_BELOW, rate=0.68, threshold=0.75, held=25, attended=17,
                                 minutes_lost=40))  # fmt: skip
    assert words(answer, "en") == (
        "There is no certificate because your attendance is 68% and 75% is required (you attended 17 of 25 sessions). "
        "Room incidents cost you 40 minutes; what that means is for the trainer to decide."
    )
    assert "حضورك ٦٨٪ والحد المطلوب ٧٥٪ (اللقاءات التي حضرتها: ١٧ من ٢٥)" in words(answer, "ar")
    bare = Cause(Why.GAP, line("attendance", Gap.ATTENDANCE_BELOW, rate=0.68, threshold=0.75))
    assert words(bare, "en").endswith("75% is required.")


@pytest.mark.parametrize(
    ("opens", "part"), [("only", "has not been opened yet"), ("perhaps", "If it stands"), ("", "")]
)
def test_completed_but_not_opened_is_said_only_where_it_is_so(opens: str, part: str) -> None:
    answer = words(Cause(Why.GAP, line("certificate", Gap.CERTIFICATE_NOT_ISSUED, opens=opens)), "en")
    assert part in answer
    assert ("open" in answer) is bool(opens)


def test_an_issued_certificate_has_its_day_in_the_institutes_zone_and_its_code() -> None:
    late = "2026-11-22T22:30:00+00:00"  # past midnight in Riyadh
    answer = Cause(Why.ISSUED, line("certificate", issued_at=late, code="Fq2IzoxAWF"))
    assert words(answer, "en") == "The certificate was issued on Monday 23 November 2026, code Fq2IzoxAWF."
    assert "٢٣ نوفمبر ٢٠٢٦" in words(answer, "ar")
    assert words(Cause(Why.ISSUED, line("certificate", issued_at=None)), "en") == "The certificate was issued."


def test_what_else_is_missing_follows_and_gaps_in_the_data_are_one_answer() -> None:
    phone, name = line("phone", Gap.PHONE_MISSING), line("name_ar", Gap.NAME_AR_MISSING)
    first = Cause(Why.GAP, line("completion", Gap.NOT_COMPLETED), (phone,))
    assert words(first, "en").splitlines()[1] == "This is missing, too: Mobile number is not entered."
    data = words(Cause(Why.GAP, name, (phone,)), "ar")
    assert data == "تنقص بيانات مطلوبة للشهادة: الاسم العربي غير مدخل؛ رقم الجوال غير مدخل."


def test_no_name_is_kept_with_a_telling() -> None:
    sides = [{"field": "name_ar", "name": "Yousef", "source": "lms"}]
    assert "Yousef" not in str(kept(Cause(Why.GAP, line("names", Gap.NAME_MISMATCH, names=sides, wrong="swapped"))))


def test_a_share_is_never_rounded_up_to_what_is_required() -> None:
    assert [percent(share, "en") for share in (0.7499, 0.75, 0.29, 1.0)] == ["74%", "75%", "29%", "100%"]
    assert percent(0.68, "ar") == "٦٨٪"


def test_what_is_gone_and_the_conditions() -> None:
    assert "رقم الجوال غير مدخل" in mended({Gap.PHONE_MISSING}, RULES, "ar")
    assert "٧٥٪" in conditions(RULES, "ar")
    assert "75%" in conditions(RULES, "en")
