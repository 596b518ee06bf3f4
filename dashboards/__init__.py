"""Pages that compose Databases A, B and C. No tables of its own."""
