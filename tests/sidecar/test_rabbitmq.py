"""RabbitMQ as the broker: a report travels to its case on real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.lacking import lacking
from tests.live import load
from tests.live.deployment import Deployment
from tests.live.ledger import Ledger
from tests.live.presses import press
from tests.rabbitmq import RabbitMq


@pytest.fixture
def rabbitmq(tmp_path: Path) -> Iterator[RabbitMq]:
    """A broker of its own."""
    try:
        server = RabbitMq(tmp_path / "rabbitmq")
    except servers.NotInstalled as error:
        lacking(error, "RabbitMQ as the broker")
    yield server
    server.stop()


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_a_report_reaches_its_case_by_rabbitmq(rabbitmq: RabbitMq, tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "nidaa", broker_url=rabbitmq.url)
    ledger = Ledger(deployment.database_url)
    try:
        deployment.start_web()
        deployment.start_worker()
        outcome = load.run(deployment.port, [press(course=2, room=3, person=21).raw()], connections=1)
        assert outcome.statuses == {202: 1}
        ledger.wait(lambda now: now.number("SELECT count(*) FROM case_reports") == 1, 20)
        ledger.wait(lambda now: now.backlog() == 0, 20)
        assert "hints_not_sent" not in deployment.log("web")
    finally:
        deployment.stop()
        ledger.close()
