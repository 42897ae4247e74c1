"""Who may see who is on duty."""

_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
TABLE = {("GET", "/desk/duty/"): {"others": 404} | dict.fromkeys(_HANDLERS, 200)}
