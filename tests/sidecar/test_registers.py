"""A register with an interface from its one file to the checklist: the very example of CONTRIBUTING.md."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import adapters.certificates
from sidecar import checkup, wiring
from sidecar.domain.report import Gap
from sidecar.domain.steps import Lane
from sidecar.policy.check import report
from sidecar.policy.load import PolicyError, load, shipped
from sidecar.registered import entries
from sidecar.runtime import DEFAULT_LEASES
from sidecar.settings import Settings, SettingsError
from sidecar.store import checklists, sealed
from tests.adapters.certificates.test_registries import written
from tests.sidecar.journey.test_certificate_answers import answers, asks, know
from tests.staff import arrive
from tests.worlds import SITE, World

SECRET = "a secret of the tests that is long enough for everybody"
SECTION = """
[registry.example]
clause = "P11"
label = { ar = "سجل المثال", en = "the Example register" }
on = true
by = "interface"
stale_after = "2d"

[registry.example.says]
not_submitted = { ar = "لم تُرسل", en = "not sent" }
submitted = { ar = "أُرسلت ولم تُؤكد", en = "sent, not confirmed" }
issued = { ar = "مسجلة", en = "recorded" }
rejected = { ar = "رُدّت", en = "sent back" }
"""
PLACE = (SITE, "21", "2")
NUMBER = "1000000008"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The one file, where the package's others are."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    (folder / "example.py").write_text(written(), encoding="utf-8")
    monkeypatch.setattr(adapters.certificates, "__path__", [*adapters.certificates.__path__, str(folder)])
    yield folder / "example.py"
    sys.modules.pop("adapters.certificates.example", None)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    directory = Path(shutil.copytree(shipped(), tmp_path / "policy"))
    path = directory / "registry.toml"
    path.write_text(path.read_text(encoding="utf-8") + SECTION, encoding="utf-8")
    return directory


def settings(tmp_path: Path, policy: Path, channels: str) -> Settings:
    reached = tmp_path / "channels.toml"
    reached.write_text(channels, encoding="utf-8")
    return Settings.from_env(
        {"NIDAA_SECRET_KEY": SECRET, "NIDAA_DATA_DIR": str(tmp_path), "NIDAA_POLICY_DIR": str(policy),
         "NIDAA_CHANNELS": str(reached)}
    )  # fmt: skip


def told_by(httpserver: HTTPServer, state: str) -> list[dict[str, Any]]:
    """Let it answer; returns what it is asked."""
    asked: list[dict[str, Any]] = []

    def serve(request: Request) -> Response:
        assert NUMBER not in request.url
        assert request.headers["Authorization"] == "Bearer right"
        people = json.loads(request.get_data())
        asked.extend(people)
        return Response(json.dumps([{"state": state, "at": "2026-11-20T10:00:00+00:00"} for _ in people]))

    httpserver.expect_request("/certificates/lookup", method="POST").respond_with_handler(serve)
    return asked


def wired(world: World, made: Settings) -> None:
    known = wiring.policy_of(made)
    world.runtime = replace(
        world.runtime, policy=known, registries=wiring.registries_of(made, known, world.runtime.db),
        id_key=wiring.id_key_of(made), seal_key=wiring.seal_key_of(made),
    )  # fmt: skip


@pytest.mark.parametrize(("kept", "number"), [("hashed", None), ("encrypted", NUMBER)])
def test_one_file_and_two_tables_are_a_register(
    world: World, tmp_path: Path, file: Path, policy: Path, httpserver: HTTPServer, kept: str, number: str | None
) -> None:
    rules = policy / "certificate.toml"
    rules.write_text(rules.read_text("utf-8").replace('national_id = "hashed"', f'national_id = "{kept}"'), "utf-8")
    asked = told_by(httpserver, "queued")
    made = settings(tmp_path, policy, f'[registers.example]\nurl = "{httpserver.url_for("")[:-1]}"\ntoken = "right"\n')
    assert "right" not in repr(made)
    wired(world, made)
    assert set(world.runtime.registries) == {"manar", "example"}
    told = sealed.close(world.runtime.seal_key, NUMBER)
    know(world, profile__national_id_key="a" * 64, profile__national_id_end="08",
         **({"profile__national_id_sealed": told} if kept == "encrypted" else {}))  # fmt: skip
    sent = asks()
    case = arrive(world, sent)
    (one,) = asked
    assert (one["person"], one["number"]) == ("a" * 64, number)
    with world.runtime.db.read() as conn:
        found = checklists.of_case(
            conn, world.runtime.policy, case, world.clock(), entries(world.runtime, [PLACE])[PLACE]
        )
    assert found is not None
    assert found.readiness is not None
    line = found.readiness.of("registry.example")
    assert line is not None
    assert (line.gap, line.source) == (Gap.REGISTRY_PENDING, "example")
    assert "sent to the Example register and is not confirmed" in answers(world, sent)[-1]


def test_a_register_that_nobody_says_how_to_reach_is_off_and_named(
    world: World, tmp_path: Path, file: Path, policy: Path
) -> None:
    made = settings(tmp_path, policy, '[registers.other]\nurl = "x"\n')
    wired(world, made)
    assert set(world.runtime.registries) == {"manar"}
    found = {subject: level for level, subject, _ in checkup._registers(made)}
    assert found == {"register example": "warning", "register other": "warning"}


def test_a_claim_lasts_for_the_lms_and_every_register_one_after_the_other(
    world: World, tmp_path: Path, file: Path, policy: Path
) -> None:
    made = settings(tmp_path, policy, '[registers.example]\nurl = "http://127.0.0.1:9"\ntoken = "x"\n')
    found = wiring.registries_of(made, wiring.policy_of(made), world.runtime.db)
    leases = wiring._leases(world.runtime.lms, None, found)
    asking = max(one.deadline for one in world.runtime.lms.values()) + found["example"].deadline
    assert leases[Lane.ENRICH].total_seconds() >= 2 * asking
    assert leases[Lane.ASSESS] == DEFAULT_LEASES[Lane.ASSESS]


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ('[registers.example]\nurl = "x"\n', "token"),
        ('[registers.example]\nurl = "x"\ntoken = "geheim"\nkind = "nothing_such"\n', "no register of this kind"),
        ('[registers.example]\nurl = "x"\ntoken = "geheim"\nkind = "port"\n', "no register of this kind"),
        ('[registers.example]\nurl = "x"\ntoken = "geheim"\nkind = "../x"\n', "adapters/certificates"),
        ('[registers.example]\nurl = "x"\ntoken = 7\n', "a table of texts"),
        ('[registers]\nexample = "geheim"\n', "a table of texts"),
        ('[registered.example]\nurl = "geheim"\n', "tables"),
    ],
)
def test_settings_that_make_no_register_stop_it_and_hold_no_secret(
    world: World, tmp_path: Path, file: Path, policy: Path, channels: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        wired(world, settings(tmp_path, policy, channels))
    assert said in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('by = "interface"', 'by = "exports"', "only exports of manar, nelc"),
        ('by = "interface"', 'by = "telex"', "telex"),
        ("[registry.example]", '[registry."Example!"]', "a letter first"),
        ('rejected = { ar = "رُدّت", en = "sent back" }', "", "missing"),
        ('stale_after = "2d"', 'stale_after = "2d"\nrows = 3', "rows"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(policy: Path, old: str, new: str, said: str) -> None:
    path = policy / "registry.toml"
    head, _, own = path.read_text("utf-8").rpartition("\n[registry.example]\n")
    path.write_text(head + ("\n[registry.example]\n" + own).replace(old, new), "utf-8")
    with pytest.raises(PolicyError) as caught:
        load(policy)
    assert said in str(caught.value)


def test_a_policy_of_an_earlier_release_still_starts(policy: Path) -> None:
    path = policy / "registry.toml"
    text = path.read_text("utf-8").replace(SECTION, "")
    path.write_text(text[: text.index("[registry.nelc.says]")].replace("explains = true\n", ""), "utf-8")
    rules = policy / "certificate.toml"
    rules.write_text(rules.read_text("utf-8").replace('national_id = "hashed"', 'registry_stale = "7d"'), "utf-8")
    found = load(policy)
    assert found.registries["nelc"].explains
    assert found.registries["nelc"].says
    assert not found.certificate.seals_ids
    lines, sound = report(policy)
    assert sound
    assert [line for line in lines if "certificate.registry_stale is read no more" in line]
    assert not [line for line in report(shipped())[0] if "registry_stale" in line]


@pytest.mark.parametrize("kept", ["hashed", "encrypted"])
def test_an_lms_seals_what_it_reads_only_where_the_policy_says_so(tmp_path: Path, policy: Path, kept: str) -> None:
    rules = policy / "certificate.toml"
    rules.write_text(rules.read_text("utf-8").replace('national_id = "hashed"', f'national_id = "{kept}"'), "utf-8")
    sites = tmp_path / "sites.toml"
    secret = "whsec_" + base64.b64encode(b"s" * 32).decode()
    sites.write_text(
        f'[sites.academy]\nurl = "https://lms.invalid"\ntoken = "{"0" * 32}"\nsecrets = ["{secret}"]\n', "utf-8"
    )
    made = Settings.from_env(
        {"NIDAA_SECRET_KEY": SECRET, "NIDAA_DATA_DIR": str(tmp_path), "NIDAA_POLICY_DIR": str(policy),
         "NIDAA_SITES": str(sites)}
    )  # fmt: skip
    lms: Any = wiring.lms_of(made, wiring.policy_of(made))["academy"]
    seal = lms._profiles._seal
    assert (seal is not None) is (kept == "encrypted")
    if seal is not None:
        assert sealed.opened(wiring.seal_key_of(made), seal(NUMBER)) == NUMBER


def test_another_way_of_keeping_a_number_is_refused(policy: Path) -> None:
    rules = policy / "certificate.toml"
    rules.write_text(rules.read_text("utf-8").replace('national_id = "hashed"', 'national_id = "clear"'), "utf-8")
    with pytest.raises(PolicyError) as caught:
        load(policy)
    assert "certificate.national_id" in str(caught.value)
