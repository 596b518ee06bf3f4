"""Why a leaf has no value: the cause found by the Mid-Term Review, what is needed, and from whom. Never zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .models import KpiLeaf, Recipe, SourceType


@dataclass(frozen=True, slots=True)
class Absence:
    """`cause` is the source type (A1, A2, A3, B, C); the rest are sentences for the reader."""

    cause: str
    why: str
    needed: str
    who: str

    @property
    def sentence(self) -> str:
        return f"{self.cause}: {self.why} Needed: {self.needed} From: {self.who}."


_BY_CAUSE = {
    SourceType.A1: (
        "The sectoral bodies record this in their work plans, but the records are not collected in one place yet.",
        "Tool 1 reports of the activities that serve this KPI.",
        "M&E officers of the sectoral bodies",
    ),
    SourceType.A2: (
        "This counts national policies, which no statistics office tracks.",
        "One report per Member State on the policy, with its title and year.",
        "National focal points",
    ),
    SourceType.A3: (
        "This is a perception, and a perception needs a survey.",
        "A survey result with its source and sample.",
        "ASEC analysts",
    ),
    SourceType.C: (
        "The figures are in administrative records of ministries, which are not compiled yet.",
        "Administrative records for Database C.",
        "National focal points",
    ),
}


# The same where a recipe reads what is reported or sent: what is missing is something approved.
_AWAITING_REPORTS = {
    SourceType.A1: (
        "Sectoral bodies report this through Tool 1, and no approved report gives a figure for it yet.",
        "Tool 1 reports with the activities that serve this KPI, handed in and approved.",
        "M&E officers of the sectoral bodies",
    ),
    SourceType.A2: (
        "Member States report this national policy through Tool 2, and no approved report tells of it yet.",
        "One national Tool 2 report per Member State with the policy, since when it is in force, and evidence.",
        "National focal points",
    ),
    SourceType.C: (
        "Ministries send these records to Database C, and no approved submission gives a figure for it yet.",
        "Administrative records of enough Member States in Database C, handed in and approved.",
        "National focal points",
    ),
}


def absence(*, source_type: str, likely_series: str, series_codes: Sequence[str] | None, withheld: str = "") -> Absence:
    """`series_codes` are those of the adopted recipe's inputs; None where no recipe is adopted. `withheld` is why the
    newest regional figure is not shown, where there is one and nothing else."""
    if series_codes and SourceType(source_type) in _AWAITING_REPORTS:
        why, needed, who = _AWAITING_REPORTS[SourceType(source_type)]
        return Absence(source_type, withheld or why, needed, who)
    if (cause := SourceType(source_type)) in _BY_CAUSE:
        return Absence(cause.value, *_BY_CAUSE[cause])
    if series_codes is None:
        candidates = f" Candidates: {likely_series}." if likely_series else ""
        return Absence(
            cause.value,
            "This comes from external statistics, and no series has been imported yet.",
            f"A series in Database B, and a recipe that reads it.{candidates}",
            "ASEC analysts",
        )
    return Absence(
        cause.value,
        "A recipe stands, but Database B holds no observation that it can use.",
        f"An import of {' or '.join(dict.fromkeys(series_codes)) or 'its series'} into Database B.",
        "ASEC analysts",
    )


def reason_without_value(leaf: KpiLeaf) -> str:
    """The same in one line, for commands. Uses `leaf.recipes`, so prefetch them for many leaves."""
    recipe = next((recipe for recipe in leaf.recipes.all() if recipe.state == Recipe.State.ADOPTED), None)
    codes = None if recipe is None else [entry["series"] for entry in recipe.inputs]
    return absence(source_type=leaf.source_type, likely_series=leaf.likely_series, series_codes=codes).sentence
