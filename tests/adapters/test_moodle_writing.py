"""Writing confirmed data: which fields of Moodle are named, what is refused, and what `nidaa check` says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.errors import Refused
from adapters.lms.moodle import Moodle
from adapters.lms.moodle.profiles import DEFAULT_FIELDS
from adapters.lms.moodle.writing import UPDATE
from tests.adapters.conftest import TOKEN

FORBIDDEN = {"exception": "required_capability_exception", "errorcode": "nopermissions", "message": "…"}


def warned(code: str) -> dict[str, Any]:
    """As a running Moodle 4.5.5 answered: a success that holds a refusal."""
    return {"warnings": [{"item": "user", "itemid": 1, "warningcode": code, "message": "…"}]}


def moodle(stand_in: Any, *writes: str, **fields: str) -> Moodle:
    stand_in.functions.add(UPDATE)
    stand_in.answers.setdefault(UPDATE, lambda form: {"warnings": []})
    mapping = {**DEFAULT_FIELDS, **fields}
    return Moodle("lab", stand_in.url, TOKEN, clock=lambda: datetime.now(UTC), fields=mapping, writes=writes)


def named(stand_in: Any) -> dict[str, str]:
    (call,) = stand_in.asked(UPDATE)
    return {key: value for key, value in call.items() if key.startswith("users")}


def test_a_telephone_goes_to_its_column_and_names_to_custom_fields(stand_in: Any) -> None:
    moodle(stand_in, "phone", "name_ar", name_ar="arabicname").write("6", {"phone": "+966501234567", "name_ar": "نورة"})
    assert named(stand_in) == {
        "users[0][id]": "6", "users[0][phone1]": "+966501234567",
        "users[0][customfields][0][type]": "arabicname", "users[0][customfields][0][value]": "نورة",
    }  # fmt: skip


def test_a_number_of_identity_goes_to_a_custom_field_and_is_in_no_refusal(stand_in: Any) -> None:
    writer = moodle(stand_in, "national_id")
    writer.write("6", {"national_id": "1000000008"})
    assert named(stand_in)["users[0][customfields][0][value]"] == "1000000008"
    stand_in.answers[UPDATE] = lambda form: warned("1000000008 is taken")
    with pytest.raises(Refused) as caught:
        writer.write("6", {"national_id": "1000000008"})
    assert "1000000008" not in repr(caught.value)


def test_a_telephone_may_be_a_custom_field(stand_in: Any) -> None:
    moodle(stand_in, "phone", phone="mobile").write("6", {"phone": "+966501234567"})
    assert named(stand_in) == {
        "users[0][id]": "6", "users[0][customfields][0][type]": "mobile",
        "users[0][customfields][0][value]": "+966501234567",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("email", "email"), ("national_id", "idnumber"), ("phone", "email"), ("name_en", "firstname"),
     ("name_en", "phone1"), ("name_ar", "password"), ("phone", "username"), ("phone", "idnumber"), ("shoe", "shoe")],
)  # fmt: skip
def test_nothing_else_of_an_account_can_be_named(stand_in: Any, name: str, theirs: str) -> None:
    with pytest.raises(ValueError, match=name):
        moodle(stand_in, name, **{name: theirs})


def test_a_field_that_the_site_does_not_list_is_not_written(stand_in: Any) -> None:
    with pytest.raises(ValueError, match="name_ar"):
        moodle(stand_in, "phone").write("6", {"name_ar": "نورة"})
    assert stand_in.asked(UPDATE) == []


@pytest.mark.parametrize("code", ["usernotupdatedadmin", "invaliduserid", "usernotupdateddeleted"])
def test_a_success_that_holds_a_refusal_is_one(stand_in: Any, code: str) -> None:
    stand_in.answers[UPDATE] = lambda form: warned(code)
    with pytest.raises(Refused) as caught:
        moodle(stand_in, "phone").write("6", {"phone": "+966501234567"})
    assert caught.value.code == code


def test_words_in_place_of_a_code_do_not_get_out(stand_in: Any) -> None:
    stand_in.answers[UPDATE] = lambda form: warned("Ahmad's number is wrong")
    with pytest.raises(Refused) as caught:
        moodle(stand_in, "phone").write("6", {"phone": "+966501234567"})
    assert (caught.value.code, "Ahmad" in str(caught.value)) == ("not_updated", False)


def test_a_token_without_the_capability_is_refused(stand_in: Any) -> None:
    stand_in.answers[UPDATE] = lambda form: FORBIDDEN
    with pytest.raises(Refused) as caught:
        moodle(stand_in, "phone").write("6", {"phone": "+966501234567"})
    assert caught.value.code == "nopermissions"


def test_a_visitor_is_nobody_of_moodle(stand_in: Any) -> None:
    with pytest.raises(Refused, match="nobody"):
        moodle(stand_in, "phone").write("visitor:1", {"phone": "+966501234567"})
    assert stand_in.asked(UPDATE) == []


def about_writing(lms: Moodle) -> list[str]:
    return [one.subject for one in lms.check() if "a registrar enters it" in one.costs]


def test_check_tries_it_out_on_nobody_where_something_is_written(stand_in: Any) -> None:
    stand_in.answers[UPDATE] = lambda form: warned("invaliduserid")
    assert about_writing(moodle(stand_in, "phone")) == []
    assert named(stand_in) == {"users[0][id]": "999999999999"}
    stand_in.answers[UPDATE] = lambda form: FORBIDDEN
    assert about_writing(moodle(stand_in, "phone")) == ["capability moodle/user:update is missing"]


def test_check_names_the_function_that_is_missing_and_only_where_it_is_wanted(stand_in: Any) -> None:
    wanting, plain = moodle(stand_in, "phone"), moodle(stand_in)
    stand_in.functions.discard(UPDATE)
    assert about_writing(wanting) == [f"function {UPDATE} is missing"]
    assert about_writing(plain) == []
    assert stand_in.asked(UPDATE) == []
