"""Who may look at the accounts, and change them."""

TABLE = {
    ("GET", "/desk/people/"): {"others": 404, "administrator": 200},
    ("GET", "/desk/people/new"): {"others": 404, "administrator": 200},
    ("POST", "/desk/people/new"): {"others": 404, "administrator": 422},
    ("GET", "/desk/people/{key}"): {"others": 404},
    ("POST", "/desk/people/{key}"): {"others": 404},
    ("POST", "/desk/people/{key}/{what}"): {"others": 404},
}
