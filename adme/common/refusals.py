"""The exception with which the shared file tools refuse a file: a code for programs, a sentence for people."""

from __future__ import annotations


class FileRefused(Exception):
    """The file as a whole cannot be used. `code` names the reason, the message is a sentence for the user."""

    def __init__(self, code: str, hint: str, seen: str = "") -> None:
        super().__init__(hint)
        self.code, self.hint, self.seen = code, hint, seen
