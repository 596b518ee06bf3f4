"""Neutral writers of SDMX: structures and data in, bytes out. They know nothing of ADME's tables."""
