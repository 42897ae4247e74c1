"""Who may act on a case: there is none of this number for anybody."""

_NOBODY = {"others": 404}
TABLE = {("GET", "/desk/cases/{number}/{what}"): _NOBODY, ("POST", "/desk/cases/{number}/{what}"): _NOBODY}
