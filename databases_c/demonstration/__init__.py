"""Made-up records for the demonstration, from a seed: always the same, always marked, never real."""
