"""Who may look at the oversight's pages."""

_READERS = {"others": 404, "supervisor": 200, "administrative_manager": 200}
_SUPERVISORS = {"others": 404, "supervisor": 200}
_HANDLERS = ("agent_1", "lead", "agent_2", "department_head", "deputy", "registrar", "administrative_manager")
TABLE = {
    ("GET", "/desk/oversight/"): _READERS,
    ("GET", "/desk/oversight/pack"): _READERS,
    ("GET", "/desk/oversight/register"): _READERS,
    ("GET", "/desk/oversight/register.csv"): _READERS,
    ("GET", "/desk/oversight/readiness"): _READERS,
    ("GET", "/desk/oversight/readiness.csv"): _READERS,
    ("GET", "/desk/oversight/readiness/print"): _READERS,
    ("POST", "/desk/oversight/readiness/fetch"): {"others": 404, "supervisor": 303, "administrative_manager": 303},
    ("GET", "/desk/oversight/views"): {"others": 404, "administrative_manager": 200},
    ("GET", "/desk/oversight/matrix"): {"others": 404, "supervisor": 200, "administrator": 200}
    | dict.fromkeys(_HANDLERS, 200),
    ("GET", "/desk/oversight/file"): _SUPERVISORS,
    ("POST", "/desk/oversight/file"): {"others": 404, "supervisor": 422},
    ("GET", "/desk/oversight/filings/{report}"): {"others": 404},
    ("POST", "/desk/oversight/filings/{report}"): {"others": 404},
}
