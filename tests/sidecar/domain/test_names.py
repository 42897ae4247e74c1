import pytest

from sidecar.domain.names import Script, same_person, script_of

TOLERANCE = 0.25


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("أحمد بن سعد بن علي القحطاني", "Ahmed Saad Alqahtani"),
        ("نورة بنت فهد الدوسري", "Noura Fahad Aldosari"),
        ("نورة بنت فهد الدوسري", "Norah F. Al-Dossary"),
        ("عبدالله بن محمد الغامدي", "Abdullah Alghamdi"),
        ("عبد الله بن محمد الغامدي", "Abdullah Mohammed Al Ghamdi"),
        ("عبد الرحمن الشهري", "Abdulrahman Ash-Shehri"),
        ("فاطمة بنت حسن الزهراني", "Fatimah Alzahrani"),
        ("فاطمة الزهراني", "Fatma Az-Zahrani"),
        ("سلطان البقمي", "Sultan Albogami"),
        ("ظافر القرني", "Zafer Algarni"),
        ("ذكرى العتيبي", "Thekra Al-Otaibi"),
        ("يوسف العنزي", "Youssef Al Anazi"),
        ("يوسف العنزي", "يوسف العنزى"),
        ("مُحَمَّد المطيري", "Muhammad ALMUTAIRI"),
        ("قاسم أبو الخير", "Qassim Abualkhair"),
        ("ضحى العلي", "Duha Alali"),
    ],
)
def test_one_name_in_two_scripts(arabic: str, latin: str) -> None:
    assert same_person(arabic, latin, TOLERANCE) is True
    assert same_person(latin, arabic, TOLERANCE) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد القحطاني", "Khalid Alqahtani"),
        ("أحمد القحطاني", "Ahmed Alghamdi"),
        ("خالد الحربي", "Waleed Alharbi"),
        ("نورة الدوسري", "Sarah Aldosari"),
        ("ريم السبيعي", "Maryam Alsubaie"),
        ("أحمد سعد القحطاني", "Ahmed Fahad Alqahtani"),
    ],
)
def test_another_name(one: str, other: str) -> None:
    assert same_person(one, other, TOLERANCE) is False


@pytest.mark.parametrize(("one", "other"), [("", "Ahmed"), ("أحمد", "Ахмед"), ("123", "456"), ("أحمد", "李")])
def test_what_cannot_be_read_is_not_compared(one: str, other: str) -> None:
    assert same_person(one, other, TOLERANCE) is None


def test_no_tolerance_is_sound_for_sound() -> None:
    assert same_person("سلطان البقمي", "Sultan Albogami", 0) is False
    assert same_person("سلطان البقمي", "Sultan Albuqami", 0) is True


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("يوسف", Script.ARABIC),
        ("Yousef", Script.LATIN),
        ("يوسف Yousef", Script.MIXED),
        ("Ахмед", Script.OTHER),
        ("", Script.OTHER),
    ],
)
def test_script(name: str, script: Script) -> None:
    assert script_of(name) is script


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [("آية الحربي", "Aya Alharbi"), ("حياة الحربي", "Hayat Alharbi"), ("نجاة العمري", "Najat Alamri")],
)
def test_a_closing_ta_marbuta_is_written_either_way(arabic: str, latin: str) -> None:
    assert same_person(arabic, latin, 0.25) is True
