"""The embedded broker holds out against whoever reads or dies in mid-write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from sidecar.tasks.folders import Channel, Transport


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    folders = {name: tmp_path / name for name in ("messages", "control")}
    for folder in folders.values():
        folder.mkdir()
    options = {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "control_folder": str(folders["control"]),
    }
    with Connection("filesystem://", transport=Transport, transport_options=options) as connection:
        yield connection.channel()


def test_messages_come_in_the_order_they_were_put_each_once(channel: Channel) -> None:
    for number in range(3):
        channel._put("lane", {"number": number})
    channel._put("other", {"number": 9})
    assert [channel._get("lane")["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("lane")


def test_a_message_torn_by_a_power_loss_is_passed_over(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "messages" / "0_torn.lane.msg").write_bytes(b"")
    channel._put("lane", {"number": 1})
    assert channel._get("lane") == {"number": 1}
    with pytest.raises(Empty):
        channel._get("lane")


def test_a_message_that_is_still_being_written_is_not_seen(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "messages" / "0_unfinished.part").write_bytes(b'{"num')
    with pytest.raises(Empty):
        channel._get("lane")


def test_a_table_torn_by_a_kill_is_written_anew(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "control" / "lane.exchange").write_bytes(b"")
    channel._queue_bind("lane", "lane", "", "lane")
    assert [row.queue for row in channel.get_table("lane")] == ["lane"]
