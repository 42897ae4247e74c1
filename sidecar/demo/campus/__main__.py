"""`python -m sidecar.demo.campus --port …`: serves the campus on loopback until stopped.

Secrets come by the environment: arguments can be read by everybody on the machine.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime

from werkzeug.serving import make_server

from sidecar.demo.campus.pages import create_campus
from sidecar.demo.home import SECRET_VARIABLE


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--class-start", type=int, required=True, help="Unix seconds at which the class begins")
    arguments = parser.parse_args()
    listen = os.environ["NIDAA_LISTEN"]
    starts = datetime.fromtimestamp(arguments.class_start, UTC)
    campus = create_campus(listen, os.environ[SECRET_VARIABLE], starts)
    make_server("127.0.0.1", arguments.port, campus, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
