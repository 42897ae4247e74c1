"""The doors of the start page: each a launch of the LMS, by one of its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sidecar.demo.cast import AGENT_LMS, MANAGER, TRAINEES, TRAINER, Person
from sidecar.domain.institute import Label

TRAINEE: Final = TRAINEES["t06"]
"""Who sits in the classroom of the start page."""


@dataclass(frozen=True, slots=True)
class Door:
    """A way in.

    Attributes:
        target: of the launch.
        about: what stands beside its label, before the person's name.
    """

    target: str
    who: Person
    label: Label
    about: Label


MAIN: Final[Mapping[str, Door]] = MappingProxyType(
    {
        "room": Door("room", MANAGER, Label("لوحة القاعة", "The room board"),
                     Label("بحساب مدير القاعة:", "with the room manager’s account:")),
        "desk": Door("desk", AGENT_LMS, Label("مكتب الدعم", "The desk"),
                     Label("القوائم والقاعات المباشرة، بحساب مركز الاتصال:",
                           "queues and live rooms, with the contact centre’s account:")),
        "mine": Door("mine", TRAINEE, Label("بلاغاتي", "My reports"),
                     Label("بحساب المتدرب:", "with the trainee’s account:")),
        "questions": Door("questions", TRAINER, Label("أسئلة المتدربين", "Trainees’ questions"),
                          Label("بحساب المدرب:", "with the trainer’s account:")),
    }
)  # fmt: skip

CERTIFICATES: Final[Mapping[str, Door]] = MappingProxyType(
    {
        "roster": Door("roster", TRAINER, Label("كشف المتدربين للمدرب", "Roster as trainer"),
                       Label("من ينقصه شيء للشهادة، بحساب المدرب:", "who lacks what for the certificate; trainer:")),
        "managed": Door("roster", MANAGER, Label("كشف المتدربين لمدير القاعة", "Roster as room manager"),
                        Label("الكشف نفسه، بحساب مدير القاعة:", "the same roster; room manager:")),
        "lacking": Door("mine", TRAINEES["t03"], Label("متدرب تنقصه بيانات", "A trainee with gaps"),
                        Label("ينقصه الاسم الإنجليزي ورقم الجوال، ويرسلهما من صفحة دورته:",
                              "lacks a name in English and a mobile number, and sends them from the course’s page:")),
    }
)  # fmt: skip
"""Those of the part about certificates; the office that enters data and imports is one of the desk's (offices.py)."""

DOORS: Final[Mapping[str, Door]] = MappingProxyType({**MAIN, **CERTIFICATES})
