"""One machine, no services: SQLite, jobs in a thread of the server process, console mail."""

from .base import *  # noqa: F403

ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]  # noqa: F405
VAR_DIR.mkdir(exist_ok=True)  # noqa: F405
