"""`/desk/`: where the tiers, departments and management work, and supervisors look."""
