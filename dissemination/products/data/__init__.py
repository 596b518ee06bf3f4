"""All figures as data for programs: tidy CSV, SDMX-CSV 2.0, JSON, and everything in one zip."""
