"""The append-only trail: who did what, when, to which record, and why."""
