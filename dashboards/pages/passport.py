"""The passport of one figure."""
