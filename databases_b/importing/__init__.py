"""The import target "observations": staging, checks, the merge into Database B with vintages, and its undo."""
