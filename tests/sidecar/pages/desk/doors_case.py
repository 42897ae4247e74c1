"""Who may look at a case: of one that is not there, nobody."""

TABLE = {("GET", "/desk/cases/{number}"): {"others": 404}}
