"""Who may change a password here: nobody whom the LMS sends has one."""

TABLE = {("GET", "/desk/password"): {"others": 404}, ("POST", "/desk/password"): {"others": 404}}
