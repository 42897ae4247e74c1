"""Every address that asks for no proof, and why it may."""

from __future__ import annotations

from collections.abc import Mapping

PUBLIC: Mapping[str, str] = {
    "/v1/health": "asked by load balancers, tells no personal data",
    "/": "leads to the API's page",
    "/v1/docs": "the API as a page",
    "/v1/docs.css": "its looks",
    "/v1/contact": "how the institute can be reached: it hangs on its wall",
    "/v1/forms": "which categories the institute's forms offer",
    "/public/": "the door for somebody who cannot sign in",
    "/public/door.css": "its looks",
    "/public/report": "the form of that door: limited by address and contact",
    "/public/guides/": "guides, for whoever cannot sign in (P5)",
    "/public/guides/{slug}": "one of them",
    "/public/proof": "a riddle that is worked out before that form is sent: signed, and says nothing",
    "/public/icon.svg": "its mark",
    "/v1/openapi.json": "the API as machines read it (contract.md)",
    "/sign-in": "the form by which staff without an LMS account come in",
    "/launch": "whoever comes has the LMS's token in the form, and is refused (401) without one",
    "/t/{token}/{what}": "as the link itself",
    "/t/{token}/files": "as the link itself",
    "/t/{token}/files/{file}": "as the link itself: a file of another report is 404",
    "/t/{token}": "the link itself is the proof: another one is 404",
    "/shell/{name}": "looks, letters and icons of the pages",
}
