"""Whether this machine's worker works, told by the age of a file: `python -m sidecar.heartbeat`, for health checks.

The worker's clock touches the file after each sweep that it completed, so it grows old when the process hangs or
cannot reach its database, not only when it is gone. Kept apart from the worker so that asking loads no Celery.
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

from sidecar.settings import Settings, SettingsError

_OLD = 30.0  # seconds without a completed sweep; fifteen beats


def beat(settings: Settings) -> None:
    """A sweep was completed."""
    _file(settings).touch()


def _file(settings: Settings) -> Path:
    # By host: containers share the folder, and each answers for itself.
    return settings.data_dir / f"worker-{socket.gethostname()}.beat"


def main() -> int:
    """Exit code 0 while the heart beats, 1 when it does not, 2 when that cannot be told."""
    try:
        file = _file(Settings.from_env())
        age = time.time() - file.stat().st_mtime
    except SettingsError as error:
        print(f"nidaa: {error}", file=sys.stderr)  # noqa: T201  # a command's output
        return 2
    except FileNotFoundError:
        print("no worker has completed a sweep here", file=sys.stderr)  # noqa: T201
        return 1
    print(f"last completed sweep {age:.0f} s ago")  # noqa: T201
    return 0 if age < _OLD else 1


if __name__ == "__main__":
    sys.exit(main())
