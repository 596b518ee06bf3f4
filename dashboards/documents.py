"""What is on a page as a document to download: the same rows, the same filters, and what is needed to cite them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from adme.exports.documents import Column, Document
from adme.observations import registry
from adme.observations.periods import TimePeriod
from adme.observations.points import SeriesInfo
from databases_a.rfmd.selectors import (
    ASEAN,
    CharacteristicPage,
    GapsPage,
    KraPage,
    LeafInfo,
    LeafPage,
    Standing,
    State,
    ValueRow,
)

VALUE_COLUMNS = (
    Column("INDICATOR", "KPI leaf"),
    Column("INDICATOR_LABEL", "Title of the leaf"),
    Column("WORDING", "How sure the title is: official, reported, topic-known or provisional"),
    Column("REF_AREA", "Reference area: ISO 3166-1 alpha-3, or ASEAN"),
    Column("REF_AREA_LABEL", "Name of the reference area"),
    Column("TIME_PERIOD", "Time period"),
    Column("OBS_VALUE", "Value; empty where a regional figure is withheld"),
    Column("UNIT_MEASURE", "Unit"),
    Column("OBS_STATUS", "Observation status (SDMX CL_OBS_STATUS)"),
    Column("COVERAGE_OF", "Whose reports the coverage counts: states, or bodies for what sectoral bodies report"),
    Column("STATES_REPORTING", "Member States, or sectoral bodies, with a value behind a regional figure"),
    Column("STATES_EXPECTED", "Member States at the end of the period, or sectoral bodies that owe a report"),
    Column("STATES_CARRIED", "Of these, states that stand with a value of an earlier period"),
    Column("POPULATION_SHARE", "Share of the members' population behind a regional figure, 0 to 1"),
    Column("COMMENT", "Why a regional figure is withheld"),
    Column("RECIPE_VERSION", "Version of the recipe in force"),
)
GAP_COLUMNS = (
    Column("INDICATOR", "KPI leaf"),
    Column("INDICATOR_LABEL", "Title of the leaf"),
    Column("WORDING", "How sure the title is"),
    Column("CHARACTERISTIC", "Characteristic"),
    Column("KRA", "Key Result Area"),
    Column("SOURCE_TYPE", "Who has the data: A1, A2, A3, B or C"),
    Column("STATE_OF_DATA", "current, older or none"),
    Column("NEWEST_PERIOD", "Newest period with a value"),
    Column("STATES_WITH_VALUE", "Member States with a value"),
    Column("WHY_NONE", "Why there is no value"),
    Column("NEEDED", "What is needed"),
    Column("FROM_WHOM", "Who can give it"),
)
MARKS = (
    ("Empty value", "Not available, or withheld below the coverage rule; never zero."),
    ("Regional figures", "Members by dated membership: ten states until 2025-10-26, eleven since Timor-Leste joined."),
    ("Wording", "Titles marked provisional or topic-known are ours until the official list is loaded."),
)


def leaf_document(page: LeafPage, *, version: int, address: str) -> Document:
    """The leaf page's figures under its filters; with states chosen, only those and ASEAN."""
    leaf = page.leaf
    chosen = {*page.filters.states, ASEAN} if page.filters.states else None
    series = {area: found for area, found in page.series.items() if chosen is None or area in chosen}
    names = _names(page.states)
    rows = (_value_row(leaf, names, row) for area in sorted(series, key=_asean_first) for row in series[area].rows)
    return Document(
        title=f"KPI {leaf.code}: {leaf.title}",
        file_stem=f"kpi-{leaf.code}_{_span(page)}",
        columns=VALUE_COLUMNS,
        rows=list(rows),
        filters=_leaf_filters(page),
        metadata=list(_leaf_metadata(leaf, page.inputs)),
        notes=[*_leaf_notes(page.standing), *MARKS],
        **_common(page.inputs.values(), version, address),
    )


def plan_document(page: CharacteristicPage | KraPage, *, version: int, address: str) -> Document:
    """All figures of a Characteristic or a KRA."""
    names = _names(page.states)
    infos = page.sources if isinstance(page, KraPage) else _describe(page.standings)
    rows = [
        _value_row(standing.leaf, names, row)
        for standing in page.standings
        for area in sorted(standing.series, key=_asean_first)
        if area in names
        for row in standing.series[area].rows
    ]
    return Document(
        title=f"{page.item.code} {page.item.title}",
        file_stem=f"{'kra' if isinstance(page, KraPage) else 'characteristic'}-{page.item.code}",
        columns=VALUE_COLUMNS,
        rows=rows,
        metadata=[pair for standing in page.standings for pair in _leaf_metadata(standing.leaf, infos)],
        notes=[*(note for standing in page.standings for note in _leaf_notes(standing)), *MARKS],
        **_common(infos.values(), version, address),
    )


