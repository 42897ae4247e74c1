"""The `nidaa` command (contract.md, "Commands")."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from sidecar import people_command, wiring
from sidecar.domain.steps import Lane
from sidecar.policy import check as policy_check
from sidecar.policy.faults import PolicyError
from sidecar.policy.load import shipped
from sidecar.settings import Settings, SettingsError
from sidecar.store import outbox, proofs, schema


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says, 1 when it found faults, 2 when it could not."""
    arguments = _parser().parse_args(argv)
    os.umask(0o077)  # what is written holds what people said: nobody else on this machine reads it
    try:
        code: int = arguments.run(arguments)
        return code
    except BrokenPipeError:  # `nidaa … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SettingsError as error:
        print(f"nidaa: {error}", file=sys.stderr)
    except PolicyError as error:
        print("nidaa: the policy does not make sense:", file=sys.stderr)
        for fault in error.faults:
            print(f"  {fault.file}:{fault.line}: {fault.key}: {fault.reason}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nidaa", description="From a press in class to the tier that can help.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    demo = add("demo", _demo, "play a lively class on the embedded default, then stay up until Ctrl-C")
    demo.add_argument("--once", action="store_true", help="leave when the class has been played")
    demo.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    demo.add_argument("--picture", type=Path, help="write what the screen showed as an SVG file")
    add("check", _check, "what the configuration, the database and each LMS token can and cannot do")
    policy = add("policy", _policy, "`nidaa policy check`: whether the policy makes sense, and what cites which clause")
    policy.add_argument("what", choices=["check"])
    policy.add_argument("directory", nargs="?", type=Path, help="default: NIDAA_POLICY_DIR, else the one that ships")
    db = add("db", _db, "`nidaa db upgrade`: bring the database to this version")
    db.add_argument("what", choices=["upgrade"])
    add("web", _web, "serve HTTP (gunicorn with gevent)")
    add("worker", _worker, "drain the lanes and carry the clock")
    box = add("outbox", _outbox, "what waits, what is parked and why; `replay` sends parked rows on their way again")
    box.add_argument("what", nargs="?", choices=["list", "replay"], default="list")
    box.add_argument("ids", nargs="*", type=int, help="rows to replay; none: all that are parked")
    box.add_argument("--all", action="store_true", help="list waiting rows too")
    case = add("case", _case, "where one case stands, how each of its deadlines came about, and its timeline")
    case.add_argument("number", type=int)
    people_command.arguments(add("people", _people, "staff accounts: list, add, change, end, back, password"))
    revoke = add("revoke", _revoke, "let one person token prove nothing any more")
    revoke.add_argument("site")
    revoke.add_argument("jti")
    return parser


def _demo(arguments: argparse.Namespace) -> int:
    from sidecar.demo.play import play  # noqa: PLC0415  # the demo alone needs a terminal library

    return play(once=arguments.once, port=arguments.port, picture=arguments.picture)


def _policy(arguments: argparse.Namespace) -> int:
    named = arguments.directory or os.environ.get("NIDAA_POLICY_DIR")
    lines, sound = policy_check.report(Path(named) if named else shipped())
    print("\n".join(lines))
    return 0 if sound else 1


def _db(_: argparse.Namespace) -> int:
    settings = Settings.from_env()
    database = wiring.database(settings)
    schema.upgrade(database)
    print(f"database is at revision {schema.current(database)}")
    return 0


def _ready(settings: Settings) -> bool:
    """Whether the database is at this version; says what to do when it is not."""
    at, wanted = schema.current(wiring.database(settings)), schema.head()
    if at != wanted:
        print(f"nidaa: the database is at revision {at}, not {wanted}; run `nidaa db upgrade`", file=sys.stderr)
    return at == wanted


def _web(_: argparse.Namespace) -> int:  # noqa: RET503  # exec does not return
    settings = Settings.from_env()
    wiring.policy_of(settings)  # a policy that makes no sense stops start-up here, with file, line and reason
    if not _ready(settings):
        return 2
    workers = os.environ.get("WEB_CONCURRENCY", "2")
    arguments = ["-m", "gunicorn", "sidecar.wsgi:application", "--worker-class", "gevent", "--workers", workers,
                 "--bind", settings.listen, "--keep-alive", "75", "--backlog", "2048", "--worker-connections", "1000",
                 "--graceful-timeout", "10", "--log-level", "warning",
                 "--no-control-socket"]  # fmt: skip  # it would stand in the home folder, one for all that run there
    # exec, so that nothing of this process is imported before gevent has patched the standard library.
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  # the arguments are ours


def _worker(_: argparse.Namespace) -> int:
    from sidecar import worker  # noqa: PLC0415  # Celery is not imported for a command that needs none

    settings = Settings.from_env()
    if not _ready(settings):
        return 2
    worker.run(settings)
    return 0


def _check(_: argparse.Namespace) -> int:
    from sidecar.checkup import checkup  # noqa: PLC0415

    return checkup(Settings.from_env())


def _outbox(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    database = wiring.database(settings)
    if arguments.what == "replay":
        with database.write() as conn:
            replayed = outbox.replay(conn, wiring.now(), arguments.ids or None)
        print(f"{replayed} row(s) on their way again")
        return 0
    with database.read() as conn:
        backlog = outbox.backlog(conn)
        rows = outbox.listing(conn, state=None if arguments.all else "parked", limit=500)
    for lane in Lane:
        waiting, parked = (backlog.get((lane, state), (0, None))[0] for state in ("waiting", "parked"))
        print(f"{lane:8} {waiting:6} waiting {parked:6} parked")
    for row in rows:
        print(
            f"{row.id:>8} {row.state:8} {row.step:10} {row.subject:36} {row.attempts:>3} tries, "
            f"since {row.put_at:%Y-%m-%d %H:%M:%S}Z, due {row.due_at:%H:%M:%S}Z: {row.last_error or '-'}"
        )
    return 0


def _case(arguments: argparse.Namespace) -> int:
    from sidecar.casefile import casefile  # noqa: PLC0415

    settings = Settings.from_env()
    policy = wiring.policy_of(settings)
    if not _ready(settings):
        return 2
    with wiring.database(settings).read() as conn:
        lines = casefile(conn, policy, arguments.number, wiring.now())
    if lines is None:
        print(f"nidaa: there is no case {arguments.number}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _people(arguments: argparse.Namespace) -> int:
    return people_command.run(arguments) if _ready(Settings.from_env()) else 2


def _revoke(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    if arguments.site not in settings.sites:
        raise SettingsError(f"NIDAA_SITES: no site {arguments.site!r}")
    with wiring.database(settings).write() as conn:
        proofs.revoke(conn, arguments.site, arguments.jti, wiring.now())
    print("revoked; every web process knows within five seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
