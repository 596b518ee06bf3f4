"""The three-source ledger: one concept as Databases A, B and C hold it, side by side, with the named choice.

All series are read through the registry, in one reading for a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.urls import reverse
from django.utils import timezone

from adme.common.formatting import MINUS, NOT_AVAILABLE, number, percent
from adme.common.formatting import period as period_text
from adme.observations import registry
from adme.observations.periods import TimePeriod
from adme.observations.points import SeriesInfo, SeriesPoint
from adme.observations.uses import Use, readers_of
from adme.reference.models import AreaMembership
from adme.reference.selectors import membership

from ..models import DATASET, Candidate, Concept, SourceReview, Statistic
from ..selectors import figures
from ..selectors.regional import RULE, Populations, Regional, regional

ASEAN = "ASEAN"
FIRST_PERIOD = 2000 * 1000
ByPeriod = dict[int, float]


@dataclass(frozen=True, slots=True)
class ConceptRow:
    concept: Concept
    sources: tuple[tuple[str, int], ...]
    review: SourceReview | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class CandidateInfo:
    """`info` is None where ADME does not hold the series yet."""

    candidate: Candidate
    info: SeriesInfo | None
    is_chosen: bool
    states: int
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """The latest value; the gap is against the chosen one, of the newest period that both have."""

    text: str
    period: str
    gap: str = ""
    gap_period: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AreaRow:
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ConceptPage:
    concept: Concept
    candidates: list[CandidateInfo]
    retired: list[Candidate]
    rows: list[AreaRow]
    reviews: list[SourceReview]
    last: SourceReview | None
    is_due: bool
    leaf_says: str
    leaf_url: str
    differs: bool
    gaps_left_out: list[str]
    rule: str
    expected: int
    is_demonstration: bool
    crumbs: list[tuple[str, str]] = field(default_factory=list)


def concept_list() -> list[ConceptRow]:
    """Three statements."""
    found = (
        Concept.objects.filter(retired_at=None).select_related("chosen").prefetch_related("candidates", "reviews__by")
    )
    rows = []
    for one in found:
        counted = Counter(candidate.source for candidate in one.candidates.all() if not candidate.is_retired)
        review = next(iter(one.reviews.all()), None)
        sources = tuple((source, counted.get(source, 0)) for source in Candidate.Source.values)
        rows.append(ConceptRow(one, sources, review, is_due(review)))
    return rows


def is_due(review: SourceReview | None, today: date | None = None) -> bool:
    return review is None or review.next_on <= (today or timezone.localdate())


def find(code: str) -> Concept | None:
    return Concept.objects.filter(code=code, retired_at=None).select_related("chosen").first()


def retirable(concept: Concept) -> list[Candidate]:
    """Candidates in use but the chosen one."""
    return [one for one in concept.candidates.filter(retired_at=None) if one.pk != concept.chosen_id]


def retired(concept: Concept) -> list[Candidate]:
    return list(concept.candidates.filter(retired_at__isnull=False))


def concept_page(concept: Concept) -> ConceptPage:
    candidates = list(concept.candidates.filter(retired_at=None).order_by("source", "distance", "series"))
    members = membership(ASEAN)
    today = timezone.localdate()
    names = {one.area.code: one.area.name for one in members if one.holds_on(today)}
    infos = registry.describe({one.series for one in candidates})
    values = _read(candidates, [*names, ASEAN], members)
    chosen = next((one for one in candidates if one.pk == concept.chosen_id), None)
    compares = {one.pk: _comparable(one, chosen, infos) for one in candidates}
    uses = {one.pk: tuple(readers_of([one.series])) for one in candidates}
    reviews = list(concept.reviews.select_related("candidate", "by"))
    says, url, differs = _leaf(concept, candidates, chosen, uses)
    return ConceptPage(
        concept=concept,
        candidates=[
            CandidateInfo(
                candidate=one,
                info=infos.get(one.series),
                is_chosen=one.pk == concept.chosen_id,
                states=sum(1 for area in names if values[one.pk].get(area)),
                uses=uses[one.pk],
            )
            for one in candidates
        ],
        retired=retired(concept),
        rows=[
            *(_row(code, name, candidates, chosen, values, compares) for code, name in names.items()),
            _regional_row(candidates, chosen, values, compares, members, infos),
        ],
        reviews=reviews,
        last=reviews[0] if reviews else None,
        is_due=is_due(reviews[0] if reviews else None),
        leaf_says=says,
        leaf_url=url,
        differs=differs,
        gaps_left_out=_left_out(candidates, chosen, compares, infos),
        rule=RULE,
        expected=len(names),
        is_demonstration=any(one.is_demonstration for one in infos.values()),
        crumbs=[("Sources compared", reverse("concepts")), (concept.title, "")],
    )


def _read(
    candidates: Sequence[Candidate], areas: Collection[str], members: Sequence[AreaMembership]
) -> dict[int, dict[str, ByPeriod]]:
    """{candidate: {area: {period: value}}}, annual or of any other frequency, without what has no value."""
    by_series: dict[tuple[str, str], list[int]] = {}
    for one in candidates:
        by_series.setdefault((one.series, one.dimensions), []).append(one.pk)
    found: dict[int, dict[str, ByPeriod]] = {one.pk: {} for one in candidates}
    if not candidates:
        return found
    points = registry.read(
        sorted({one.series for one in candidates}),
        areas=areas,
        first_period=FIRST_PERIOD,
        totals_only=not any(one.dimensions for one in candidates),
    )
    for point in points:
        _put(found, by_series.get((point.series, point.dimensions), ()), point)
    return found


def _put(found: dict[int, dict[str, ByPeriod]], keys: Iterable[int], point: SeriesPoint) -> None:
    if point.value is not None:
        for key in keys:
            found[key].setdefault(point.area, {})[point.period] = point.value


def _comparable(one: Candidate, chosen: Candidate | None, infos: Mapping[str, SeriesInfo]) -> bool:
    """A gap says something only between figures in the same unit, of things that are at least in part the same."""
    if chosen is None or one.pk == chosen.pk or Candidate.Distance.PROXY in {one.distance, chosen.distance}:
        return False
    units = [infos[each.series].unit.strip().casefold() for each in (one, chosen) if each.series in infos]
    return len(units) == 2 and (units[0] == units[1] or all(unit.startswith("%") for unit in units))


def _row(
    code: str,
    name: str,
    candidates: Sequence[Candidate],
    chosen: Candidate | None,
    values: Mapping[int, Mapping[str, ByPeriod]],
    compares: Mapping[int, bool],
) -> AreaRow:
    base = values[chosen.pk].get(code, {}) if chosen else {}
    return AreaRow(name, tuple(_value(values[one.pk].get(code, {}), base, compares[one.pk]) for one in candidates))


def _regional_row(
    candidates: Sequence[Candidate],
    chosen: Candidate | None,
    values: Mapping[int, Mapping[str, ByPeriod]],
    compares: Mapping[int, bool],
    members: Sequence[AreaMembership],
    infos: Mapping[str, SeriesInfo],
) -> AreaRow:
    """The series' own figure for ASEAN, else the total of the states by the rule of selectors.regional. Where the
    newest period has none, its coverage says why."""
    whole: dict[int, ByPeriod] = {}
    notes: dict[int, str] = {}
    populations = Populations({one.area.code for one in members})
    for one in candidates:
        own = values[one.pk].get(ASEAN, {})
        found = {} if own else _totals(one, values[one.pk], members, populations, infos)
        whole[one.pk] = own or {period: total.value for period, total in found.items() if total.value is not None}
        if found:
            notes[one.pk] = _of_newest(found, has_total=bool(whole[one.pk]))
    base = whole[chosen.pk] if chosen else {}
    cells = []
    for one in candidates:
        cell = _value(whole[one.pk], base, compares[one.pk])
        note = "; ".join(part for part in (cell.note, notes.get(one.pk, "")) if part)
        cells.append(replace(cell, note=note))
    return AreaRow(ASEAN, tuple(cells))


def _of_newest(found: Mapping[int, Regional], *, has_total: bool) -> str:
    newest = max(found)
    told, when = found[newest], period_text(newest)
    if told.value is not None:
        return f"total of {told.coverage}"
    return f"{when}: no total, {told.coverage}" if has_total else f"no total: {told.coverage} in {when}"


def _totals(
    one: Candidate,
    by_area: Mapping[str, ByPeriod],
    members: Sequence[AreaMembership],
    populations: Populations,
    infos: Mapping[str, SeriesInfo],
) -> dict[int, Regional]:
    """By period. A statistic of Database C has those of its dashboard: who need not report is known there."""
    statistic = _statistic(one)
    if statistic is not None:
        found = figures.regional_totals(statistic)
        return found if figures.is_sum(statistic) else {}
    if not _may_be_summed(one, infos):
        return {}
    periods: dict[int, dict[str, float]] = {}
    for area, held in by_area.items():
        for period, value in held.items():
            periods.setdefault(period, {})[area] = value
    made = {
        period: regional(period, held, members=members, populations=populations, is_additive=True)
        for period, held in periods.items()
    }
    return {period: total for period, total in made.items() if total.states}


def _statistic(one: Candidate) -> Statistic | None:
    """Of whose totals over all dimensions this candidate is."""
    dataset, _, code = one.series.partition(":")
    return figures.find(code) if dataset == DATASET and not one.dimensions else None


def _may_be_summed(one: Candidate, infos: Mapping[str, SeriesInfo]) -> bool:
    unit = infos[one.series].unit.strip().casefold() if one.series in infos else "%"
    return not unit.startswith(("%", "per ")) and " per " not in unit


def _value(own: ByPeriod, base: ByPeriod, compares: bool) -> Value:
    if not own:
        return Value(NOT_AVAILABLE, "")
    latest = max(own)
    shown, period = number(own[latest]), str(TimePeriod.from_key(latest))
    if not compares:
        return Value(shown, period)
    common = max(set(own) & set(base), default=None)
    if common is None:
        return Value(shown, period, note="no period in common")
    return Value(shown, period, gap(own[common], base[common]), str(TimePeriod.from_key(common)))


def gap(value: float, chosen: float) -> str:
    """`+12 %` of the chosen value; without a base there is no percentage."""
    if value == chosen:
        return "no gap"
    if chosen == 0:
        return "chosen is 0"
    share = (value - chosen) / abs(chosen) * 100
    text = percent(abs(share), 0 if abs(share) >= 10 else 1)
    return f"{MINUS if share < 0 else '+'}{text}"


def _left_out(
    candidates: Sequence[Candidate],
    chosen: Candidate | None,
    compares: Mapping[int, bool],
    infos: Mapping[str, SeriesInfo],
) -> list[str]:
    """For each candidate without gaps, why."""
    if chosen is None:
        return ["Gaps are told once a source has been chosen."] if len(candidates) > 1 else []
    found = []
    for one in candidates:
        if one.pk == chosen.pk or compares[one.pk]:
            continue
        if Candidate.Distance.PROXY in {one.distance, chosen.distance}:
            found.append(f"{one.series}: no gap, for one of the two is a proxy.")
        elif one.series not in infos or chosen.series not in infos:
            found.append(f"{one.series}: no gap, for one of the two series is not in ADME yet.")
        else:
            units = f"'{infos[one.series].unit}' and '{infos[chosen.series].unit}'"
            found.append(f"{one.series}: no gap, for the units differ: {units}.")
    return found


def _leaf(
    concept: Concept,
    candidates: Sequence[Candidate],
    chosen: Candidate | None,
    uses: Mapping[int, tuple[Use, ...]],
) -> tuple[str, str, bool]:
    """(what the KPI's recipe reads, its page, whether that differs from the choice)."""
    if not concept.leaf:
        return "No KPI is tied to this concept: the choice says which source to prefer.", "", False
    reads = [one for one in candidates if any(use.code == concept.leaf for use in uses[one.pk])]
    url = next((use.url for one in reads for use in uses[one.pk] if use.code == concept.leaf), "")
    if not reads:
        return f"The recipe of KPI {concept.leaf} reads none of these series.", url, chosen is not None
    told = ", ".join(one.series for one in reads)
    if chosen is None:
        return f"Nobody has chosen yet; the recipe of KPI {concept.leaf} reads {told}.", url, False
    if chosen in reads:
        return f"The recipe of KPI {concept.leaf} reads the chosen series.", url, False
    return f"The recipe of KPI {concept.leaf} reads {told}, which is not the chosen series.", url, True
