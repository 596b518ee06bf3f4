"""Settings profiles: embedded (default, nothing set), production, test. Values come from the environment."""
