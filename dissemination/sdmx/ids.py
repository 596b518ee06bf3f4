"""Ids as SDMX wants them, made of codes that may hold dots, blanks and signs. The same codes give the same ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

LONGEST = 120
_OTHER = re.compile(r"[^A-Za-z0-9_@$-]+")
_SIGNS = {"%": " PCT ", "$": " USD ", "&": " AND ", "+": " PLUS ", "<": " LT ", ">": " GT ", "/": " PER "}


def safe_id(text: str) -> str:
    """Runs of other characters become one underscore: SL.UEM.NEET.ZS is SL_UEM_NEET_ZS, as the World Bank has it."""
    return _OTHER.sub("_", text)[:LONGEST] or "_"


def ids_of(codes: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Id of each code. `known` ones keep theirs, and what is an id already stays; where two others would be the same,
    the later in order gets _2, _3, ..."""
    found = dict(known or {})
    taken = set(found.values())
    for code in sorted(set(codes) - set(found), key=lambda one: (safe_id(one) != one, one)):
        found[code] = _free(safe_id(code), taken)
    return found


def unit_ids(units: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Code of each unit by its text: `known` has those of CL_UNIT by name; others are made of the text."""
    found = dict(known)
    taken = set(found.values())
    for unit in sorted(set(units) - set(found)):
        spelt = "".join(_SIGNS.get(letter, letter) for letter in unit).upper()
        found[unit] = _free(_OTHER.sub("_", spelt).strip("_")[:LONGEST] or "_Z", taken)
    return found


def _free(wanted: str, taken: set[str]) -> str:
    number, told = 1, wanted
    while told in taken:
        number += 1
        told = f"{wanted}_{number}"
    taken.add(told)
    return told
