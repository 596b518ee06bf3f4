"""The one import pipeline: receive, read, check, preview, approve, apply, undo."""
