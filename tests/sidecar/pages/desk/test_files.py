"""Files at the desk: who sees those of a case, notes and answers with files, and whom nothing of them reaches."""

from __future__ import annotations

import io
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from sidecar.casework.attach import add_own
from sidecar.casework.merge import merge
from sidecar.casework.name_accused import name as name_accused
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action, State
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.store import looks
from sidecar.store.attachments import attachments
from sidecar.store.database import Database
from sidecar.store.uploads import Given
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.uploads import MARKUP, link_of, picture, rows, upload
from tests.sidecar.pages.visiting import Visitor, pressed
from tests.staff import ADMINISTRATIVE, LEAD, actions, arrive, case, send
from tests.worlds import report
from tests.worlds import world as make_world

SECRET = "دليل الشكوى.png"


def complaint(about: str | None):
    who = Reporter(id="22", role=Role.TRAINEE, name="نورة الشمري", phone="+966501112233")
    return report(
        kind=Kind.COMPLAINT, symptom=None, category="other_complaint", channel=Channel.WEB, reporter=who,
        text="سرّ", about=About(about, Role.TRAINER) if about else None,
    )  # fmt: skip


def inquiry(by: str = "21"):
    return report(by=by, kind=Kind.INQUIRY, symptom=None, category="login", text="سؤال", channel=Channel.WEB,
                  reporter=Reporter(id=by, role=Role.TRAINEE, name="أحمد القحطاني"))  # fmt: skip


def with_file(house: Callers, said, name: str = SECRET) -> str:
    """The id of a file on the report."""
    answer = upload(Visitor(house), f"{link_of(house, said)}/files", (name, picture()))
    assert answer.status_code == 303, answer.text
    house.world.drain()
    return str(rows(house.world)[-1].id)


def test_staff_see_it_beside_the_thread_with_type_size_and_flag(house: Callers, at_desk: AtDesk) -> None:
    said = inquiry()
    found = arrive(house.world, said)
    path = f"{link_of(house, said)}/files"
    upload(Visitor(house), path, ("صورة الهوية.png", picture()), read_warning="1")
    house.world.drain()
    agent = at_desk(StaffRole.AGENT_1)
    page = agent.get(f"/desk/cases/{found.id}").text
    assert "<bdi>صورة الهوية.png</bdi>" in page
    assert "PNG" in page
    assert "40×30" in page
    assert "يدل اسمه على أنه وثيقة هوية" in page
    assert "ملف، انظر" in page
    upload(Visitor(house), path, ("log.txt", b"line"), text="هذا السجل كما طلبتم")
    assert "هذا السجل كما طلبتم" in agent.get(f"/desk/cases/{found.id}").text
    (href,) = re.findall(rf'href="(/desk/cases/{found.id}/files/[0-9a-f-]+)"', page)
    opened = agent.get(href)
    assert (opened.status_code, opened.headers["Content-Type"]) == (200, "image/png")
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    opened.close()


@pytest.mark.parametrize("role", [StaffRole.DEPARTMENT_HEAD, StaffRole.ADMINISTRATIVE_MANAGER, StaffRole.AGENT_1])
def test_whom_a_complaint_is_about_opens_nothing_of_it(house: Callers, at_desk: AtDesk, role: StaffRole) -> None:
    said = complaint(NUMBERS[role])
    found = arrive(house.world, said)
    file = with_file(house, said)
    accused = at_desk(role)
    assert accused.get(f"/desk/cases/{found.id}/files/{file}").status_code == 404
    assert accused.get(f"/desk/cases/{found.id}/files").status_code == 404
    other = arrive(house.world, inquiry())  # nor through a case that is theirs to see
    assert accused.get(f"/desk/cases/{other.id}/files/{file}").status_code == 404
    proof = accused.csrf("/desk/")
    answer = upload(accused, f"/desk/cases/{found.id}/files", ("a.png", picture()), csrf=proof, text="x", to="note")
    assert answer.status_code == 404
    assert len(rows(house.world)) == 1


def test_who_is_named_later_loses_the_file_and_each_look_is_kept(house: Callers, at_desk: AtDesk) -> None:
    said = complaint(None)
    found = arrive(house.world, said)
    file = with_file(house, said)
    agent = at_desk(StaffRole.AGENT_1)
    opened = agent.get(f"/desk/cases/{found.id}/files/{file}")
    assert opened.status_code == 200
    opened.close()
    with house.world.runtime.db.read() as conn:
        assert [row.how for row in looks.of_case(conn, found.id)] == ["file"]
    name_accused(house.world.runtime, ADMINISTRATIVE, found.id, f"academy:{NUMBERS[StaffRole.AGENT_1]}")
    assert agent.get(f"/desk/cases/{found.id}/files/{file}").status_code == 404


