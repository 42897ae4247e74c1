"""Who may look at the queue."""

_TIERS = dict.fromkeys(("agent_1", "lead", "agent_2", "administrative_manager", "supervisor"), 303)
TABLE = {("GET", "/desk/"): {"others": 404} | _TIERS}
