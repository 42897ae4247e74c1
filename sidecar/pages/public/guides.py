"""`/public/guides/`: what helps around the clock and without an account, by covered service, searched by words (P5)."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request, url_for
from flask_babel import force_locale
from werkzeug.exceptions import NotFound

from sidecar.domain import guides as rules
from sidecar.domain.guides import Guide
from sidecar.domain.public_form import Door
from sidecar.pages.public.guide_text import rendered
from sidecar.pages.session import runtime
from sidecar.pages.shell.views import page
from sidecar.phrases import language

_LONGEST: Final = 100  # letters of a question


def listed() -> Response:
    """All of them by service, or those that a question finds."""
    locale, asked = asked_locale(), request.args.get("q", "").strip()[:_LONGEST]
    mine = rules.in_locale(runtime().policy.guides, locale)
    about = request.args.get("about", "")
    with force_locale(locale):
        return page(
            "public/guides.html", locale, asked=asked, services=(services := by_service(locale, about)),
            everything=len(services) != 1 or not about,
            results=[
                {
                    "href": address(one, locale), "title": rules.marked(one.title, asked),
                    "text": rules.marked(rules.excerpt(one.plain, asked), asked),
                }
                for one in rules.found(mine, asked)
            ],
        )  # fmt: skip


def one(slug: str) -> Response:
    """One of them."""
    locale = asked_locale()
    guide = next((it for it in runtime().policy.guides if (it.slug, it.locale) == (slug, locale)), None)
    if guide is None:
        raise NotFound
    policy = runtime().policy
    others = [
        {"href": address(it, locale), "title": it.title}
        for it in rules.in_locale(policy.guides, locale)
        if it.category == guide.category and it.slug != slug
    ]
    with force_locale(locale):
        return page(
            "public/guide.html", locale, title=guide.title, text=rendered(guide.text), others=others,
            service=policy.categories[guide.category].label.in_(locale), category=guide.category,
            doors=[Door.CANNOT_GET_IN.value, Door.QUESTION.value],
        )  # fmt: skip


def by_service(locale: str, about: str = "") -> list[dict[str, Any]]:
    """The guides of a language under the services that they help with, in the policy's order.

    Args:
        about: of one service only, where it has guides.
    """
    policy = runtime().policy
    found: dict[str, list[dict[str, str]]] = {}
    for guide in rules.in_locale(policy.guides, locale):
        found.setdefault(guide.category, []).append({"href": address(guide, locale), "title": guide.title})
    wanted = [about] if about in found else [key for key in policy.categories if key in found]
    return [{"key": key, "label": policy.categories[key].label.in_(locale), "guides": found[key]} for key in wanted]


def address(guide: Guide, locale: str) -> str:
    """Where a guide is read."""
    return url_for("public.guide", slug=guide.slug, lang=locale)


def asked_locale() -> str:
    """The language of the address, else of the browser."""
    asked = request.args.get("lang", "")
    return asked if asked in {"ar", "en"} else language(None)
