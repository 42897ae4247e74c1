"""The trainer's page: questions on the subject matter from the class, each with its clock (P2)."""
