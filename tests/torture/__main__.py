"""`make torture`: kill everything, again and again, for as long as told; exits 1 at the first fault."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests import servers
from tests.torture.schedule import drawn
from tests.torture.siege import RECOVERY, Outcome, Siege

_ROUND = 60.0  # seconds of load before everything is looked at


def main() -> int:
    """Rounds of a minute until the time is up; each prints its seed, so that it can be played again."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--on", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, help="play this round alone, as it was played before")
    parser.add_argument("--every", type=float, default=4.0, help="seconds between kills, on average")
    arguments = parser.parse_args()
    rounds = 1 if arguments.seed is not None else max(1, round(arguments.minutes * 60 / _ROUND))
    seconds = min(_ROUND, arguments.minutes * 60)
    for number in range(rounds):
        seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1_000_000)
        print(f"round {number + 1} of {rounds} on {arguments.on}: --seed {seed} --minutes {arguments.minutes:g}"
              f" --every {arguments.every:g}", flush=True)  # fmt: skip
        if not _told(_played(arguments.on, seed, seconds, arguments.every)):
            return 1
    return 0


def _played(on: str, seed: int, seconds: float, every: float) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="nidaa-torture-") as name:
        folder = Path(name)
        postgres = servers.Postgres(durable=True) if on == "postgres" else None
        redis = servers.Redis(folder / "redis") if on == "postgres" else None
        siege = Siege(on, folder / "nidaa", seed, postgres=postgres, redis=redis)
        try:
            blows = drawn(seed, seconds, sorted(siege.victims), every=every, lms_down=min(8.0, seconds / 5))
            print("\n".join(f"  {blow}" for blow in blows), flush=True)
            return siege.run(blows, seconds, say=lambda line: print(f"    {line}", flush=True))
        finally:
            siege.end()
            for server in (postgres, redis):
                if server is not None:
                    server.stop()


def _told(outcome: Outcome) -> bool:
    late = [lane for lane, took in outcome.recovered.items() if took > RECOVERY[lane]]
    for lane, took in outcome.recovered.items():
        print(f"  {lane:8} recovered {took:5.1f} s after the last kill, the bar is {RECOVERY[lane]:.0f} s")
    for fault in outcome.faults:
        print(f"  FAULT: {fault}")
    print(f"  {outcome.sent} reports, {len(outcome.faults)} faults, {len(late)} lanes late", flush=True)
    return not outcome.faults and not late


if __name__ == "__main__":
    sys.exit(main())
