"""Who may add files to a case, and open them: there is none of this number for anybody."""

from __future__ import annotations

_NOBODY = {"others": 404}
TABLE = {
    ("GET", "/desk/cases/{number}/files"): _NOBODY,
    ("POST", "/desk/cases/{number}/files"): _NOBODY,
    ("GET", "/desk/cases/{number}/files/{file}"): _NOBODY,
}
