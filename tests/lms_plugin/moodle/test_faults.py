"""A real Moodle whose sidecar is away, hangs, errs or does not believe it: nothing is lost, nothing doubled."""

from __future__ import annotations

import concurrent.futures
import time
import uuid
from typing import Any

import pytest

from tests.live.moodle_visitor import AjaxError, Visitor, report
from tests.lms_plugin.moodle.conftest import NEW, OLD, Moodle
from tests.lms_plugin.moodle.fake_sidecar import FakeSidecar

pytestmark = pytest.mark.real_moodle
SUBMIT = "local_nidaa_submit_report"


@pytest.fixture(scope="session")
def trainee(moodle: Moodle) -> Visitor:
    return moodle.named.visitor("trainee")


def press(moodle: Moodle, who: Visitor, **said: Any) -> tuple[dict[str, Any], dict[str, Any], float]:
    """One press: what was sent, what came back, and how long it took in seconds."""
    room = str(moodle.accounts["room"])
    sent = report(int(moodle.accounts["room_context"]), **({"room": room} | said))
    began = time.perf_counter()
    told = who.call((SUBMIT, sent))[0]
    return sent["report"], told, time.perf_counter() - began


@pytest.mark.parametrize(
    ("mode", "state"),
    [(mode, "waiting") for mode in ("refused", "hang", 500, 503, 401, 403, 404, 429, 302)]
    + [(mode, "parked") for mode in (400, 409, 413, 415, 422)],
)
def test_whatever_the_sidecar_does_the_person_has_a_reference_and_the_report_arrives_once(
    moodle: Moodle, fake: FakeSidecar, trainee: Visitor, mode: str | int, state: str
) -> None:
    if mode == "refused":
        fake.stop()
    else:
        fake.mode = mode
    said, told, took = press(moodle, trainee)
    assert (told["delivered"], len(told["reference"])) == (False, 13)
    assert took < 3.5
    row = moodle.rows(said["id"])[0]
    assert (row["state"], int(row["laststatus"])) == (state, mode if isinstance(mode, int) else 0)
    alarm = moodle.php("echo get_config('local_nidaa', 'alarm');")
    assert alarm.startswith(str(mode)) == (mode in {401, 403, 404})
    print(f"{mode}: {took:.2f} s, {row['state']}, {row['lasterror']}")
    fake.mode = "ok"
    if fake.server is None:
        fake.start()
    if state == "parked":
        moodle.forward()
        assert fake.received[said["id"]] == 0  # parked: an administrator looks first
        moodle.php(f"echo \\local_nidaa\\outbox\\store::resend([{row['id']}]);")
    moodle.forward()
    moodle.forward()
    assert fake.received[said["id"]] == 1
    row = moodle.rows(said["id"])[0]
    assert (row["state"], row["body"]) == ("delivered", "")
    assert moodle.php("echo get_config('local_nidaa', 'alarm');") == ""


def test_a_sidecar_that_hangs_costs_three_presses_their_patience_and_then_nobody(
    moodle: Moodle, fake: FakeSidecar, trainee: Visitor
) -> None:
    fake.mode = "hang"
    took = [press(moodle, trainee)[2] for _ in range(6)]
    print("presses while it hangs: " + ", ".join(f"{one:.2f}" for one in took))
    assert max(took[:3]) < 3.5
    assert max(took[3:]) < 1
    assert fake.tries == 3


@pytest.mark.parametrize("known", [OLD, NEW])
def test_a_secret_that_is_half_rotated_costs_nothing(
    moodle: Moodle, fake: FakeSidecar, trainee: Visitor, known: str
) -> None:
    moodle.php(f"set_config('previoussecret', '{OLD}', 'local_nidaa');")
    fake.secrets = [known]
    said, told, _ = press(moodle, trainee)
    assert told["delivered"]
    assert fake.received[said["id"]] == 1


def test_two_crons_at_once_send_each_report_once(moodle: Moodle, fake: FakeSidecar, trainee: Visitor) -> None:
    fake.stop()
    said = [press(moodle, trainee)[0]["id"] for _ in range(60)]
    fake.start()
    moodle.php("global $DB; $DB->execute('UPDATE {local_nidaa_outbox} SET nexttry = 0, leaseuntil = 0');"
               " cache::make('local_nidaa', 'breaker')->purge();")  # fmt: skip
    run = r"\local_nidaa\outbox\forwarder::run(40);"  # the task's own work; Moodle's lock would keep the tasks apart
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(moodle.php, [run, run]))
    assert {fake.received[one] for one in said} == {1}
    assert {row["state"] for row in moodle.rows(*said)} == {"delivered"}


def test_after_a_day_without_cron_reports_arrive_in_order_of_age_with_their_own_time(
    moodle: Moodle, fake: FakeSidecar, trainee: Visitor
) -> None:
    fake.stop()
    said = [press(moodle, trainee)[0]["id"] for _ in range(4)]
    moodle.php("global $DB; $DB->execute('UPDATE {local_nidaa_outbox} SET timecreated = timecreated - 86400 - id');")
    oldest_first = [row["itemid"] for row in sorted(moodle.rows(*said), key=lambda row: int(row["timecreated"]))]
    fake.start()
    moodle.forward()
    assert fake.order == oldest_first
    assert all(fake.stored[one]["stored_at"] for one in said)


