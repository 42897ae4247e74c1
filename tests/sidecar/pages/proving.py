"""What a browser's script does before it sends the public form: it asks for a riddle and works it out."""

from __future__ import annotations

import base64
import json

import altcha
import time_machine
from werkzeug.test import TestResponse

from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.visiting import Visitor


def solved(house: Callers) -> str:
    """A proof, worked out by the library's own solver."""
    riddle = altcha.Challenge.from_dict(Visitor(house).get("/public/proof").get_json())
    solution = altcha.solve_challenge(riddle)
    assert solution is not None
    return altcha.Payload(riddle, solution).to_base64()


def changed(proof: str, **parameters: object) -> str:
    """A proof with other parameters than were signed."""
    told = json.loads(base64.b64decode(proof))
    told["challenge"]["parameters"] |= parameters
    return base64.b64encode(json.dumps(told).encode()).decode()


def posted(house: Callers, kind: str, form: dict[str, str]) -> TestResponse:
    """Send the form; the library that checks proofs reads the machine's clock, so that shows the house's."""
    with time_machine.travel(house.world.clock()):
        return Visitor(house).client.post(
            f"/public/report?kind={kind}&lang=ar", data=form, base_url="https://nidaa.example"
        )
