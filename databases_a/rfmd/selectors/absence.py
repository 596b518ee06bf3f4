"""Why a leaf of a page has no value, by the one rule of databases_a.rfmd.reasons."""

from __future__ import annotations

from ..reasons import Absence, absence
from .rows import LeafInfo

__all__ = ["Absence", "absence_of"]


def absence_of(leaf: LeafInfo, withheld: str = "") -> Absence:
    """The reason for a leaf that has no value at all, or only a regional one that is withheld for this reason."""
    codes = None if leaf.recipe is None else [entry["series"] for entry in leaf.recipe.inputs]
    return absence(
        source_type=leaf.source_type, likely_series=leaf.likely_series, series_codes=codes, withheld=withheld
    )
