"""What Nidaa is measured beside, in the same run: bare Flask, and django-helpdesk's public ticket form."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import textwrap
import venv
from pathlib import Path
from urllib.parse import urlencode

from tests import servers
from tests.live.deployment import end
from tests.live.load import Outcome

_ROOT = Path(__file__).resolve().parents[2]
# As `nidaa web` starts gunicorn (sidecar/__main__.py).
_GEVENT = ["--worker-class", "gevent", "--workers", "2", "--keep-alive", "75", "--backlog", "2048",
           "--worker-connections", "1000", "--log-level", "warning"]  # fmt: skip


class Gunicorn:
    """A gunicorn with an application that is not ours."""

    def __init__(self, command: list[str], *, folder: Path, arguments: list[str], env: dict[str, str]) -> None:
        self.port = servers.free_port()
        with (folder / "gunicorn.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *arguments, "--bind", f"127.0.0.1:{self.port}"], cwd=folder, env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        servers.wait_for(lambda: servers.listening(self.port), 30, "gunicorn")

    def stop(self) -> None:
        """End it."""
        end(self.process)


def bare_flask() -> Gunicorn:
    """Bare Flask under the very settings of `nidaa web`."""
    folder = _ROOT / "build" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "gunicorn", "tests.benchmarks.bare_flask:application", *_GEVENT]
    return Gunicorn(command, folder=folder, arguments=[], env={**os.environ, "PYTHONPATH": str(_ROOT)})


class Helpdesk:
    """django-helpdesk as its documentation sets it up, on a durable SQLite, in a virtual environment of its own.

    Args:
        cache: a folder that keeps the virtual environment for the next time.
        folder: where its database lives, new for each run.
    """

    def __init__(self, cache: Path, folder: Path) -> None:
        python = cache / "django-helpdesk" / "bin" / "python"
        if not python.exists():
            venv.create(cache / "django-helpdesk", with_pip=True, clear=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "django-helpdesk", "gunicorn", "setuptools<80"]
            subprocess.run(install, check=True, timeout=600)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "desk_settings.py").write_text(textwrap.dedent(_SETTINGS), encoding="utf-8")
        (folder / "desk_urls.py").write_text(textwrap.dedent(_URLS), encoding="utf-8")
        (folder / "desk_wsgi.py").write_text(textwrap.dedent(_WSGI), encoding="utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        env |= {"DJANGO_SETTINGS_MODULE": "desk_settings", "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}
        for script in (["-m", "django", "migrate", "--verbosity", "0"], ["-c", textwrap.dedent(_QUEUE)]):
            subprocess.run([str(python), *script], cwd=folder, env=env, check=True, timeout=300, capture_output=True)
        self.server = Gunicorn(
            [str(python), "-m", "gunicorn", "desk_wsgi:application"], folder=folder,
            arguments=["--workers", "2", "--backlog", "2048", "--log-level", "warning"], env=env,
        )  # fmt: skip
        self.port = self.server.port

    def form_posts(self, count: int) -> list[bytes]:
        """Tickets sent by the public form, as a browser sends them: with the form's cookie and token."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/tickets/submit/")
        answer = connection.getresponse()
        page = answer.read().decode()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if answer.status != 200 or token is None:
            raise RuntimeError(f"django-helpdesk's form answered {answer.status}")
        return [_form_post(cookie, token[1], n) for n in range(count)]

    def stop(self) -> None:
        """End it."""
        self.server.stop()


def _form_post(cookie: str, token: str, n: int) -> bytes:
    body = urlencode(
        {
            "csrfmiddlewaretoken": token,
            "queue": "1",
            "title": f"لا أسمع الصوت {n}",
            "body": "لا أسمع صوت المدرب في القاعة المباشرة. " * 5,
            "priority": "3",
            "submitter_email": f"trainee{n}@example.org",
        }
    ).encode()
    head = (
        "POST /tickets/submit/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def accepted_only(outcome: Outcome) -> Outcome:
    """An outcome of form posts: a ticket that was taken answers 302, the form again (200) is a refusal."""
    if outcome.statuses.get(302, 0) < sum(outcome.statuses.values()):
        raise RuntimeError(f"django-helpdesk refused tickets: {dict(outcome.statuses)}")
    return outcome


_SETTINGS = """
    from pathlib import Path

    BASE_DIR = Path(__file__).parent
    SECRET_KEY = "a key for a benchmark, and for nothing else"
    DEBUG = False
    ALLOWED_HOSTS = ["127.0.0.1"]
    INSTALLED_APPS = [
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites", "django.contrib.humanize",
        "rest_framework", "helpdesk",
    ]
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    ROOT_URLCONF = "desk_urls"
    TEMPLATES = [{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.debug", "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
        ]},
    }]
    DATABASES = {"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "desk.sqlite3",
        "OPTIONS": {
            "timeout": 20, "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }}
    DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    SITE_ID = 1
    STATIC_URL = "/static/"
    USE_TZ = True
    LOGIN_URL = "/login/"
    HELPDESK_SUBMIT_A_TICKET_PUBLIC = True
    HELPDESK_TEAMS_MODE_ENABLED = False
"""
_URLS = """
    from django.urls import include, path

    urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
_WSGI = """
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
"""
_QUEUE = """
    import django

    django.setup()
    from helpdesk.models import Queue

    Queue.objects.create(title="Room", slug="room", allow_public_submission=True)
"""
