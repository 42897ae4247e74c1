"""`python -m sidecar.reading`: reads the exports of registers that wait, then ends. The worker starts it.

Reading 200 000 rows is a minute or two of nothing but Python: in the worker every lane would stand behind it, in a web
process every request did. Here it has an interpreter of its own, and gives way to both.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from sidecar import logs, wiring
from sidecar.journey import registry_reading
from sidecar.settings import Settings

_NICER = 10


def main() -> int:
    """Read what waits."""
    os.umask(0o077)
    with suppress(OSError):  # not everywhere may one say so
        os.nice(_NICER)
    logs.configure()
    registry_reading.read_waiting(wiring.build(Settings.from_env(), wake=lambda _lane: None))
    return 0


if __name__ == "__main__":
    sys.exit(main())
