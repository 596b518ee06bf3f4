"""Stored dimensions ('AGE=Y15T24;SEX=F') as places of a series key: SEX, AGE and URBANISATION, and one for the rest.

The rest goes into one code of COMPOSITE_BREAKDOWN, as the data structure of the SDG indicators does it: the key has a
fixed list of dimensions, whatever a source breaks its figures down by.
"""

from __future__ import annotations

from typing import NamedTuple

TOTAL = "_T"
SEX, AGE, URBANISATION, COMPOSITE = "SEX", "AGE", "URBANISATION", "COMPOSITE_BREAKDOWN"
OWN = (SEX, AGE, URBANISATION)


class Parts(NamedTuple):
    """Codes as they are stored; `rest` is '' or 'OWNER=private;SECTOR=trade'."""

    sex: str = TOTAL
    age: str = TOTAL
    urbanisation: str = TOTAL
    rest: str = ""


def parts_of(dimensions: str) -> Parts:
    if not dimensions:
        return Parts()
    told = [one.partition("=") for one in dimensions.split(";") if one]
    own = {concept: code for concept, _, code in told if concept in OWN and code}
    rest = ";".join(f"{concept}={code}" for concept, _, code in told if concept not in OWN)
    return Parts(own.get(SEX, TOTAL), own.get(AGE, TOTAL), own.get(URBANISATION, TOTAL), rest)


def rest_id(rest: str) -> str:
    """'OWNER=private;SECTOR=trade' as 'OWNER-private__SECTOR-trade', before other characters are replaced."""
    return rest.replace(";", "__").replace("=", "-")


def rest_name(rest: str) -> str:
    """'Owner: private; Sector: trade'."""
    told = [one.partition("=") for one in rest.split(";")]
    return "; ".join(f"{concept.replace('_', ' ').capitalize()}: {code.replace('_', ' ')}" for concept, _, code in told)
