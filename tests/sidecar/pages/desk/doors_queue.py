"""Who may look at the queue."""

_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
# Who handles nothing is shown the first page that is theirs.
TABLE = {
    ("GET", "/desk/"): {"others": 404, "supervisor": 303, "administrator": 303} | dict.fromkeys(_HANDLERS, 200),
    ("GET", "/desk/search"): {"others": 404} | dict.fromkeys(_HANDLERS, 200),
}
