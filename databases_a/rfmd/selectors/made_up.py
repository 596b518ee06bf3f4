"""The series behind the leaves, described once for all pages, and which leaves rest on made-up data among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adme.observations import registry
from adme.observations.points import SeriesInfo

from .rows import LeafInfo


def sources_of(leaves: Sequence[LeafInfo]) -> dict[str, SeriesInfo]:
    """Every series that these leaves read, by its code. At most a statement per kind of source."""
    codes = {series for leaf in leaves if leaf.recipe for series in leaf.recipe.series_codes}
    return registry.describe(codes) if codes else {}


def made_up_leaves(leaves: Sequence[LeafInfo], sources: Mapping[str, SeriesInfo]) -> frozenset[str]:
    """Codes of those leaves that read a series of demonstration data, so that every list marks their figures."""
    made_up = {code for code, info in sources.items() if info.is_demonstration}
    return frozenset(leaf.code for leaf in leaves if leaf.recipe and not made_up.isdisjoint(leaf.recipe.series_codes))
