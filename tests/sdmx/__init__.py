"""SDMX REST and the catalogue, read back by libraries that others wrote."""
