"""What a run of aggregation changed, figure by figure and with causes, and which watchers it concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils import timezone

from adme.common.formatting import number
from adme.observations.periods import TimePeriod
from adme.observations.services import current_data_version
from databases_a.rfmd.selectors import ASEAN, FRAMEWORK, WholeRow
from databases_a.rfmd.selectors.around import leaves_of_run, rows_around
from databases_a.rfmd.selectors.evidence import inputs_of
from databases_a.rfmd.selectors.frame import Frame, frame
from databases_a.rfmd.selectors.rows import LeafInfo
from databases_a.tool1.models import ActivityFact
from dissemination.editions.changes import compare
from dissemination.editions.content import Change, Content, Figure, Leaf, Stamp, State
from dissemination.editions.states import Cause

from .models import Watch, WatchKind

TOOL1 = "TOOL1:"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that a reader sees otherwise now. `before` and `after` are texts: a number, '..', or 'withheld'."""

    leaf: str
    title: str
    unit: str
    area: str
    area_name: str
    period: int
    before: str
    after: str
    cause: str
    detail: str
    is_demonstration: bool
    reads_tool1: bool
    kra: str

    @property
    def cause_label(self) -> str:
        return str(Cause(self.cause).label)

    @property
    def period_text(self) -> str:
        return str(TimePeriod.from_key(self.period))

    @property
    def line(self) -> str:
        made_up = " [demonstration]" if self.is_demonstration else ""
        where = f"KPI {self.leaf} ({self.title}), {self.area_name} {self.period_text}"
        return f"{where}: {self.before} → {self.after}, {self.unit}. {self.cause_label}.{made_up}"


def changes_of_run(run_id: int) -> tuple[FigureChange, ...]:
    """In the framework's order; a constant number of statements. A withheld figure is told as withheld, and neither its
    own value nor the one that stood before it. What only changes coverage or status is left out."""
    codes = leaves_of_run(run_id)
    if not codes:
        return ()
    known = frame(current_data_version().number)
    before_rows, after_rows = rows_around(run_id, codes)
    after = _content(known, codes, after_rows)
    before = _content(known, codes, before_rows)
    withheld = {figure.key for figure in after.figures if figure.value is None}
    infos = {info.code: info for info in known.leaves}
    names = {ASEAN: "ASEAN", **{state.code: state.name for state in known.states}}
    return tuple(
        _told(change, infos[change.leaf], known, names, (change.leaf, change.area, change.period) in withheld)
        for change in compare(before, after, inputs_of)
        if change.leaf in infos and _is_seen(change)
    )


def _is_seen(change: Change) -> bool:
    one, two = change.before, change.after
    if one is None or two is None:
        return one is not two
    return one != two and abs(one - two) > 1e-12 * max(abs(one), abs(two))


def _told(change: Change, info: LeafInfo, known: Frame, names: Mapping[str, str], is_withheld: bool) -> FigureChange:
    before, after = _numbers(change, info.decimals)
    if is_withheld:
        before, after = "shown", "withheld"
    return FigureChange(
        leaf=info.code,
        title=info.title,
        unit=info.shown_unit,
        area=change.area,
        area_name=names.get(change.area, change.area),
        period=change.period,
        before=before,
        after=after,
        cause=change.cause,
        detail=change.detail if not is_withheld else "",
        is_demonstration=info.code in known.made_up,
        reads_tool1=bool(info.recipe and any(code.startswith(TOOL1) for code in info.recipe.series_codes)),
        kra=info.kra_code,
    )


def _numbers(change: Change, decimals: int) -> tuple[str, str]:
    """As the pages write them; with more digits where the two would look the same."""
    for places in (decimals, decimals + 1, decimals + 2, 9):
        before, after = number(change.before, places), number(change.after, places)
        if before != after:
            break
    return before, after


