"""Who may do one thing to several cases: whoever may do it to each."""

_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
TABLE = {
    ("GET", "/desk/bulk"): {"others": 404} | dict.fromkeys(_HANDLERS, 200),
    ("POST", "/desk/bulk"): {"others": 404},
}
