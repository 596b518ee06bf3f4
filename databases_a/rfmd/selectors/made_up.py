"""Which leaves rest on made-up data, so that every list marks their figures. At most a statement per kind of source."""

from __future__ import annotations

from collections.abc import Sequence

from adme.observations import registry

from .rows import LeafInfo


def made_up_leaves(leaves: Sequence[LeafInfo]) -> frozenset[str]:
    """Codes of those leaves that read a series of demonstration data."""
    read = {leaf.code: leaf.recipe.series_codes if leaf.recipe else () for leaf in leaves}
    infos = registry.describe({series for codes in read.values() for series in codes})
    made_up = {code for code, info in infos.items() if info.is_demonstration}
    return frozenset(code for code, codes in read.items() if not made_up.isdisjoint(codes))
