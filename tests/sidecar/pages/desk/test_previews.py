"""What people will read is shown before it goes: of several cases at once, and of an answer with files."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.casework.attach import LONGEST, add_at_desk
from sidecar.casework.files import own
from sidecar.casework.merge import merge
from sidecar.casework.pick_up import pick_up
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action
from sidecar.domain.report import Channel, Kind, Report, Reporter, Role
from sidecar.store.cases import report_keys
from sidecar.store.database import Database
from sidecar.store.uploads import Given
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.uploads import link_of, rows, upload
from tests.sidecar.pages.visiting import Visitor
from tests.staff import AGENT, LEAD, actions, arrive, case, case_of
from tests.worlds import World, report
from tests.worlds import world as make_world

HOME = "/desk/"
BULK = "/desk/bulk"


@pytest.fixture
def mailer(house: Callers) -> FakeMailer:
    found = FakeMailer()
    house.world.runtime = replace(house.world.runtime, mailer=found)
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    return found


def asked(by: str, locale: str = "ar", **changes: object) -> Report:
    who = Reporter(id=by, role=Role.TRAINEE, name=f"متدرب {by}", email=f"{by}@academy.sa")
    plain = {"kind": Kind.SUPPORT_REQUEST, "symptom": None, "category": "login", "channel": Channel.WEB, "by": by}
    return report(**(plain | {"reporter": who, "locale": locale} | changes))


def of_both(world: World) -> tuple[int, Report, Report]:
    """A case of one who reads Arabic and one who reads English."""
    arabic, english = asked("41"), asked("42", "en")
    first, second = arrive(world, arabic), arrive(world, english)
    merge(world.runtime, LEAD, first.id, second.id)
    world.drain()
    return next(one.id for one in (first, second) if case(world, one.id).is_open), arabic, english


def letters(page: str) -> dict[str, str]:
    """The letters that a page shows, by language."""
    return dict(re.findall(r'nd-letter" dir="(?:rtl|ltr)" lang="(\w+)">(.*?)</div>', page, re.DOTALL))


def test_a_reply_to_several_is_shown_as_the_first_ones_people_read_it_and_nothing_is_sent(
    house: Callers, at_desk: AtDesk, mailer: FakeMailer
) -> None:
    both, _arabic, _english = of_both(house.world)
    other = arrive(house.world, asked("31"))
    agent = at_desk(StaffRole.AGENT_1)
    assert 'name="preview"' in agent.get(f"{BULK}?case={both}&case={other.id}&what=reply&lang=en").text
    mailer.taken.clear()
    form = {"what": "reply", "case": [str(both), str(other.id)], "text": "عُولجت", "english": "It is mended",
            f"version-{both}": str(case(house.world, both).version),
            f"version-{other.id}": str(other.version)}  # fmt: skip
    shown = agent.post(BULK, HOME, **form, preview="1")
    assert shown.status_code == 200
    assert {locale: ("عُولجت" in words, "It is mended" in words) for locale, words in letters(shown.text).items()} == {
        "ar": (True, False), "en": (False, True),
    }  # fmt: skip
    assert "متدرب 41" in letters(shown.text)["ar"]
    for still in ("عُولجت</textarea>", "It is mended</textarea>", f'name="case" value="{both}"',
                  f'name="case" value="{other.id}"'):  # fmt: skip
        assert still in shown.text
    house.world.drain()
    assert mailer.taken == []
    assert Action.REPLY not in actions(house.world, both) + actions(house.world, other.id)
    assert agent.post(BULK, HOME, **form).text.count("nd-err") == 0
    house.world.drain()
    assert sorted(mail.to for mail in mailer.taken) == ["31@academy.sa", "41@academy.sa", "42@academy.sa"]


def test_of_cases_of_one_language_the_letter_is_in_that_alone(house: Callers, at_desk: AtDesk) -> None:
    english, arabic = arrive(house.world, asked("32", "en")), arrive(house.world, asked("31"))
    agent = at_desk(StaffRole.AGENT_1)
    words = {"what": "reply", "text": "عُولجت", "english": "It is mended", "preview": "1"}
    shown = letters(agent.post(BULK, HOME, case=[str(english.id), str(arabic.id)], **words).text)
    assert list(shown) == ["en"]
    assert "It is mended" in shown["en"]
    shown = letters(agent.post(BULK, HOME, case=[str(arabic.id), str(english.id)], **words).text)
    assert list(shown) == ["ar"]
    assert "عُولجت" in shown["ar"]


def test_the_first_that_can_be_answered_is_shown_and_where_none_can_that_is_said(
    house: Callers, at_desk: AtDesk
) -> None:
    over, open_ = arrive(house.world, asked("32")), arrive(house.world, asked("31"))
    agent = at_desk(StaffRole.AGENT_1)
    with house.world.runtime.db.read() as conn:
        (key,) = report_keys(conn, over.id)
    agent.post(f"/desk/cases/{over.id}/withdraw", HOME, report=str(key), how="phone")
    words = {"what": "reply", "text": "عُولجت", "preview": "1", "lang": "en"}
    both = agent.post(BULK, HOME, case=[str(over.id), str(open_.id)], **words).text
    assert "متدرب 31" in letters(both)["ar"]
    alone = agent.post(BULK, HOME, case=[str(over.id)], **words).text
    assert letters(alone) == {}
    assert "Nothing has been sent" in alone or "لم يُرسل شيء" in alone


def test_nothing_is_shown_of_a_fault_and_who_sends_after_a_preview_overtakes_nobody(
    house: Callers, at_desk: AtDesk
) -> None:
    found = arrive(house.world, asked("31"))
    agent = at_desk(StaffRole.AGENT_1)
    form = {"what": "reply", "case": [str(found.id)], f"version-{found.id}": str(found.version)}
    empty = agent.post(BULK, HOME, **form, text="", preview="1")
    assert (empty.status_code, letters(empty.text)) == (422, {})
    pick_up(house.world.runtime, AGENT, found.id)  # meanwhile
    shown = agent.post(BULK, HOME, **form, text="عُولجت", preview="1").text
    assert f'name="version-{found.id}" value="{found.version}"' in shown
    assert "nd-err" in agent.post(BULK, HOME, **form, text="عُولجت").text
    assert Action.REPLY not in actions(house.world, found.id)


def test_a_question_to_several_has_one_too_and_what_nobody_is_written_has_none(house: Callers, at_desk: AtDesk) -> None:
    found = arrive(house.world, asked("31"))
    agent = at_desk(StaffRole.AGENT_1)
    form = {"what": "pause", "case": [str(found.id)], "text": "ما الذي تراه؟", "reason": "needs_detail"}
    assert "ما الذي تراه؟" in letters(agent.post(BULK, HOME, **form, preview="1").text)["ar"]
    assert Action.PAUSE not in actions(house.world, found.id)
    assert 'name="preview"' not in agent.get(f"{BULK}?case={found.id}&what=note").text


def test_an_answer_with_files_is_shown_before_it_goes_and_the_files_are_chosen_again(
    house: Callers, at_desk: AtDesk, mailer: FakeMailer
) -> None:
    number, *_said = of_both(house.world)
    agent = at_desk(StaffRole.AGENT_1)
    path, proof = f"/desk/cases/{number}/files", agent.csrf(HOME)
    mailer.taken.clear()
    words = {"text": "تجدونه مرفقاً", "english": "Please find it attached", "to": "reply"}
    shown = upload(agent, path, ("how.txt", b"how"), csrf=proof, **words, preview="1")
    assert shown.status_code == 200
    found = letters(shown.text)
    assert ("تجدونه" in found["ar"], "Please find" in found["en"]) == (True, True)
    assert "يُرجى اختيار الملفات مرة أخرى" in shown.text
    assert "تجدونه مرفقاً</textarea>" in shown.text
    assert re.search(r'<option value="reply" selected', shown.text)
    note = upload(agent, path, csrf=proof, **(words | {"to": "note", "english": ""}), preview="1").text
    assert letters(note) == {}
    assert "لا يراها أي" in note or "لا يراه" in note
    house.world.drain()
    assert (mailer.taken, rows(house.world)) == ([], [])


def test_it_takes_the_second_language_and_each_reads_the_own_and_opens_the_file(
    house: Callers, at_desk: AtDesk, mailer: FakeMailer
) -> None:
    number, arabic, english = of_both(house.world)
    stranger = asked("43", "en")
    arrive(house.world, stranger)
    agent = at_desk(StaffRole.AGENT_1)
    path, proof = f"/desk/cases/{number}/files", agent.csrf(HOME)
    mailer.taken.clear()
    words = {"text": "تجدونه مرفقاً", "english": "Please find it attached", "to": "reply"}
    answer = upload(agent, path, ("how.txt", b"how"), csrf=proof, **words)
    assert answer.status_code == 303, answer.text
    house.world.drain()
    assert {mail.to: ("تجدونه" in mail.text, "Please find" in mail.text) for mail in mailer.taken} == {
        "41@academy.sa": (True, False), "42@academy.sa": (False, True),
    }  # fmt: skip
    (file,) = rows(house.world)
    for one, status in ((arabic, 200), (english, 200), (stranger, 404)):
        opened = Visitor(house).get(f"{link_of(house, one)}/files/{file.id}")
        assert opened.status_code == status
        opened.close()
    assert agent.get(f"/desk/cases/{number}").text.count("<bdi>how.txt</bdi>") == 1


@pytest.mark.parametrize(
    ("english", "to", "status"),
    [("", "reply", 422), ("x" * (LONGEST + 1), "reply", 422), ("", "note", 303)],
)
def test_what_is_wrong_with_it_is_said_beside_it(
    house: Callers, at_desk: AtDesk, english: str, to: str, status: int
) -> None:
    number, *_said = of_both(house.world)
    agent = at_desk(StaffRole.AGENT_1)
    answer = upload(agent, f"/desk/cases/{number}/files", ("a.txt", b"a"), csrf=agent.csrf(HOME), text="تجدونه",
                    english=english, to=to)  # fmt: skip
    assert answer.status_code == status
    assert status == 303 or "f-english" in answer.text
    assert len(rows(house.world)) == (status == 303)


def test_where_all_read_one_language_there_is_no_second_field(house: Callers, at_desk: AtDesk) -> None:
    arabic, english = arrive(house.world, asked("31")), arrive(house.world, asked("32", "en"))
    agent = at_desk(StaffRole.AGENT_1)
    for one in (arabic, english):
        assert 'name="english"' not in agent.get(f"/desk/cases/{one.id}/files").text
    assert "Whoever reads it reads English" in agent.get(f"/desk/cases/{english.id}/files?lang=en").text


def test_a_ready_text_is_filled_into_an_answer_with_files_in_both_languages(house: Callers, at_desk: AtDesk) -> None:
    number, *_said = of_both(house.world)
    agent = at_desk(StaffRole.AGENT_1)
    path = f"/desk/cases/{number}/files"
    page = agent.get(f"{path}?lang=en").text
    assert "Recovering the password" in page
    assert "The complaint is being studied" not in page
    filled = upload(agent, path, csrf=agent.csrf(HOME), text="", to="note", fill="1", ready="password")
    assert filled.status_code == 200
    assert "نسيت كلمة المرور" in filled.text
    assert re.search(r'name="english"[^>]*>[^<]{20,}</textarea>', filled.text)
    assert re.search(r'<option value="reply" selected', filled.text)
    assert rows(house.world) == []


def test_the_file_of_an_answer_in_two_languages_is_both_readers_on_each_database(database: Database) -> None:
    world = make_world(database)
    number, arabic, english = of_both(world)
    stranger = asked("43")
    arrive(world, stranger)
    add_at_desk(world.runtime, AGENT, number, "reply", "تجدونه", [Given("a.txt", io.BytesIO(b"a"))], warned=False,
                english="Please find it")  # fmt: skip
    add_at_desk(world.runtime, AGENT, number, "note", "بيننا", [Given("b.txt", io.BytesIO(b"b"))], warned=False)
    late = asked("44")
    arrive(world, late)
    merge(world.runtime, LEAD, number, case_of(world, late).id)
    for one, names in ((arabic, ["a.txt"]), (english, ["a.txt"]), (stranger, []), (late, [])):
        assert [row.name for row in own(world.runtime, one.key, own=True)] == names
