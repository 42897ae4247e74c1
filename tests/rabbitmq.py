"""A RabbitMQ for tests: from Debian's package, on loopback, in a temporary folder, with an epmd of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from tests.servers import NotInstalled, free_port, listening, wait_for

# The script behind Debian's wrapper, which would change folder, user and log files.
_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMq:
    """A broker with one node; it and its `epmd` are ended by their process ids."""

    def __init__(self, folder: Path) -> None:
        epmd = shutil.which("epmd")
        if epmd is None or not _SERVER.exists():
            raise NotInstalled("rabbitmq-server")
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        mapper_port, distribution_port = free_port(), free_port()
        (folder / ".erlang.cookie").write_text(secrets.token_hex(16), encoding="ascii")
        (folder / ".erlang.cookie").chmod(0o400)
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nlog.console = false\n", encoding="ascii"
        )
        (folder / "enabled_plugins").write_text("[].\n", encoding="ascii")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        environment = {
            **kept,
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper_port),
            "RABBITMQ_NODENAME": f"nidaa{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        self._mapper = _started([epmd, "-address", "127.0.0.1", "-port", str(mapper_port)], folder, environment)
        wait_for(lambda: listening(mapper_port), 10, "epmd")
        self._server = _started([str(_SERVER)], folder, environment)
        try:
            wait_for(lambda: listening(self.port), 60, f"RabbitMQ (see {folder / 'log'})")
        except TimeoutError:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """A Celery broker address."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def stop(self) -> None:
        """End both."""
        for process in (self._server, self._mapper):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _started(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / "output.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )  # fmt: skip
