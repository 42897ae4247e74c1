"""Who may look at the queue, and keep filters of it."""

_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
_OTHERS = {"others": 404}
# Who handles nothing is shown the first page that is theirs.
TABLE = {
    ("GET", "/desk/"): {"others": 404, "supervisor": 303, "administrator": 303} | dict.fromkeys(_HANDLERS, 200),
    ("GET", "/desk/search"): _OTHERS | dict.fromkeys(_HANDLERS, 200),
    ("GET", "/desk/live"): _OTHERS | dict.fromkeys(_HANDLERS, 200),
    ("GET", "/desk/new"): _OTHERS,  # without the moment since when there is no such page
    ("GET", "/desk/filters/"): _OTHERS | dict.fromkeys(_HANDLERS, 200),
    ("POST", "/desk/filters/"): _OTHERS | dict.fromkeys(_HANDLERS, 422),  # without a name
    # One of somebody else's.
    ("GET", "/desk/filters/{number}"): _OTHERS,
    ("POST", "/desk/filters/{number}"): _OTHERS | dict.fromkeys(_HANDLERS, 422),
    ("POST", "/desk/filters/{number}/remove"): _OTHERS,
}
