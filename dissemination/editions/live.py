"""Today's figures as the content of an edition. A constant number of statements, whatever the number of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from adme.observations.points import SeriesInfo
from adme.observations.services import current_data_version
from adme.reference.models import SectoralBody
from databases_a.rfmd import selectors as rfmd
from databases_a.rfmd.selectors import Whole, WholeLeaf, ratings_of, whole

from . import tables, texts
from .content import ASEAN, Body, Content, Figure, Item, Leaf, Rating, Source, Stamp, State


def take(*, title: str = "", meeting: str = "", meeting_on: date | None = None, now: datetime | None = None) -> Content:
    """What ADME says now, with the automatic texts. The stamp is of no edition: its `edition` and `hash` are ''."""
    now = now or timezone.now()
    version = current_data_version().number
    found = whole(version=version)
    shown_areas = {ASEAN, *(state.code for state in found.states)}
    leaves = tuple(_leaf(one, found.sources) for one in found.leaves)
    figures = tuple(_figure(one, row) for one in found.leaves for row in one.rows if row.area in shown_areas)
    with_figures = {figure.leaf for figure in figures}
    all_tables = tables.take(version=version, now=now)
    made_up = any(leaf.is_demonstration and leaf.code in with_figures for leaf in leaves)
    content = Content(
        stamp=Stamp(
            title=title or "State of the ASCC results framework",
            edition="",
            meeting=meeting,
            meeting_on=meeting_on,
            data_version=version,
            taken_at=now,
            published_at=None,
            embargo_until=None,
            hash="",
            address=settings.SITE_URL,
            is_demonstration=made_up or any(table.is_demonstration for table in all_tables),
            is_draft=bool(meeting),
        ),
        framework=rfmd.FRAMEWORK,
        first_current_year=found.first_current_year,
        items=tuple(Item(one.code, one.title, one.tier, one.parent, one.wording) for one in found.items),
        states=tuple(State(one.code, one.name, one.joined_on) for one in found.states),
        leaves=leaves,
        figures=figures,
        ratings=tuple(_rating(one.info.code, *told) for one in found.leaves for told in ratings_of(one, shown_areas)),
        sources=tuple(_source(info) for info in _in_use(found)),
        bodies=_bodies(),
        tables=all_tables,
        methods=texts.METHODS,
    )
    return texts.with_automatic(content)


def _bodies() -> tuple[Body, ...]:
    found = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym")
    return tuple(Body(*row) for row in found.values_list("code", "acronym", "name", "sector"))


def _figure(leaf: WholeLeaf, row: rfmd.WholeRow) -> Figure:
    return Figure(
        leaf.info.code, row.area, row.period, row.value, row.obs_status, row.withheld, row.coverage_of,
        row.states_reporting, row.states_expected, row.states_carried, row.population_share, row.recipe_version,
        row.inputs_hash, row.pk,
    )  # fmt: skip


def _leaf(one: WholeLeaf, sources: Mapping[str, SeriesInfo]) -> Leaf:
    info, recipe = one.info, one.info.recipe
    codes: Sequence[str] = recipe.series_codes if recipe else ()
    absence = one.standing.absence
    return Leaf(
        code=info.code,
        kpi=one.kpi,
        title=info.title,
        wording=info.wording,
        unit=info.shown_unit,
        decimals=info.decimals,
        direction=info.direction,
        source_type=info.source_type,
        characteristic=info.characteristic_code,
        kra=info.kra_code,
        is_proxy=info.is_proxy,
        is_demonstration=one.is_made_up,
        note=recipe.note if recipe else "",
        recipe_version=recipe.version if recipe else None,
        recipe_lines=one.recipe_lines,
        sources=tuple(code for code in codes if code in sources),
        state_of_data="none" if absence else "current" if one.standing.is_current else "older",
        newest_year=one.standing.newest_year,
        why_none=absence.why if absence else "",
        needed=absence.needed if absence else "",
        from_whom=absence.who if absence else "",
    )


def _rating(leaf: str, area: str, told: rfmd.AreaStanding) -> Rating:
    progress, latest = told.progress, told.latest
    return Rating(
        leaf=leaf,
        area=area,
        rating=str(progress.rating),
        label=progress.label,
        reason=progress.reason,
        rule_version=progress.rule_version,
        share_of_way=progress.share_of_way,
        share_of_time=progress.share_of_time,
        baseline_year=told.baseline.year if told.baseline else None,
        baseline_value=told.baseline.value if told.baseline else None,
        baseline_is_computed=told.baseline_is_computed,
        target_year=told.target.year if told.target else None,
        target_value=told.target.value if told.target else None,
        target_is_demonstration=bool(told.target and told.target.is_demonstration),
        period=latest.period if latest else None,
        value=latest.value if latest else None,
    )


def _in_use(found: Whole) -> list[SeriesInfo]:
    """Series that a leaf reads, in the order of the leaves."""
    codes = dict.fromkeys(code for one in found.leaves if one.info.recipe for code in one.info.recipe.series_codes)
    return [found.sources[code] for code in codes if code in found.sources]


def _source(info: SeriesInfo) -> Source:
    return Source(
        info.code, info.title, info.provider, info.source, info.licence, info.citation, info.link, info.release_date,
        info.is_demonstration,
    )  # fmt: skip