def test_a_note_with_a_file_stays_among_staff_and_an_answer_takes_it_to_its_reporters_alone(
    house: Callers, at_desk: AtDesk, comes: Comes
) -> None:
    said, stranger = inquiry(), inquiry("22")
    found, _other = arrive(house.world, said), arrive(house.world, stranger)
    agent = at_desk(StaffRole.AGENT_1)
    proof, path = agent.csrf("/desk/"), f"/desk/cases/{found.id}/files"
    assert agent.get(path).status_code == 200
    for to, name in (("note", "among-us.txt"), ("reply", "for-you.txt")):
        answer = upload(agent, path, (name, name.encode()), csrf=proof, text=f"كلمة {to}", to=to)
        assert answer.status_code == 303, answer.text
    house.world.drain()
    page = agent.get(f"/desk/cases/{found.id}").text
    assert "among-us.txt" in page
    assert "for-you.txt" in page
    assert actions(house.world, found.id).count(Action.ATTACH) == 2
    note, reply = rows(house.world)
    own = Visitor(house).get(link_of(house, said)).text
    assert "for-you.txt" in own
    assert "among-us" not in own
    for visitor, base in (
        (Visitor(house), link_of(house, said)), (comes("mine", "21", role="trainee"), f"/mine/{said.id}"),
    ):  # fmt: skip
        opened = visitor.get(f"{base}/files/{reply.id}")
        assert (opened.status_code, opened.data) == (200, b"for-you.txt")
        opened.close()
        assert visitor.get(f"{base}/files/{note.id}").status_code == 404
    for one in (note, reply):
        assert Visitor(house).get(f"{link_of(house, stranger)}/files/{one.id}").status_code == 404
        assert "for-you" not in Visitor(house).get(link_of(house, stranger)).text
    late = inquiry("23")
    send(house.world, late)
    assert Visitor(house).get(f"{link_of(house, late)}/files/{reply.id}").status_code == 404


@pytest.mark.parametrize(
    ("form", "name", "content", "status", "field"),
    [
        ({"text": ""}, "a.png", picture(), 422, "f-text"), ({"to": "all"}, "a.png", picture(), 422, "f-to"),
        ({}, "a.png", MARKUP["svg"], 415, "f-file"), ({}, "a.txt", b"x" * (10 * 1024 * 1024 + 1), 413, "f-file"),
        ({}, "", b"", 422, "f-file"), ({}, "passport.png", picture(), 422, "f-file"),
        ({"version": "99", "to": "reply"}, "a.png", picture(), 409, 'role="alert"'),
    ],
)  # fmt: skip
def test_a_fault_is_said_beside_its_field(house, at_desk: AtDesk, form, name, content, status, field) -> None:
    found = arrive(house.world, inquiry())
    agent = at_desk(StaffRole.AGENT_1)
    proof = agent.csrf("/desk/")
    said = {"text": "كلمة للزملاء", "to": "note"} | form
    answer = upload(agent, f"/desk/cases/{found.id}/files", (name, content), csrf=proof, **said)
    assert answer.status_code == status
    assert field in answer.text
    assert not said["text"] or said["text"] in answer.text
    assert rows(house.world) == []


def test_who_may_look_and_not_act_adds_nothing(house: Callers, at_desk: AtDesk, comes: Comes) -> None:
    found = arrive(house.world, pressed("21"))
    appoint(house.world, "190", StaffRole.SUPERVISOR, body="tvtc")
    body = comes("desk", "190")
    assert body.get(f"/desk/cases/{found.id}/files").status_code == 404
    answer = upload(Visitor(house), f"/desk/cases/{found.id}/files", ("a.png", picture()), text="x", to="note")
    assert answer.status_code == 401


def test_files_go_with_their_report_when_cases_are_merged_and_on_a_closed_case_a_note_is_still_kept(
    house: Callers, at_desk: AtDesk
) -> None:
    first, second = inquiry("21"), inquiry("22")
    one, two = arrive(house.world, first), arrive(house.world, second)
    file = with_file(house, second, "second.png")
    merge(house.world.runtime, LEAD, one.id, two.id)
    stays, gone = (one, two) if case(house.world, two.id).state is State.MERGED else (two, one)
    lead = at_desk(StaffRole.LEAD)
    opened = lead.get(f"/desk/cases/{stays.id}/files/{file}")
    assert opened.status_code == 200
    opened.close()
    proof = lead.csrf("/desk/")
    answer = upload(lead, f"/desk/cases/{gone.id}/files", ("n.txt", b"late"), csrf=proof, text="x", to="note")
    assert answer.status_code == 303


def test_the_reply_card_leads_to_an_answer_with_a_file_and_elsewhere_it_is_a_note(house, at_desk: AtDesk) -> None:
    one = arrive(house.world, inquiry())
    desk = at_desk(StaffRole.AGENT_1)
    page = desk.get(f"/desk/cases/{one.id}").text
    reply = re.search(r'aria-labelledby="rp".*?</section>', page, re.DOTALL)
    assert reply
    assert f"/desk/cases/{one.id}/files?to=reply" in reply.group(0)
    assert page.count("files?to=reply") == 1
    for address, chosen in (("files?to=reply", "reply"), ("files", "note"), ("files?to=x", "note")):
        form = desk.get(f"/desk/cases/{one.id}/{address}").text
        assert re.findall(r'<option value="(\w+)" selected', form)[0] == chosen, address


def test_two_at_once_make_one_row(database: Database) -> None:
    """The same file by the same person at the same moment, on each database."""
    world = make_world(database)
    said = inquiry()
    arrive(world, said)

    def add(number: int) -> None:
        files = [Given("a.png", io.BytesIO(picture())), Given("b.txt", io.BytesIO(f"n{number % 2}".encode()))]
        add_own(world.runtime, said.key, files, own=True, text="", addition_id=uuid.uuid4(), warned=False)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    with database.read() as conn:
        found = conn.execute(attachments.select()).all()
    assert sorted(row.kind for row in found) == ["png", "text", "text"]
