"""`nidaa case` and what `nidaa check` says of the policy."""

from datetime import timedelta

from sidecar.casefile import casefile
from sidecar.casework.pick_up import pick_up
from sidecar.casework.reply import pause
from sidecar.checkup import checkup
from sidecar.domain.report import Kind
from sidecar.settings import Settings
from tests.staff import AGENT, arrive
from tests.worlds import World, report


def told(world: World, number: int) -> list[str]:
    with world.runtime.db.read() as conn:
        lines = casefile(conn, world.runtime.policy, number, world.clock())
    assert lines is not None
    return lines


def test_a_case_is_told_with_its_deadlines_window_by_window_and_nobodys_name(world: World) -> None:
    sent = report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel="email", text="كلمة المرور")
    opened = arrive(world, sent)
    lines = told(world, opened.id)
    assert lines[0] == f"case {opened.id}: support_request, received, tier 1, department {opened.department}"
    assert "  email_pick_up (pick_up): due 2026-11-22 17:33:00" in lines
    assert "    email_pick_up_overdue: running, at 2026-11-22 17:33:00" in lines
    assert any(line.startswith("    2026-11-22 17:03:00 to 2026-11-22 17:33:00: counted 0:30:00") for line in lines)
    assert any(line.startswith("  2026-11-22 17:03:00 open nidaa") for line in lines)
    assert not any("أحمد" in line or "كلمة" in line for line in lines)


def test_a_wait_for_the_reporter_is_told_until_now(world: World) -> None:
    opened = arrive(world, report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel="email"))
    pick_up(world.runtime, AGENT, opened.id)
    world.clock.forward(minutes=10)
    pause(world.runtime, AGENT, opened.id, "?", reason="needs_data")
    world.clock.forward(minutes=5)
    assert any("17:13:00 to 2026-11-22 17:18:00: not counted" in line for line in told(world, opened.id))


def test_no_such_case(world: World) -> None:
    with world.runtime.db.read() as conn:
        assert casefile(conn, world.runtime.policy, 7, world.clock() + timedelta(days=1)) is None


def test_nidaa_check_warns_of_everybody_who_cannot_be_recognised_when_accused(tmp_path, capsys) -> None:
    checkup(Settings.from_env({"NIDAA_DATA_DIR": str(tmp_path), "NIDAA_SECRET_KEY": "s" * 48}))
    printed = capsys.readouterr().out
    assert "policy: departments.quality.head: without lms_user" in printed
