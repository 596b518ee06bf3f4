"""Database B: indicators published by others, with full metadata and every revision kept."""
