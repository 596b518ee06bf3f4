"""What the pages of Database B show. The number of statements does not grow with the rows on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from adme.common.addresses import web_address
from adme.common.formatting import figure, status_key
from adme.observations.periods import TimePeriod
from adme.reference.selectors import member_states

from . import history
from .models import Dataset, Indicator, Observation, Series
from .selectors import known_rows
from .series import citation

PAGE_SIZE = 25
YEARS_SHOWN = 15  # fits a desktop page; the rest is one link away
ASEAN = "ASEAN"
SORTS: dict[str, tuple[str, ...]] = {
    "title": ("title", "id"),
    "-title": ("-title", "-id"),
    "code": ("code", "dataset__code"),
    "-code": ("-code", "-dataset__code"),
    "dataset": ("dataset__code", "code"),
    "-dataset": ("-dataset__code", "-code"),
    "release": ("release_date", "title"),
    "-release": ("-release_date", "title"),
}


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    indicator: Indicator
    url: str
    latest: str
    states: int
    expected: int


@dataclass(frozen=True, slots=True)
class IndicatorListPage:
    rows: list[IndicatorRow]
    page: Page[Indicator]
    filters: list[dict[str, Any]]
    is_filtered: bool
    crumbs: tuple[tuple[str, str], ...] = (("Database B", ""), ("Indicators", ""))


@dataclass(frozen=True, slots=True)
class Cell:
    """One state in one year: a sign for the eye, words for the reader of the screen and the pointer."""

    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class StateRow:
    code: str
    name: str
    cells: list[Cell]
    latest_period: str
    latest: str
    count: int


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    indicator: Indicator
    lead: str
    figures: list[tuple[str, str, str]]
    metadata: list[dict[str, str]]
    years: list[str]
    has_earlier_years: bool
    rows: list[StateRow]
    status_key: list[tuple[str, str]]
    breakdowns: list[dict[str, Any]]
    breakdown: str
    as_of: datetime | None
    as_of_words: str
    vintages: list[history.Vintage]
    revisions: list[history.RevisionRow]
    source: dict[str, Any] = field(default_factory=dict)
    crumbs: list[tuple[str, str]] = field(default_factory=list)


def indicator_list(*, text: str, dataset: str, sort: str, page: str) -> IndicatorListPage:
    found = Indicator.objects.filter(retired_at__isnull=True).select_related("dataset")
    if text:
        found = found.filter(Q(title__icontains=text) | Q(code__icontains=text) | Q(definition__icontains=text))
    if dataset:
        found = found.filter(dataset__code=dataset)
    shown = Paginator(found.order_by(*SORTS.get(sort, SORTS["title"])), PAGE_SIZE).get_page(page)
    datasets = list(Dataset.objects.values_list("code", "name"))
    filters: list[dict[str, Any]] = [
        {"name": "q", "label": "Words or code", "value": text, "kind": "search"},
        {
            "name": "dataset",
            "label": "Dataset",
            "value": dataset,
            "options": [("", "All datasets"), *((code, name) for code, name in datasets)],
        },
    ]
    return IndicatorListPage(rows=_rows(list(shown)), page=shown, filters=filters, is_filtered=bool(text or dataset))


def _rows(indicators: list[Indicator]) -> list[IndicatorRow]:
    members = {state.pk for state in member_states()}
    latest: dict[int, int] = {}
    covered: dict[int, set[int]] = {}
    for indicator, area, period in _latest_periods(indicators):
        latest[indicator] = max(latest.get(indicator, 0), period)
        if area in members:
            covered.setdefault(indicator, set()).add(area)
    return [
        IndicatorRow(
            indicator=one,
            url=reverse("indicator_detail", args=[one.dataset.code, one.code]),
            latest=str(TimePeriod.from_key(latest[one.pk])) if one.pk in latest else "",
            states=len(covered.get(one.pk, ())),
            expected=len(members),
        )
        for one in indicators
    ]


def _latest_periods(indicators: Sequence[Indicator]) -> list[tuple[int, int, int]]:
    """(indicator, area, latest period with a value), by the index of current values."""
    newest = Observation.objects.filter(series=OuterRef("pk"), closed_by__isnull=True, value__isnull=False)
    rows = (
        Series.objects.filter(indicator__in=[one.pk for one in indicators])
        .order_by()
        .annotate(latest=Subquery(newest.order_by("-period").values("period")[:1]))
        .values_list("indicator_id", "area_id", "latest")
    )
    return [(indicator, area, period) for indicator, area, period in rows if period is not None]


def indicator_page(
    *, dataset: str, code: str, breakdown: str = "", as_of: date | datetime | None = None, all_years: bool = False
) -> IndicatorPage:
    """`as_of` is a moment, or a day for what was known at its end."""
    known_at = as_of if as_of is None or isinstance(as_of, datetime) else history.end_of_day(as_of)
    indicator = Indicator.objects.select_related("dataset__provider", "successor__dataset").get(
        dataset__code=dataset, code=code
    )
    members = member_states()
    series = list(
        Series.objects.filter(indicator=indicator)
        .order_by("dimensions", "area_id")
        .values_list("id", "area__code", "dimensions", "area__name")
    )
    breakdowns = sorted({dimensions for _, _, dimensions, _ in series})
    if breakdown not in breakdowns:
        breakdown = breakdowns[0] if breakdowns and "" not in breakdowns else ""
    rows_by_area = _values(series, breakdown, known_at)
    periods = sorted({period for rows in rows_by_area.values() for period in rows})
    shown = periods if all_years else periods[-YEARS_SHOWN:]
    areas = [(state.code, state.name) for state in members]
    if ASEAN in rows_by_area:
        areas.append((ASEAN, ASEAN))
    decimals = _decimals(indicator, {code: rows_by_area.get(code, {}) for code, _ in areas})
    rows = [_state_row(code, name, rows_by_area.get(code, {}), shown, decimals) for code, name in areas]
    vintages = history.vintages([pk for pk, *_ in series])
    return IndicatorPage(
        indicator=indicator,
        lead=_lead(indicator),
        figures=_figures(rows, periods, members, vintages, indicator),
        metadata=_metadata(indicator),
        years=[str(TimePeriod.from_key(period)) for period in shown],
        has_earlier_years=len(shown) < len(periods),
        rows=rows,
        status_key=status_key({status for rows in rows_by_area.values() for _, status in rows.values()}),
        breakdowns=_breakdown_tabs(breakdowns, breakdown),
        breakdown=breakdown,
        as_of=known_at,
        as_of_words=history.as_of_words(as_of),
        vintages=vintages,
        revisions=history.revisions(series),
        source=_source(indicator),
        crumbs=[("Database B", ""), ("Indicators", reverse("indicator_list")), (indicator.title, "")],
    )


def _values(
    series: list[tuple[int, str, str, str]], breakdown: str, as_of: datetime | None
) -> dict[str, dict[int, tuple[float | None, str]]]:
    areas = {pk: area for pk, area, dimensions, _ in series if dimensions == breakdown}
    found: dict[str, dict[int, tuple[float | None, str]]] = {}
    for series_id, period, value, status, _ in known_rows(list(areas), as_of=as_of):
        found.setdefault(areas[series_id], {})[period] = (value, status)
    return found


def _state_row(
    code: str, name: str, values: dict[int, tuple[float | None, str]], shown: list[int], decimals: int | None
) -> StateRow:
    with_value = [period for period, (value, _) in values.items() if value is not None]
    latest = max(with_value, default=None)
    cells = []
    for period in shown:
        word = str(TimePeriod.from_key(period))
        if period not in values:
            cells.append(Cell("", f"{word}: not available"))
            continue
        value, status = values[period]
        cells.append(Cell("■" if value is not None else "□", f"{word}: {figure(value, None, status)}"))
    return StateRow(
        code=code,
        name=name,
        cells=cells,
        latest_period=str(TimePeriod.from_key(latest)) if latest is not None else "",
        latest=figure(values[latest][0], decimals, values[latest][1]) if latest is not None else "",
        count=len(with_value),
    )


def _lead(indicator: Indicator) -> str:
    parts = [f"{indicator.dataset.name}, {indicator.dataset.provider.name}", indicator.unit]
    return "; ".join(part for part in parts if part) + "."


def _decimals(indicator: Indicator, rows_by_area: dict[str, dict[int, tuple[float | None, str]]]) -> int | None:
    """One number of decimals for a column: the indicator's, else the most that a latest value has, up to two."""
    if indicator.decimals is not None:
        return indicator.decimals
    latest = []
    for values in rows_by_area.values():
        periods = [period for period, (value, _) in values.items() if value is not None]
        if periods:
            latest.append(values[max(periods)][0] or 0.0)
    return max((min(2, len(repr(value).partition(".")[2].rstrip("0"))) for value in latest), default=None)


