"""Everything that can be refused about editions, each with a sentence for the person."""

from __future__ import annotations


class EditionError(Exception):
    """A rule of editions was broken. `field` names the field of the form that it is about, if any."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


class NotAllowedNow(EditionError):
    """The state of the edition does not allow this act."""


class Outdated(EditionError):
    """The person acts on a version of the edition that is no longer the current one."""


class SamePerson(EditionError):
    """Who drafted an edition does not publish it."""


class BadValue(EditionError):
    """A value was refused; nothing was stored."""


class FileNotRead(EditionError):
    """A file that was to be recognised cannot be read, or is none of ours."""
