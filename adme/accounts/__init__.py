"""People: users, roles, assignments, and who may do what."""
