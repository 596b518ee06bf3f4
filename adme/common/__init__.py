"""Shared tools without tables and without domain words."""
