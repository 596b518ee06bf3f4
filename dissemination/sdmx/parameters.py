"""Query parameters, each at most once and none that nobody knows; what both interfaces read in the same way."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from adme.exports.sdmx.structures import ID, TIME_PERIOD

from .errors import NotImplementedHere, SyntaxFault
from .flows import Flow
from .queries import ALL_DIMENSIONS

ALWAYS = frozenset({"format", "labels"})
MOST_TEXT = 4000
_COUNT = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


class Parameters:
    """`given` holds all values of each name, as they came."""

    def __init__(self, given: Mapping[str, Sequence[str]]) -> None:
        self._given = dict(given)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._given)

    def only(self, names: Collection[str]) -> None:
        unknown = sorted(set(self._given) - set(names) - ALWAYS)
        if unknown:
            told = ", ".join(sorted({*names, *ALWAYS}))
            raise SyntaxFault(f"There is no parameter '{unknown[0][:40]}' here; this query knows {told}.")

    def one(self, name: str) -> str:
        """'' when it was not given."""
        found = self._given.get(name, ())
        if len(found) > 1:
            raise SyntaxFault(f"{name} is given {len(found)} times; give it once.")
        text = found[0] if found else ""
        if len(text) > MOST_TEXT or not text.isprintable():
            raise SyntaxFault(f"{name} holds what cannot be printed, or more than {MOST_TEXT} characters.")
        return text


def codes_of(text: str, separator: str, where: str) -> frozenset[str] | None:
    """Alternatives; None where there is nothing, which means all."""
    if not text:
        return None
    codes = text.split(separator)
    wrong = next((one for one in codes if not ID.match(one)), None)
    if wrong is not None:
        raise SyntaxFault(f"{where}: '{wrong[:40]}' is no code; codes have letters, digits, _, -, @ and $.")
    return frozenset(codes)


def count_of(given: Parameters, name: str) -> int | None:
    text = given.one(name)
    if not text:
        return None
    if not _COUNT.match(text) or int(text) < 1:
        raise SyntaxFault(f"{name}: '{text[:40]}' is no positive whole number.")
    return int(text)


def no_history(given: Parameters) -> None:
    told = given.one("includeHistory")
    if told not in {"", "true", "false"}:
        raise SyntaxFault(f"includeHistory: '{told[:40]}' is neither true nor false.")
    if told == "true":
        raise NotImplementedHere(
            "includeHistory is not implemented; ask for the data as they were with asOf=2025-07-31T00:00:00Z, or for "
            "each revision at /api/v1/observations/."
        )


def is_flat(flow: Flow, told: str) -> bool:
    """Observations by themselves, not in series. Cross-sections are not made."""
    if told in {"", TIME_PERIOD}:
        return False
    if told == ALL_DIMENSIONS:
        return True
    dimensions = [one.id for one in flow.structure.dimensions]
    if told in dimensions:
        raise NotImplementedHere(
            f"dimensionAtObservation={told}: cross-sections are not implemented; use {TIME_PERIOD} or {ALL_DIMENSIONS}."
        )
    raise SyntaxFault(f"dimensionAtObservation: {flow.flow.id} has no dimension '{told[:40]}'.")
