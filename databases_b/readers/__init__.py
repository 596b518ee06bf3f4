"""Readers of providers' file formats. `detect` picks the one that recognises a file."""
