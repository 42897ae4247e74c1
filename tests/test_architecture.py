"""The rules of the house as tests. Beside each rule of our own stands a planted violation that it must find."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from sidecar import celery_app, wiring, worker
from sidecar.app import create_app
from sidecar.domain.steps import LANE_OF, Lane, Step
from sidecar.runtime import DEFAULT_LEASES
from sidecar.settings import Settings
from sidecar.store.database import Database
from sidecar.tasks.drain import BATCH, HANDLERS
from tests.public_routes import PUBLIC
from tests.worlds import world

ROOT = Path(__file__).resolve().parents[1]

LONGER: Mapping[str, str] = {
    "sidecar/store/migrations/versions/0001_the_spine.py": "generated, and never edited once it has been published",
}
# Moodle wants each language in one file; what is built, or comes from others, has no rooms.
_ONE_PIECE = re.compile(
    r"sidecar/pages/shell/vendor/.*|"
    r"lms_plugin/moodle/local_nidaa/(?:lang/.*|amd/build/.*|amd/src/(?!launcher\.js$|host\.js$).*)"
)
# Pages that a cookie opens: none of them is in OpenAPI, and each answers 401 without one.
COOKIE_PAGES = ("/roster/", "/rooms/", "/mine/", "/desk/", "/questions/")


def tracked(*suffixes: str) -> Iterator[Path]:
    """The project's own files: what git tracks, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in sorted(set(listed.split("\0")) - {""}):
        file = ROOT / name
        if (not suffixes or file.suffix in suffixes) and file.is_file():
            yield file


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file below the folders, parsed, by its path from the root."""
    for file in tracked(".py"):
        name = file.relative_to(ROOT).as_posix()
        if name.startswith(folders):
            yield name, ast.parse(file.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The modules that a file imports, as written in full."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


# --- Who may import whom -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_contracts_of_import_linter_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def not_standard(tree: ast.Module) -> set[str]:
    """What a file of the domain imports beyond the standard library and the domain itself."""
    return {
        name
        for name in imported(tree)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("sidecar.domain")
    }


def test_the_domain_imports_the_standard_library_alone() -> None:
    assert {name: found for name, tree in sources("sidecar/domain/") if (found := not_standard(tree))} == {}
    assert not_standard(ast.parse("import yaml\nfrom sidecar.store import cases")) == {"yaml", "sidecar.store"}


def reaches_for_requests(tree: ast.Module) -> bool:
    """Whether a file imports the HTTP library."""
    return any(name.partition(".")[0] == "requests" for name in imported(tree))


def test_one_door_leads_to_the_outside() -> None:
    # deadlines.py is the door's own transport: the adapter in which a request's total time ends.
    door = {"adapters/http.py", "adapters/deadlines.py"}
    assert {name for name, tree in sources("sidecar/", "adapters/") if reaches_for_requests(tree)} <= door
    assert reaches_for_requests(ast.parse("from requests.adapters import HTTPAdapter"))


# --- Files and names ------------------------------------------------------------------------------------------------


def written(*suffixes: str) -> Iterator[tuple[str, Path]]:
    """Every file of these kinds that people write, by its path from the root."""
    for file in tracked(*suffixes):
        name = file.relative_to(ROOT).as_posix()
        if not _ONE_PIECE.fullmatch(name):
            yield name, file


def test_every_file_is_one_room() -> None:
    code = dict(written(".py", ".php", ".ts", ".mjs", ".js"))
    too_long = {name for name, file in code.items() if len(file.read_text(encoding="utf-8").splitlines()) > 300}
    assert "lms_plugin/moodle/local_nidaa/amd/src/launcher.js" in code
    assert not {name for name in code if "/lang/" in name or name.endswith(".min.js")}
    assert too_long - set(LONGER) == set(), "split them, or list them with a reason"
    assert set(LONGER) - too_long == set(), "no longer exceptions: take them off the list"


def says_nothing(name: str) -> bool:
    """Whether a file's or folder's name tells no newcomer what is in it."""
    return re.fullmatch(r"_?(utils?|helpers?|common|misc|managers?|stuff|shared)", name) is not None


def test_names_say_what_is_inside() -> None:
    parts = {part for file in tracked() for part in file.relative_to(ROOT).with_suffix("").parts}
    assert {part for part in parts if says_nothing(part)} == set()
    assert all(says_nothing(name) for name in ("utils", "helper", "manager", "misc"))


def reads_the_clock(tree: ast.Module) -> bool:
    """Whether a file asks the machine for the date or time of day."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if owner in {"datetime", "date"}:
                return True
    return False


def test_there_is_one_clock() -> None:
    readers = {name for name, tree in sources("sidecar/", "adapters/") if reads_the_clock(tree)}
    # The demo plays the outside: its people and its LMS have clocks of their own.
    assert {name for name in readers if not name.startswith("sidecar/demo/")} == {"sidecar/wiring.py"}
    assert reads_the_clock(ast.parse("import datetime\ndatetime.datetime.now(datetime.UTC)"))
    assert reads_the_clock(ast.parse("from datetime import date\ndate.today()"))


