"""Line 7: what the whole embedded default costs while nobody presses."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.accepting import cpu_seconds
from tests.benchmarks.verdicts import Verdict
from tests.live.deployment import Deployment, family


def measure(nidaa: Deployment, *, seconds: float, say: Callable[[str], None]) -> list[Verdict]:
    """CPU in percent of one core, and memory as Pss: what would be free without it."""
    processes = [process for process in (nidaa.web, nidaa.worker) if process is not None]
    time.sleep(3)
    before, started = sum(map(cpu_seconds, processes)), time.monotonic()
    time.sleep(seconds)
    share = 100 * (sum(map(cpu_seconds, processes)) - before) / (time.monotonic() - started)
    sizes = [_pss_mib(member.pid) for process in processes for member in family(process)]
    say(f"  {len(sizes)} processes: {', '.join(f'{size:.0f}' for size in sizes)} MiB")
    memory = sum(sizes)
    return [
        Verdict(7, "idle CPU, % of a core", f"{share:.2f} %", "", share, 1, least=False),
        Verdict(7, "memory, MiB Pss", f"{memory:.0f} MiB", "", memory, 350, least=False, aim=250),
    ]


def _pss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
