"""`kill -9` of every part under load, briefly; `make torture` does it for as long as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import servers
from tests.torture.schedule import drawn
from tests.torture.siege import RECOVERY, Siege

_SECONDS = 10.0
_SEED = 20261122


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("on", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.redis])])
def test_nothing_accepted_is_lost_and_nothing_happens_twice(
    on: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """Servers of its own, since it kills them; the shared fixtures are asked for only to skip where they lack."""
    postgres = redis = None
    if on == "postgres":
        request.getfixturevalue("postgres")
        request.getfixturevalue("redis")
        postgres = servers.Postgres(durable=True)
        redis = servers.Redis(tmp_path / "redis")
    siege = Siege(on, tmp_path / "nidaa", _SEED, postgres=postgres, redis=redis)
    try:
        blows = drawn(_SEED, _SECONDS, sorted(siege.victims), every=2.0, lms_down=2.0)
        outcome = siege.run(blows, _SECONDS)
    finally:
        siege.end()
        for server in (postgres, redis):
            if server is not None:
                server.stop()
    assert outcome.faults == []
    assert outcome.sent > 100
    late = {lane: took for lane, took in outcome.recovered.items() if took > RECOVERY[lane]}
    assert late == {}
