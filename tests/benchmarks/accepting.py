"""Lines 1 and 2: accepting reports durably, as fast as they come and at a steady rate, with a worker draining."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.rivals import Gunicorn, Helpdesk, accepted_only, bare_flask
from tests.benchmarks.verdicts import Verdict
from tests.live import load
from tests.live.deployment import Deployment, family
from tests.live.ledger import Ledger
from tests.live.presses import busy_evening

_A_RUN = 3000  # reports in a run
_DRAINED = 240.0  # seconds at most, between runs, so that bare Flask does not share its cores with our worker


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """CPU time of a process and its children, so far."""
    total = 0.0
    for member in family(process):
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


@dataclass(slots=True)
class _Contest:
    """Nidaa and its rivals, started once and measured in turns."""

    nidaa: Deployment
    ledger: Ledger
    flask: Gunicorn
    made: int = 0

    def requests(self, count: int) -> list[bytes]:
        """Signed requests, ready to be sent; made before the watch starts."""
        self.made += count
        return [press.raw() for press in busy_evening(count, first=self.made - count)]

    def run(self, port: int, requests: list[bytes], rate: float | None = None) -> load.Outcome:
        outcome = load.run(port, requests, rate=rate)
        if outcome.failed:
            print(f"    {outcome.failed} of {len(requests)} refused: {dict(outcome.statuses)}")
        return outcome

    def drained(self) -> None:
        self.ledger.wait(lambda ledger: ledger.backlog() == 0, _DRAINED)


def measure(
    nidaa: Deployment, ledger: Ledger, *, rounds: int, helpdesk: Helpdesk | None, say: Callable[[str], None]
) -> list[Verdict]:
    """Both lines; Nidaa's web and worker run already."""
    contest = _Contest(nidaa, ledger, bare_flask())
    try:
        contest.run(nidaa.port, contest.requests(500))  # the first requests of a process compile statements
        contest.run(contest.flask.port, contest.requests(500))
        contest.drained()
        return [*_closed(contest, rounds, helpdesk, say), *_open(contest, say)]
    finally:
        contest.flask.stop()


def _closed(
    contest: _Contest, rounds: int, helpdesk: Helpdesk | None, say: Callable[[str], None]
) -> list[Verdict]:  # fmt: skip
    ours, bare, forms, cpu = [], [], [], []
    web = contest.nidaa.web
    assert web is not None
    for number in range(rounds):
        bare.append(contest.run(contest.flask.port, contest.requests(_A_RUN) * 2).rate)
        requests = contest.requests(_A_RUN)
        before = cpu_seconds(web)
        outcome = contest.run(contest.nidaa.port, requests)
        cpu.append(1000 * (cpu_seconds(web) - before) / _A_RUN)
        ours.append(outcome.rate)
        told = f"bare Flask {bare[-1]:.0f}/s, Nidaa {ours[-1]:.0f}/s, {cpu[-1]:.2f} ms CPU"
        contest.drained()
        if helpdesk is not None:
            forms.append(accepted_only(contest.run(helpdesk.port, helpdesk.form_posts(300))).rate)
            told += f", django-helpdesk {forms[-1]:.0f}/s"
        say(f"  run {number + 1}: {told}; client busy {outcome.client_cpu / outcome.seconds:.0%}")
    mine, theirs = statistics.median(ours), statistics.median(bare)
    # The median of ratios within a round: the machine's speed changes from round to round.
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    verdicts = [
        Verdict(1, "durable accept ÷ bare Flask", f"{mine:.0f}/s", f"{theirs:.0f}/s", ratio, 0.35, least=True, aim=0.5),
        Verdict(
            1, "CPU a report, ms", f"{statistics.median(cpu):.2f} ms", "", statistics.median(cpu), 0.9, least=False
        ),
    ]
    if forms:
        times = statistics.median(one / other for one, other in zip(ours, forms, strict=True))
        form = f"{statistics.median(forms):.0f}/s"
        what = "durable accept ÷ django-helpdesk's form"
        verdicts.append(Verdict(1, what, f"{mine:.0f}/s", form, times, 8, least=True, aim=12))
    return verdicts


def _open(contest: _Contest, say: Callable[[str], None]) -> list[Verdict]:
    verdicts = []
    for rate, allowed in ((100, 0.040), (500, 0.200)):
        ours, bare = [], []
        for number in range(3):
            count = rate * (8 if rate == 100 else 5)
            bare.append(contest.run(contest.flask.port, contest.requests(count), rate).percentile(0.99))
            ours.append(contest.run(contest.nidaa.port, contest.requests(count), rate).percentile(0.99))
            say(f"  {rate}/s, run {number + 1}: p99 bare Flask {bare[-1] * 1e3:.0f} ms, Nidaa {ours[-1] * 1e3:.0f} ms")
            contest.drained()
        mine, theirs = statistics.median(ours), statistics.median(bare)
        verdicts.append(
            Verdict(2, f"p99 at {rate}/s beyond bare Flask's, ms", f"{mine * 1e3:.0f} ms", f"{theirs * 1e3:.0f} ms",
                    1000 * (mine - theirs), 1000 * allowed, least=False)
        )  # fmt: skip
    return verdicts


def helpdesk_in(cache: Path, folder: Path, say: Callable[[str], None]) -> Helpdesk | None:
    """django-helpdesk, or None where it cannot be installed."""
    try:
        return Helpdesk(cache, folder)
    except (subprocess.SubprocessError, OSError, RuntimeError) as error:
        say(f"  django-helpdesk cannot be set up here ({type(error).__name__}): measured without it")
        return None