def test_an_addition_waits_for_its_report(moodle: Moodle, fake: FakeSidecar, trainee: Visitor) -> None:
    fake.stop()
    said, _, _ = press(moodle, trainee)
    added = str(uuid.uuid4())
    context = int(moodle.accounts["room_context"])
    trainee.call(
        ("local_nidaa_add_detail", {"contextid": context, "id": added, "report": said["id"], "text": "منذ قليل"})
    )
    fake.start()
    moodle.forward()
    assert fake.order == [said["id"], added]


def test_a_report_of_64_kib_is_kept_and_a_larger_one_named(moodle: Moodle, fake: FakeSidecar, trainee: Visitor) -> None:
    said, told, _ = press(moodle, trainee, kind="support_request", symptom=None, text="ص" * 20_000,
                          diagnostics='{"log": "' + "x" * 20_000 + '"}')  # fmt: skip
    assert told["delivered"]
    assert fake.stored[said["id"]]["text"] == "ص" * 20_000
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, kind="support_request", symptom=None, text="ص" * 20_001)
    assert refused.value.code == "nidaa_invalid"
    print(refused.value.message)
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, diagnostics='{"log": "' + "x" * 70_000 + '"}')
    assert refused.value.code == "nidaa_invalid"


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "'; DROP TABLE mdl_user; --", "\u202egnp.exe\u202c", "😀🇸🇦",
     "{{mustache}} %s \\u0000", "<b>ملاحظة</b>&amp;", "{mlang en}x{mlang}"],
)  # fmt: skip
def test_hostile_text_arrives_as_it_was_written(moodle: Moodle, fake: FakeSidecar, trainee: Visitor, text: str) -> None:
    said, told, _ = press(moodle, trainee, kind="suggestion", symptom=None, room=None, text=text)
    assert told["delivered"]
    assert fake.stored[said["id"]]["text"] == text


@pytest.mark.parametrize("text", ["nul \0 here", "\ud800"])
def test_text_that_no_database_takes_is_refused_clearly(
    moodle: Moodle, fake: FakeSidecar, trainee: Visitor, text: str
) -> None:
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, kind="suggestion", symptom=None, text=text)
    assert "dml" not in refused.value.code
    print(refused.value)


def test_nobody_speaks_for_another_or_of_another_course(moodle: Moodle, fake: FakeSidecar, trainee: Visitor) -> None:
    """Forged identity is not even a field; a forged room, course or person is refused."""
    said, _, _ = press(moodle, trainee)
    assert fake.stored[said["id"]]["reporter"]["id"] == str(moodle.accounts["people"][0])
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, reporter={"id": "2"})
    assert refused.value.code == "invalidparameter"
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, room=str(moodle.accounts["other_room"]))
    assert refused.value.code == "nidaa_notallowed"
    outsider = moodle.named.visitor("t12")
    with pytest.raises(AjaxError) as refused:
        press(moodle, outsider)
    assert refused.value.code in {"requireloginerror", "nopermissions", "nidaa_notallowed"}
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, kind="room_log", about={"id": str(moodle.accounts["people"][1])})
    assert refused.value.code in {"nopermissions", "nidaa_notallowed"}
    room_manager = moodle.named.visitor("room_manager")
    with pytest.raises(AjaxError) as refused:
        press(
            moodle, room_manager, kind="room_log", about={"id": str(moodle.accounts["people"][11])}
        )  # not in the course
    assert refused.value.code == "nidaa_invalid"


def test_another_persons_report_is_nobodys(moodle: Moodle, fake: FakeSidecar, trainee: Visitor) -> None:
    said, told, _ = press(moodle, trainee)
    other = moodle.named.visitor("t02")
    with pytest.raises(AjaxError) as refused:
        press(moodle, other, id=said["id"])
    assert refused.value.code == "nidaa_conflict"
    assert told["reference"] not in refused.value.message
    assert other.call(("local_nidaa_get_status", {"ids": [said["id"]]}))[0] == []
    assert len(trainee.call(("local_nidaa_get_status", {"ids": [said["id"]]}))[0]) == 1
    detail = {"contextid": int(moodle.accounts["room_context"]), "id": str(uuid.uuid4()), "report": said["id"]}
    with pytest.raises(AjaxError):
        other.call(("local_nidaa_add_detail", detail | {"text": "x"}))


def test_a_retry_is_the_same_and_a_changed_one_a_contradiction(
    moodle: Moodle, fake: FakeSidecar, trainee: Visitor
) -> None:
    said, told, _ = press(moodle, trainee)
    assert press(moodle, trainee, id=said["id"])[1]["reference"] == told["reference"]
    assert fake.received[said["id"]] == 1
    with pytest.raises(AjaxError) as refused:
        press(moodle, trainee, id=said["id"], symptom="slow")
    assert refused.value.code == "nidaa_conflict"


def test_without_a_session_key_an_account_or_a_login_nothing_is_taken(moodle: Moodle, trainee: Visitor) -> None:
    sent = report(int(moodle.accounts["room_context"]), room=str(moodle.accounts["room"]))
    for key in ("", "wrong"):
        with pytest.raises(AjaxError) as refused:
            trainee.call((SUBMIT, sent), sesskey=key)
        assert refused.value.code in {"invalidsesskey", "missingparam"}
    stranger = moodle.named.visitor("trainee")
    stranger.http.cookies.clear()
    with pytest.raises(AjaxError) as refused:
        stranger.call((SUBMIT, sent))
    assert refused.value.code in {"servicerequireslogin", "invalidsesskey"}
    assert moodle.rows(sent["report"]["id"]) == []
