"""Who reads a series: what is computed from it says so here, so that an import can name what it would change.

Database A registers a function; the pages of imports ask, and import none of the databases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """Something computed from series, such as a KPI leaf."""

    code: str
    title: str
    url: str


FindReaders = Callable[[frozenset[str]], Sequence[Use]]

_finders: dict[str, FindReaders] = {}


def register(name: str, find: FindReaders) -> None:
    """`find` gives what reads any of these series codes, in the order in which people know it."""
    _finders[name] = find


def readers_of(codes: Collection[str]) -> list[Use]:
    """What reads one of these series, each thing once."""
    wanted = frozenset(codes)
    return [use for find in _finders.values() for use in find(wanted)] if wanted else []
