"""Reads of Database C: keyword functions that return plain shapes; nothing here writes."""
