"""Reads of what analysts enter: survey results, baselines and targets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from adme.reference.models import Area
from adme.reference.selectors import member_states

from .inputs import REGION
from .models import Baseline, KpiLeaf, Recipe, SourceType, SurveyEntry, Target


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """A baseline or target, as a line of the list."""

    kind: str  # 'baseline' or 'target'
    leaf_position: int
    leaf_code: str
    leaf_title: str
    wording: str
    unit: str
    area: str
    area_name: str
    year: int
    value: float
    source: str
    is_demonstration: bool

    @property
    def kind_label(self) -> str:
        return self.kind.capitalize()


@dataclass(frozen=True, slots=True)
class SurveyFinding:
    """A survey result as a reader must know it: who asked whom, and how many."""

    area: str
    area_name: str
    year: int
    value: float
    source: str
    people_asked: int | None
    sample_note: str
    link: str
    is_demonstration: bool


def survey_leaves() -> QuerySet[KpiLeaf]:
    return KpiLeaf.objects.filter(source_type=SourceType.A3, retired_at__isnull=True)


def leaves() -> QuerySet[KpiLeaf]:
    return KpiLeaf.objects.filter(retired_at__isnull=True)


def entry_areas() -> QuerySet[Area]:
    """The Member States, and ASEAN as a whole."""
    codes = [REGION, *(state.code for state in member_states())]
    return Area.objects.filter(code__in=codes).order_by("-kind", "name")


def survey_entries(*, corrected_too: bool = False) -> QuerySet[SurveyEntry]:
    """Results by KPI, area and year, newest year first; corrected ones only when asked for."""
    found = SurveyEntry.objects.select_related("leaf", "area", "entered_by").annotate(shown_unit=_shown_unit())
    if not corrected_too:
        found = found.filter(closed_at__isnull=True)
    return found.order_by("leaf__position", "area__name", "-year", "-pk")


def survey_results(leaf_codes: Collection[str]) -> dict[str, tuple[SurveyFinding, ...]]:
    """Current results of these leaves by leaf code, newest year first. One statement, or none without leaves."""
    if not leaf_codes:
        return {}
    fields = ("area__code", "area__name", "year", "value", "source", "sample_size", "sample_note", "link")
    found: dict[str, list[SurveyFinding]] = {}
    entries = survey_entries().filter(leaf__code__in=leaf_codes).order_by("-year", "area__name")
    for code, *row in entries.values_list("leaf__code", *fields, "is_demonstration"):
        found.setdefault(code, []).append(SurveyFinding(*row))
    return {code: tuple(rows) for code, rows in found.items()}


def benchmarks() -> list[BenchmarkRow]:
    """All baselines and targets by KPI and area, baseline first. Two statements."""
    found: list[BenchmarkRow] = []
    for kind, model in (("baseline", Baseline), ("target", Target)):
        stored = model.objects.select_related("leaf", "area").annotate(shown_unit=_shown_unit())
        found += [_row(kind, one, one.shown_unit) for one in stored]
    return sorted(found, key=lambda row: (row.leaf_position, row.area_name, row.kind, row.year))


def _shown_unit() -> Coalesce:
    """The unit of the adopted recipe, as on the page of the leaf; without a recipe the leaf's own."""
    adopted = Recipe.objects.filter(leaf=OuterRef("leaf"), state=Recipe.State.ADOPTED)
    return Coalesce(Subquery(adopted.values("unit")[:1]), "leaf__unit")


def _row(kind: str, one: Baseline | Target, unit: str) -> BenchmarkRow:
    return BenchmarkRow(
        kind=kind,
        leaf_position=one.leaf.position,
        leaf_code=one.leaf.code,
        leaf_title=one.leaf.title,
        wording=one.leaf.wording,
        unit=unit,
        area=one.area.code,
        area_name=one.area.name,
        year=one.year,
        value=one.value,
        source=one.source,
        is_demonstration=one.is_demonstration,
    )


def benchmark(*, kind: str, leaf: str, area: str, year: int | None) -> Baseline | Target | None:
    """The stored baseline of a leaf and area, or its target of a year."""
    if kind == "baseline":
        return Baseline.objects.filter(leaf__code=leaf, area__code=area).first()
    targets = Target.objects.filter(leaf__code=leaf, area__code=area)
    return targets.filter(year=year).first() if year is not None else None