# This machine's folders and the registries that it happens to use belong into no file. Written with brackets, so that
# this file does not find itself.
_ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:[w]ork|[f]arm|[r]oot|[h]ome)/\w|[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[d]eb\.debian\.org"
    r"|-[-](?:extra-)?index-url|-[-]find-links[ =]|[\"']resolved[\"']:"
)


def machine_bound(text: str) -> list[str]:
    """The lines that name a folder of one machine or a package registry."""
    return [line for line in text.splitlines() if _ELSEWHERE.search(line)]


def test_no_file_is_bound_to_one_machine() -> None:
    found: dict[str, list[str]] = {}
    for file in tracked():
        try:
            lines = machine_bound(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue  # a picture or a font
        if lines:
            found[file.relative_to(ROOT).as_posix()] = lines
    assert found == {}
    for planted in (
        "data = '/wo" + "rk/main/x'",
        "-" + "-extra-index-url x",
        "require('/ho" + "me/somebody/moodle/config.php');",
        "see py" + "pi.org",
        '"resol' + 'ved": "x"',
    ):
        assert machine_bound(planted), planted


# --- Steps, lanes and queues ----------------------------------------------------------------------------------------


def test_every_step_has_a_handler_and_every_lane_what_it_needs() -> None:
    assert set(HANDLERS) == set(LANE_OF) == set(Step)
    assert set(BATCH) == set(DEFAULT_LEASES) == set(LANE_OF.values()) == set(Lane)


class NoBroker:
    """A Celery application that notes what it is told."""

    def __init__(self) -> None:
        self.arguments: list[str] = []
        self.sent: list[tuple[str, str]] = []

    def worker_main(self, arguments: list[str]) -> None:
        """As Celery's, and returns at once."""
        self.arguments = arguments

    def send_task(self, name: str, *, queue: str, **_: Any) -> None:
        """As Celery's."""
        self.sent.append((name, queue))

    def task(self, **_: Any) -> Callable[[Any], Any]:
        """As Celery's."""
        return lambda function: function


def test_the_worker_consumes_every_queue_that_is_hinted(
    monkeypatch: pytest.MonkeyPatch, sqlite_database: Database, settings: Settings
) -> None:
    app = NoBroker()
    monkeypatch.setattr(celery_app, "make_celery", lambda _settings: app)
    monkeypatch.setattr(wiring, "build", lambda _settings, **_: world(sqlite_database).runtime)
    monkeypatch.setattr(worker.Clockwork, "start", lambda _self: None)
    worker.run(settings)
    told = next(argument for argument in app.arguments if argument.startswith("--queues="))
    consumed = set(told.removeprefix("--queues=").split(","))

    hints = celery_app.Hints(app)  # type: ignore[arg-type]
    for lane in {LANE_OF[step] for step in Step}:
        hints._publish(lane)
    assert {name for name, _ in app.sent} == {celery_app.DRAIN}
    assert {queue for _, queue in app.sent} == consumed


# --- What is served -------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a process that serves nobody."""
    return Settings.from_env({"NIDAA_DATA_DIR": str(tmp_path), "NIDAA_SECRET_KEY": "k" * 32})


@pytest.fixture
def app(settings: Settings, sqlite_database: Database) -> Flask:
    """The application as it is served."""
    return create_app(settings, world(sqlite_database).runtime)


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Every path, as OpenAPI writes it, and method that the application answers."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method


def undeclared(app: Flask, spec: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Routes that neither demand a proof in OpenAPI nor are public on purpose."""
    return {
        (path, method)
        for path, method in routes(app)
        if path not in PUBLIC
        and not path.startswith(COOKIE_PAGES)
        and not spec["paths"].get(path, {}).get(method.lower(), {}).get("security")
    }


def test_every_route_demands_a_proof_or_is_public_on_purpose(app: Flask) -> None:
    spec = app.test_client().get("/v1/openapi.json").get_json()
    assert undeclared(app, spec) == set()
    assert set(PUBLIC) <= {path for path, _ in routes(app)}, "public, but not served: take it off the list"

    app.url_map.add(Rule("/v1/forgotten", endpoint="forgotten", methods=["GET"]))
    assert undeclared(app, spec) == {("/v1/forgotten", "GET")}


def test_what_demands_a_proof_refuses_without_one(app: Flask) -> None:
    client = app.test_client()
    for path, method in set(routes(app)):
        if path not in PUBLIC:
            concrete = re.sub(r"\{(?:number|intent|telling)\}", "1", path)
            concrete = re.sub(r"\{[^}]+\}", "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f", concrete)
            assert client.open(concrete, method=method).status_code == 401, (method, path)