def gaps_document(page: GapsPage, *, version: int, address: str) -> Document:
    """Every leaf with its state of data and, where it has none, the reason."""
    filters = [("Cause", page.cause), ("Characteristic", page.characteristic)]
    return Document(
        title="State of data of the KPI leaves",
        file_stem="state-of-data",
        columns=GAP_COLUMNS,
        rows=[
            (
                row.leaf.code, row.leaf.title, row.leaf.wording, row.leaf.characteristic_code, row.leaf.kra_code,
                row.leaf.source_type, row.state, row.newest_year, row.states_with_value,
                row.absence.why if row.absence else "", row.absence.needed if row.absence else "",
                row.absence.who if row.absence else "",
            )
            for row in page.rows
        ],
        filters=[(name, value) for name, value in filters if value],
        notes=[("Current", f"A leaf is current when its newest value is of {page.first_current_year} or later.")],
        **_common([], version, address),
    )  # fmt: skip


def _value_row(leaf: LeafInfo, names: Mapping[str, str], row: ValueRow) -> tuple[Any, ...]:
    coverage_of = row.coverage_of if row.states_expected else ""
    return (
        leaf.code, leaf.title, leaf.wording, row.area, names.get(row.area, row.area),
        str(TimePeriod.from_key(row.period)), row.value, leaf.shown_unit, row.obs_status, coverage_of,
        row.states_reporting, row.states_expected, row.states_carried, row.population_share, row.withheld,
        leaf.recipe.version if leaf.recipe else None,
    )  # fmt: skip


def _common(infos: Iterable[SeriesInfo], version: int, address: str) -> dict[str, Any]:
    known = list(infos)
    providers = sorted({info.provider for info in known if info.provider})
    licences = sorted({info.licence for info in known if info.licence})
    return {
        "source": "; ".join(providers) or "ADME",
        "licence": "; ".join(licences) or "as the sources state",
        "extracted_at": timezone.now(),
        "data_version": version,
        "address": address,
        "is_demonstration": any(info.is_demonstration for info in known),
    }


def _leaf_metadata(leaf: LeafInfo, infos: Mapping[str, SeriesInfo]) -> Iterator[tuple[str, str]]:
    name = f"KPI {leaf.code}"
    yield name, leaf.title
    yield f"{name} wording", leaf.wording
    yield f"{name} unit", leaf.shown_unit
    yield f"{name} direction", leaf.direction
    yield f"{name} Key Result Area", f"{leaf.kra_code} {leaf.kra_title}"
    if leaf.recipe is None:
        return
    yield f"{name} method", f"{leaf.recipe.method}; region: {leaf.recipe.area_method}; version {leaf.recipe.version}"
    for code in leaf.recipe.series_codes:
        if info := infos.get(code):
            yield f"{name} series {code}", f"{info.title}. {info.source}. Vintage {info.release_date or 'not stated'}."


def _leaf_notes(standing: Standing) -> Iterator[tuple[str, str]]:
    leaf = standing.leaf
    if leaf.recipe and leaf.recipe.note:
        yield f"KPI {leaf.code}" + (" (proxy series)" if leaf.is_proxy else ""), leaf.recipe.note
    if standing.absence:
        yield f"KPI {leaf.code} has no value", f"{standing.absence.why} {standing.absence.needed}"
    if standing.target and standing.target.is_demonstration:
        yield f"KPI {leaf.code} target", "Demonstration target, not an official one."


def _leaf_filters(page: LeafPage) -> list[tuple[str, str]]:
    filters = page.filters
    pairs = [("States", ", ".join(filters.states)), ("From", filters.first), ("To", filters.last)]
    return [(name, str(value)) for name, value in pairs if value]


def _describe(standings: Sequence[Standing]) -> dict[str, SeriesInfo]:
    codes = {code for standing in standings if standing.leaf.recipe for code in standing.leaf.recipe.series_codes}
    return registry.describe(codes) if codes else {}


def _names(states: Sequence[State]) -> dict[str, str]:
    return {ASEAN: "ASEAN", **{state.code: state.name for state in states}}


def _asean_first(area: str) -> tuple[bool, str]:
    return area != ASEAN, area


def _span(page: LeafPage) -> str:
    return f"{page.years[0]}-{page.years[-1]}" if page.years else "no-values"
