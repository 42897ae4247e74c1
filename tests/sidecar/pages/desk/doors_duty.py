"""Who may see who is on duty."""

_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
_MANY = dict.fromkeys((*_HANDLERS, "administrator"), 200)
_NOTHING_TYPED = dict.fromkeys((*_HANDLERS, "administrator"), 422)
TABLE = {
    ("GET", "/desk/duty/"): {"others": 404} | _MANY,
    ("GET", "/desk/duty/rota/"): {"others": 404} | _MANY,
    ("POST", "/desk/duty/rota/{what}"): {"others": 404},
    ("POST", "/desk/duty/rota/{number}/end"): {"others": 404} | dict.fromkeys((*_HANDLERS, "administrator"), 303),
}
