"""Who may import a register's exports: of heads, only that of registration (`test_registry.py`)."""

_IMPORTERS = ("registrar", "administrative_manager", "administrator")
TABLE = {
    ("GET", "/desk/registry/"): {"others": 404} | dict.fromkeys(_IMPORTERS, 200),
    ("POST", "/desk/registry/"): {"others": 404} | dict.fromkeys(_IMPORTERS, 422),
    ("GET", "/desk/registry/{number}"): {"others": 404},
    ("GET", "/desk/registry/{number}/columns"): {"others": 404},
    ("POST", "/desk/registry/{number}/{what}"): {"others": 404},
}
