"""Who may read a case: there is none of this number for anybody."""

_NOBODY = {"others": 404}
TABLE = {
    ("GET", "/desk/cases/{number}"): _NOBODY,
    ("POST", "/desk/cases/{number}/look-again"): _NOBODY,
    ("POST", "/desk/cases/{number}/here"): _NOBODY,
    ("GET", "/desk/find/{reference}"): _NOBODY,
}
