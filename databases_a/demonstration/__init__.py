"""Made-up reports for the demonstration, from a seed: always the same, always marked, never real."""
