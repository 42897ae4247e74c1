"""The campus's pages: start, classroom, the ways in, the whole class pressing at once, and three rooms that break."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)

from sidecar.demo.campus import tokens
from sidecar.demo.campus.doors import CERTIFICATES, DOORS, MAIN, TRAINEE
from sidecar.demo.cast import COURSE, HALL, ROOM_A, ROOM_B, TRAINEES, Person, Room, place
from sidecar.demo.offices import OFFICES
from sidecar.demo.sending import Sender
from sidecar.domain.institute import Label
from sidecar.pages.shell.views import blueprint as shell

_HERE: Final = Path(__file__).parent
_CORE: Final = _HERE.parents[2] / "lms_plugin" / "moodle" / "local_nidaa" / "amd" / "build"
_SYMPTOMS: Final = {
    "no_sound": Label("لا أسمع الصوت", "I cannot hear"),
    "slow": Label("بطء أو تقطيع", "Slow or breaking up"),
    "trainer_absent": Label("المدرب لم يدخل", "The trainer has not come"),
}
_TOGETHER: Final = ((("t01", "t02"), ROOM_A), (("t05",), ROOM_B), (("t07", "t08"), HALL))
_BROKEN: Final = "no_screen_share"  # which the play leaves alone
_MANAR_HEADINGS: Final = ("اسم المتدرب", "رمز الدورة", "حالة الشهادة")
_MANAR: Final = {"t01": "صادرة"} | dict.fromkeys(
    ("t02", "t03", "t04", "t05", "t06", "t07", "t08", "t09", "t10"), "لم ترفع"
)
_PRESSED: Final = Label(
    "ضغط {n} من بقية القاعة: {symptom}. انظر لوحة القاعة، وعبارة الحالة على الجوال.",
    "{n} others of the class have pressed: {symptom}. Look at the room board, and at the line on the phone.",
)
_ROOMS_BROKEN: Final = Label(
    "لا تظهر الشاشة المشتركة في ثلاث قاعات معاً: يظهر خلال ثوانٍ عطل عام واحد على اللوحة وعلى جدار مركز الاتصال.",
    "The shared screen fails in three rooms at once: within seconds it is one major incident, on board and wall.",
)
blueprint = Blueprint("campus", __name__, template_folder="templates")


def create_campus(listen: str, secret: str, starts: datetime) -> Flask:
    """The campus.

    Args:
        listen: where the sidecar answers.
        secret: the site's `whsec_…`.
        starts: when the class begins.
    """
    app = Flask("campus", static_folder=None)
    app.config.update(SIDECAR=f"http://{listen}", SITE_SECRET=secret, STARTS=starts, LISTEN=listen)
    app.register_blueprint(blueprint)
    app.register_blueprint(shell)  # the same looks
    app.jinja_env.globals["_"] = str
    return app


@blueprint.get("/")
def start() -> str:
    """The start page."""
    done = request.args.get("done", "")
    said = _said(done) if done in {*_SYMPTOMS, _BROKEN} else ""
    return render_template(
        "campus/start.html", sidecar=current_app.config["SIDECAR"], symptoms=_SYMPTOMS, said=said, offices=OFFICES,
        doors=MAIN, certificates=CERTIFICATES, **_language(),
    )  # fmt: skip


@blueprint.get("/classroom")
def classroom() -> str:
    """The trainee's live classroom, with the button in it."""
    return render_template(
        "campus/classroom.html", who=TRAINEE, room=HALL, sidecar=current_app.config["SIDECAR"],
        token=tokens.for_button(current_app.config["SITE_SECRET"], TRAINEE, HALL, _language()["lang"]), **_language(),
    )  # fmt: skip


@blueprint.get("/go/<name>")
def go(name: str) -> str:
    """A way in: the LMS's form, which posts itself."""
    door, office = DOORS.get(name), OFFICES.get(request.args.get("office", "1"))
    if door is None or (name == "desk" and office is None):
        abort(404)
    who = office.who if office and name == "desk" else door.who
    # To the whole course, so that the board shows all its rooms.
    token = tokens.for_page(current_app.config["SITE_SECRET"], door.target, who, None, _language()["lang"])
    return render_template(
        "campus/go.html", target=door.target, token=token, activity=HALL.activity if name == "room" else "",
        sidecar=current_app.config["SIDECAR"], who=who, door=door.label, **_language(),
    )  # fmt: skip


@blueprint.post("/everybody")
def everybody() -> Response:
    """The rest of the class presses, within a second."""
    symptom = request.form.get("symptom", "no_sound")
    if symptom not in _SYMPTOMS:
        abort(400)
    return _press([(who, HALL) for who in _others()], symptom)


@blueprint.post("/rooms")
def rooms() -> Response:
    """Three rooms of one platform break at once."""
    return _press([(TRAINEES[who], room) for people, room in _TOGETHER for who in people], _BROKEN)


def _others() -> list[Person]:
    return [who for who in TRAINEES.values() if who is not TRAINEE]


def _press(presses: list[tuple[Person, Room]], symptom: str) -> Response:
    """Some people press within a second; the answer is a sentence, or the start page with it."""
    config = current_app.config
    sender = Sender(config["LISTEN"], config["SITE_SECRET"])

    def press(one: tuple[Person, Room]) -> None:
        who, room = one
        where = place(room, "live_room", config["STARTS"])
        sender.report(who, "session_problem", where, symptom=symptom, diagnostics=_diagnostics(who))

    with ThreadPoolExecutor(len(presses)) as people:
        list(people.map(press, presses))
    if request.accept_mimetypes.best == "text/plain":
        return Response(_said(symptom), content_type="text/plain; charset=utf-8")
    where = url_for("campus.start", lang=_language()["lang"], done=symptom)
    return redirect(where, 303)  # type: ignore[return-value]


def _said(symptom: str) -> str:
    """What has just happened, and where it shows."""
    lang = _language()["lang"]
    if symptom == _BROKEN:
        return _ROOMS_BROKEN.in_(lang)
    return _PRESSED.in_(lang).format(n=len(_others()), symptom=_SYMPTOMS[symptom].in_(lang))


def _diagnostics(who: Person) -> dict[str, object]:
    """What most browsers of the class would tell: a good line, on mobile data."""
    number = int(who.id)
    return {
        "browser": "Chrome 141.0.7390.55", "platform": "Android 15" if number % 4 else "Windows 11",
        "mobile": bool(number % 4), "online": True, "connection": {"type": "cellular" if number % 4 else "wifi"},
        "ping": {"sent": 3, "rtt_ms": [70 + number * 6] * 3, "lost": 0},
    }  # fmt: skip


@blueprint.get("/manar.csv")
def manar() -> Response:
    """An export as Manar might give it, for whoever wants to import one at the desk."""
    rows = [(TRAINEES[who].name, COURSE["idnumber"], state) for who, state in _MANAR.items()]
    text = "\ufeff" + "".join(f"{','.join(row)}\r\n" for row in (_MANAR_HEADINGS, *rows))
    answer = Response(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="manar.csv"'
    return answer


@blueprint.get("/campus/<name>")
def file(name: str) -> Response:
    """The campus's own script and looks, and the core as the Moodle plugin carries it."""
    return send_from_directory(_CORE if name.endswith(".min.js") else _HERE / "static", name)


def _language() -> dict[str, str]:
    lang = request.args.get("lang") or request.form.get("lang") or "ar"
    lang = lang if lang in {"ar", "en"} else "ar"
    return {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"}