def _figures(
    rows: list[StateRow], periods: list[int], members: list[Any], vintages: list[history.Vintage], indicator: Indicator
) -> list[tuple[str, str, str]]:
    states = [row for row in rows if row.code != ASEAN]
    reporting = sum(1 for row in states if row.count)
    latest = max((row.latest_period for row in states if row.latest_period), default="")
    at_latest = sum(1 for row in states if row.latest_period == latest and latest)
    first = str(TimePeriod.from_key(periods[0])) if periods else ""
    return [
        ("Member States with values", f"{reporting} of {len(members)}", ""),
        ("Latest period", latest or "..", f"{at_latest} of {len(members)} states" if latest else ""),
        ("First period", first or "..", ""),
        ("Release", indicator.release_date.strftime("%-d %b %Y") if indicator.release_date else "..", ""),
        ("Vintages", str(len(vintages)), "imports that changed it"),
    ]


def _metadata(indicator: Indicator) -> list[dict[str, str]]:
    dataset = indicator.dataset
    provider = dataset.provider
    texts = [
        ("Series code", indicator.series_code, ""),
        ("Definition", indicator.definition, ""),
        ("Unit", indicator.unit, ""),
        ("Topic", indicator.topic, ""),
        ("Source", indicator.source, ""),
        ("Method", indicator.method, ""),
        ("Coverage", indicator.coverage, ""),
        ("Limitations", indicator.limitations, ""),
        ("Frequency", indicator.frequency, ""),
        ("Aggregation by the provider", indicator.aggregation_method, ""),
        ("Provider", provider.name, provider.url),
        ("Dataset", dataset.name, dataset.url),
        ("Licence", indicator.licence or dataset.licence or provider.licence, ""),
        ("Cite as", indicator.citation or citation(indicator), ""),
        ("Link", indicator.link, web_address(indicator.link)),
    ]
    if indicator.successor is not None:
        successor = indicator.successor
        address = reverse("indicator_detail", args=[successor.dataset.code, successor.code])
        texts.append(("Successor", successor.title, address))
    return [{"term": term, "text": text, "url": url if text else ""} for term, text, url in texts]


def _source(indicator: Indicator) -> dict[str, Any]:
    dataset = indicator.dataset
    return {
        "source": f"{dataset.provider.name}, {dataset.name}",
        "url": web_address(indicator.link) or web_address(dataset.url),
        "licence": indicator.licence or dataset.licence or dataset.provider.licence,
    }


def _breakdown_tabs(breakdowns: list[str], chosen: str) -> list[dict[str, Any]]:
    if len(breakdowns) < 2:
        return []
    return [
        {"title": history.dimension_words(one), "value": one, "active": one == chosen}
        for one in sorted(breakdowns, key=lambda text: (text != "", text))
    ]
