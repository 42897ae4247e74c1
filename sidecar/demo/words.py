"""What the screen says, in both languages. The institute's own words come from its policy, not from here."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from sidecar.domain.institute import Label
from sidecar.domain.policy import Tier

FSI, PDI = "\u2068", "\u2069"

TEXT: Final[Mapping[str, Label]] = {
    "title": Label("نداء", "Nidaa"),
    "class": Label("محاضرة مباشرة", "a live class"),
    "rooms": Label("أعطال القاعات", "Rooms"),
    "queues": Label("قوائم العمل، الأقرب موعداً أولاً", "Queues, next due first"),
    "arriving": Label("البلاغات الواردة", "Reports arriving"),
    "facts": Label("ما تقوله منصة التدريب", "What the LMS says"),
    "timeline": Label("ما حدث الآن", "Just happened"),
    "lms_up": Label("المنصة تعمل", "LMS up"),
    "lms_down": Label("المنصة متوقفة", "LMS down"),
    "reports": Label("بلاغاً", "reports"),
    "cases": Label("معاملة", "cases"),
    "pending": Label("بانتظار بيانات المنصة", "facts pending"),
    "nobody": Label("لا أحد ينتظر الآن", "nobody is waiting now"),
    "quiet": Label("كل القاعات بخير", "all rooms are well"),
    "late": Label("متأخر", "late"),
    "solved": Label("حُلّت", "solved"),
    "affected": Label("متأثر", "affected"),
    "rooms_of": Label("قاعات", "rooms"),
    "confidential": Label("سري", "confidential"),
    "more": Label("أخرى", "more"),
    "missing": Label("غير مدخل", "missing"),
    "asking": Label("بانتظار المنصة", "waiting for the LMS"),
    "over": Label("انتهت المحاضرة", "The class is over"),
    "preparing": Label("تجهيز", "setting the stage"),
    "start_page": Label("صفحة البداية", "start page"),
}

TIERS: Final[Mapping[Tier, Label]] = {
    Tier.ROOM: Label("القاعة", "room"),
    Tier.ONE: Label("مستوى 1", "tier 1"),
    Tier.TWO: Label("مستوى 2", "tier 2"),
    Tier.DEPARTMENT: Label("القسم", "head"),
    Tier.TRAINER: Label("المدرب", "trainer"),
    Tier.MANAGEMENT: Label("الإدارة", "mgmt"),
}

ACTIONS: Final[Mapping[str, Label]] = {
    "open": Label("فُتحت", "opened"),
    "join": Label("انضمت بلاغات", "joined"),
    "add": Label("إضافة", "added to"),
    "see": Label("اطّلع عليها", "seen"),
    "reassess": Label("غيّرتها بيانات المنصة", "moved by facts"),
    "acknowledge": Label("إشعار بالاستلام", "acknowledged"),
    "pick_up": Label("قيد المعالجة", "picked up"),
    "transfer": Label("تحويل", "handed on"),
    "refer": Label("إحالة", "referred"),
    "escalate": Label("تصعيد", "escalated"),
    "reply": Label("رد", "answered"),
    "call": Label("مكالمة", "called"),
    "group": Label("ضُمّت إلى عطل عام", "part of a major"),
    "propose": Label("اقتراح الحل", "solution proposed"),
    "solve": Label("حُلّت", "solved"),
    "verify": Label("تأكيد انتهاء المعالجة", "verified, closed"),
    "warn": Label("اقتراب المهلة", "deadline near"),
    "overdue": Label("تجاوز المهلة", "overdue"),
}

FACTS: Final[Mapping[str, Label]] = {
    "enrolment.status": Label("التسجيل", "enrolment"),
    "attendance.rate": Label("الحضور", "attendance"),
    "account.exists": Label("الحساب", "account"),
    "profile.national_id": Label("الهوية", "national ID"),
    "profile.phone": Label("الجوال", "phone"),
    "profile.name_ar": Label("الاسم العربي", "Arabic name"),
    "profile.name_en": Label("الاسم الإنجليزي", "English name"),
    "profile.email": Label("البريد", "email"),
}

VALUES: Final[Mapping[str, Label]] = {
    "active": Label("نشط", "active"),
    "inactive": Label("غير نشط", "inactive"),
    "ended": Label("منتهٍ", "ended"),
    "suspended": Label("موقوف", "suspended"),
    "not_started": Label("لم يبدأ", "not begun"),
    "not_enrolled": Label("غير مسجّل", "not enrolled"),
    "invalid": Label("يحتاج مراجعة", "needs a look"),
    "True": Label("موجود", "exists"),
}


def language() -> str:
    """`en`, or what NIDAA_DEMO_LANG says."""
    return "ar" if os.environ.get("NIDAA_DEMO_LANG", "").lower().startswith("ar") else "en"


def text(key: str, lang: str) -> str:
    """A word of the screen."""
    return TEXT[key].in_(lang)


def value_of(value: Any, lang: str) -> str:
    """A fact's value in words; None is a field that is proven empty."""
    if value is None:
        return text("missing", lang)
    if isinstance(value, float):
        return f"{value:.0%}"
    known = VALUES.get(str(value))
    return known.in_(lang) if known else str(value)


def is_arabic(words: str) -> bool:
    """Whether a text holds letters that run from right to left."""
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in words)


def isolated(words: str) -> str:
    """Arabic in isolates, so that it cannot turn round what stands beside it; other text as it is."""
    return f"{FSI}{words}{PDI}" if is_arabic(words) else words
