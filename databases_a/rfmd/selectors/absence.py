"""Why a leaf has no value: the cause found by the Mid-Term Review, what is needed, and from whom."""

from __future__ import annotations

from dataclasses import dataclass

from .rows import LeafInfo


@dataclass(frozen=True, slots=True)
class Absence:
    """`cause` is the source type (A1, A2, A3, B, C); the rest are sentences for the reader."""

    cause: str
    why: str
    needed: str
    who: str


_BY_CAUSE = {
    "A1": (
        "The sectoral bodies record this in their work plans, but the records are not collected in one place yet.",
        "Tool 1 reports of the activities that serve this KPI.",
        "M&E officers of the sectoral bodies",
    ),
    "A2": (
        "This counts national policies, which no statistics office tracks.",
        "One report per Member State on the policy, with its title and year.",
        "National focal points",
    ),
    "A3": (
        "Only a survey can tell this, and none has been entered yet.",
        "A survey result with its source and sample.",
        "ASEC analysts",
    ),
    "C": (
        "The figures are in administrative records of ministries, which are not compiled yet.",
        "Administrative records for Database C.",
        "National focal points",
    ),
}


def absence_of(leaf: LeafInfo) -> Absence:
    """The reason for a leaf that has no value at all."""
    if leaf.source_type in _BY_CAUSE:
        return Absence(leaf.source_type, *_BY_CAUSE[leaf.source_type])
    if leaf.recipe is None:
        return Absence(
            leaf.source_type,
            "This comes from external statistics, and no recipe has been adopted for it yet.",
            "A series in Database B, and a recipe that reads it.",
            "ASEC analysts",
        )
    return Absence(
        leaf.source_type,
        "A recipe stands, but Database B holds no observation that it can use.",
        f"An import of {', '.join(leaf.recipe.series_codes) or 'its series'} into Database B.",
        "ASEC analysts",
    )
