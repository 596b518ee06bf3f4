"""Who watches what; feeds, notices and webhooks when it changes."""
