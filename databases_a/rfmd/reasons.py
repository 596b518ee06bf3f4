"""Why a leaf has no value, in one sentence. A leaf without a value is never shown as zero."""

from __future__ import annotations

from .models import KpiLeaf, Recipe, SourceType

_REASONS = {
    SourceType.A1: "A1: recorded by sectoral bodies through Tool 1; their reports are not collected here yet.",
    SourceType.A2: "A2: counts national policies; needs a report from each Member State's national focal point.",
    SourceType.A3: "A3: needs a survey; no result has been entered with its source and sample yet.",
    SourceType.C: "C: needs administrative records of ministries through Database C; none are collected here yet.",
}


def reason_without_value(leaf: KpiLeaf) -> str:
    """By the leaf's source; for external statistics also what has to be imported."""
    fixed = _REASONS.get(SourceType(leaf.source_type))
    if fixed:
        return fixed
    recipe = next((recipe for recipe in leaf.recipes.all() if recipe.state == Recipe.State.ADOPTED), None)
    if recipe is None:
        candidates = f" Candidates: {leaf.likely_series}." if leaf.likely_series else ""
        return f"B: no series has been imported yet for KPI {leaf.code}.{candidates}"
    named = dict.fromkeys(entry["series"] for entry in recipe.inputs)
    return f"B: no observation of {' or '.join(named)} has been imported yet."
