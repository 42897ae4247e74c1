"""Who may see whom to call, and write down for others."""

_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
_THEY = {"others": 404} | dict.fromkeys(_HANDLERS, 200)
_CALLERS = {"others": 404} | dict.fromkeys((one for one in _HANDLERS if one != "registrar"), 200)
TABLE = {
    ("GET", "/desk/calls/"): _CALLERS,
    ("POST", "/desk/calls/{number}"): {"others": 404},
    ("GET", "/desk/alerts/"): _THEY,
    ("GET", "/desk/today/"): _THEY,
    ("POST", "/desk/alerts/{number}"): {"others": 404},
    ("GET", "/desk/behalf/"): _CALLERS,
    ("POST", "/desk/behalf/"): _CALLERS,
    ("GET", "/desk/behalf/new"): _CALLERS,
    ("POST", "/desk/behalf/new"): {"others": 404}
    | dict.fromkeys((one for one in _HANDLERS if one != "registrar"), 422),
}
