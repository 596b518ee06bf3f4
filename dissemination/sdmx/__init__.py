"""SDMX REST: data, structures, and a DCAT-AP catalogue."""