def _content(known: Frame, codes: Collection[str], rows: Mapping[str, list[WholeRow]]) -> Content:
    """The least that comparing needs. A leaf knows the recipe of its figures, or today's where it has none."""
    shown = {ASEAN, *(state.code for state in known.states)}
    figures = tuple(_figure(code, row) for code in codes for row in rows.get(code, ()) if row.area in shown)
    version = {figure.leaf: figure.recipe_version for figure in figures}
    leaves = (_leaf(info) for info in known.leaves if info.code in codes)
    return Content(
        stamp=_STAMP,
        framework=FRAMEWORK,
        first_current_year=0,
        items=(),
        states=tuple(State(one.code, one.name, one.joined_on) for one in known.states),
        leaves=tuple(replace(leaf, recipe_version=version.get(leaf.code, leaf.recipe_version)) for leaf in leaves),
        figures=figures,
        ratings=(),
        sources=(),
    )


_STAMP = Stamp(
    title="", edition="", meeting="", meeting_on=None, data_version=0, taken_at=timezone.now(), published_at=None,
    embargo_until=None, hash="", address="", is_demonstration=False, is_draft=False,
)  # fmt: skip


def _figure(leaf: str, row: WholeRow) -> Figure:
    return Figure(
        leaf, row.area, row.period, row.value, row.obs_status, row.withheld, row.coverage_of, row.states_reporting,
        row.states_expected, row.states_carried, row.population_share, row.recipe_version, row.inputs_hash, row.pk,
    )  # fmt: skip


def _leaf(info: LeafInfo) -> Leaf:
    return Leaf(
        code=info.code, kpi=0, title=info.title, wording=info.wording, unit=info.shown_unit, decimals=info.decimals,
        direction=info.direction, source_type=info.source_type, characteristic=info.characteristic_code,
        kra=info.kra_code, is_proxy=info.is_proxy, is_demonstration=False, note="",
        recipe_version=info.recipe.version if info.recipe else None, recipe_lines=(), sources=(), state_of_data="",
        newest_year=None,
    )  # fmt: skip


# --- whom a change concerns -------------------------------------------------------------------------------------------


def kras_of_bodies(codes: Collection[str]) -> dict[str, frozenset[str]]:
    """Per body the Key Result Areas that its approved Tool 1 reports speak of. One statement."""
    if not codes:
        return {}
    facts = ActivityFact.objects.current().approved().filter(body__code__in=list(codes), codes__kind="kras")
    found: dict[str, set[str]] = {}
    for body, kra in facts.order_by().values_list("body__code", "codes__code").distinct():
        found.setdefault(body, set()).add(kra)
    return {body: frozenset(kras) for body, kras in found.items()}


def concerned(
    changes: Iterable[FigureChange], watches: Iterable[Watch], kras: Mapping[str, frozenset[str]]
) -> tuple[FigureChange, ...]:
    """Those of the changes that these watches are about: the leaf, the state, or KPIs that read Tool 1 in a Key Result
    Area of the body."""
    held = list(watches)
    leaves = {one.code for one in held if one.kind == WatchKind.LEAF}
    states = {one.code for one in held if one.kind == WatchKind.STATE}
    bodies = {one.code for one in held if one.kind == WatchKind.BODY}
    areas = frozenset().union(*(kras.get(one, frozenset()) for one in bodies))
    return tuple(
        one for one in changes if one.leaf in leaves or one.area in states or (one.reads_tool1 and one.kra in areas)
    )


def watches_of(changes: Collection[FigureChange]) -> dict[int, list[Watch]]:
    """Watches that may be concerned, by person. One statement."""
    leaves, areas = {one.leaf for one in changes}, {one.area for one in changes}
    asked = Q(kind=WatchKind.LEAF, code__in=leaves) | Q(kind=WatchKind.STATE, code__in=areas)
    if any(one.reads_tool1 for one in changes):
        asked |= Q(kind=WatchKind.BODY)
    found: dict[int, list[Watch]] = {}
    for watch in Watch.objects.filter(asked):
        found.setdefault(watch.user_id, []).append(watch)
    return found
