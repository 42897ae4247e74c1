"""`python -m sidecar.demo`: as `nidaa demo`, and with `--picture` for docs/demo.svg."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sidecar.demo.play import play


def main() -> int:
    """Play the demo."""
    parser = argparse.ArgumentParser(prog="python -m sidecar.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="leave when the class has been played")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--picture", type=Path, help="write an SVG of the terminal at its liveliest")
    arguments = parser.parse_args()
    return play(once=arguments.once, port=arguments.port, picture=arguments.picture)


if __name__ == "__main__":
    sys.exit(main())
