"""`nidaa people`: staff accounts from the command line, for the first administrator and for whom no page is open."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sidecar import wiring
from sidecar.casework import accounts
from sidecar.domain.accounts import GIVEN, Account, Refused
from sidecar.settings import Settings

if TYPE_CHECKING:
    from sidecar.runtime import Runtime

_BY = "command"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    what = parser.add_subparsers(required=True, metavar="WHAT", dest="what")
    what.add_parser("list", help="everybody who works here, or did")
    add = what.add_parser("add", help="give somebody an account; prints the first password once")
    add.add_argument("username", nargs="?", default="", help="for signing in here; none for who comes from the LMS")
    _fields(add, needed=True)
    change = what.add_parser("change", help="change who somebody is; what is not named stays")
    change.add_argument("who")
    _fields(change, needed=False)
    for name, about in (
        ("end", "end somebody's work here, at once"), ("back", "let it go on again"),
        ("password", "give a new first password, read from standard input or asked for; `--make` makes one"),
    ):  # fmt: skip
        one = what.add_parser(name, help=about)
        one.add_argument("who", help="a user's name, or a key as `list` shows it")
        if name == "password":
            one.add_argument("--make", action="store_true")


def _fields(parser: argparse.ArgumentParser, *, needed: bool) -> None:
    parser.add_argument("--name", required=needed)
    parser.add_argument("--role", action="append", choices=list(GIVEN), required=needed)
    parser.add_argument("--department", action="append")
    for field in ("email", "phone", "body", "locale"):
        parser.add_argument(f"--{field}")
    parser.add_argument("--lms-user", help="<site>:<LMS user id>: the same person at the LMS")


def run(given: argparse.Namespace) -> int:
    """Do what was asked; 0 when it is done, 1 when it is refused."""
    settings = Settings.from_env()
    runtime = wiring.build(settings, wake=lambda _lane: None)
    try:
        return _WHAT[given.what](runtime, settings, given)
    except Refused as refused:
        for field, why in refused.faults.items():
            print(f"nidaa: {field}: {why.value}", file=sys.stderr)  # noqa: T201  # a command's output
        return 1
    except KeyError:
        print("nidaa: there is nobody of that name", file=sys.stderr)  # noqa: T201
        return 1


def _list(runtime: Runtime, _settings: Settings, _given: argparse.Namespace) -> int:
    for person in accounts.everybody(runtime):
        row = person.row
        more = [*row.departments, *([row.body] if row.body else []), *([] if row.active else ["ended"])]
        print(f"{person.username or '-':20} {row.key:40} {','.join(row.roles):30} {','.join(more):24} {row.name}")  # noqa: T201
    return 0


def _add(runtime: Runtime, settings: Settings, given: argparse.Namespace) -> int:
    account = _account(given, None)
    key, first = accounts.add(runtime, _BY, account, username=given.username, sites=settings.sites)
    print(f"{key}\nfirst password, to be changed at the first sign-in: {first}" if first else key)  # noqa: T201
    return 0


def _change(runtime: Runtime, settings: Settings, given: argparse.Namespace) -> int:
    person = _who(runtime, given.who)
    accounts.change(runtime, _BY, person.row.key, _account(given, person), sites=settings.sites)
    return 0


def _end(runtime: Runtime, _settings: Settings, given: argparse.Namespace) -> int:
    accounts.end(runtime, _BY, _who(runtime, given.who).row.key, active=given.what == "back")
    return 0


def _password(runtime: Runtime, _settings: Settings, given: argparse.Namespace) -> int:
    key = _who(runtime, given.who).row.key
    if given.make:
        print(accounts.reset(runtime, _BY, key))  # noqa: T201
        return 0
    typed = getpass.getpass("New password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    accounts.reset(runtime, _BY, key, password=typed or " ")
    return 0


_WHAT: Mapping[str, Callable[..., int]] = {
    "list": _list, "add": _add, "change": _change, "end": _end, "back": _end, "password": _password,
}  # fmt: skip


def _who(runtime: Runtime, named: str) -> accounts.Person:
    for person in accounts.everybody(runtime):
        if named in {person.row.key, person.username}:
            return person
    raise KeyError(named)


def _account(given: argparse.Namespace, person: accounts.Person | None) -> Account:
    row = person.row if person else None

    def said(name: str) -> str:
        told = getattr(given, name)
        return str(told if told is not None else (getattr(row, name) if row else None) or "")

    return Account(
        name=said("name"), email=said("email"), phone=said("phone"), locale=said("locale") or "ar",
        roles=frozenset(given.role if given.role is not None else row.roles if row else ()),
        departments=frozenset(given.department if given.department is not None else row.departments if row else ()),
        body=said("body"), lms_user=said("lms_user"),
    )  # fmt: skip
