"""What the pages of statistics show: the list, one with its figures, its recipes in words, a draft on a submission,
the metadata. The number of statements does not grow with rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from adme.accounts.models import User
from adme.accounts.permissions import Permission, may
from adme.common.formatting import NOT_AVAILABLE, figure, status_key
from adme.common.formatting import period as period_text
from adme.observations.periods import TimePeriod
from adme.observations.uses import Use, readers_of
from adme.reference.selectors import member_states

from .. import metadata
from ..layout import Layout
from ..models import Compilation, MetadataText, RecipeVersion, Statistic, StatisticObservation, Submission, Verdict
from ..recipe_words import recipe_lines
from ..recipes import BadRecipe, Recipe, read_recipe
from ..selectors.recipe_codes import ColumnLabels, column_labels, concept_labels, labels_of_layouts
from ..services import recipes as services

PAGE_SIZE, PERIODS_SHOWN, CELLS_SHOWN, SUBMISSIONS_OFFERED = 25, 8, 400, 60
PRIMARY, SECONDARY = "C", "D"
MARKS = {
    PRIMARY: ("[c]", "suppressed: too few records or persons stand behind it"),
    SECONDARY: ("[d]", "suppressed too, so that no other suppressed cell follows from the totals"),
}
CRUMB = ("Database C: statistics", "statistic_list")


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` for the eye, `words` where it is a sign; `kind` '', 'suppressed' or 'missing'."""

    text: str
    words: str = ""
    kind: str = ""


EMPTY = Cell(NOT_AVAILABLE, "no figure", "missing")


@dataclass(frozen=True, slots=True)
class Row:
    heads: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`heads` name the columns of row headings."""

    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[Row]
    key: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ListRow:
    statistic: Statistic
    latest: str
    states: int
    has_draft: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[ListRow]
    page: Page[Statistic]
    filters: list[dict[str, Any]]
    is_filtered: bool
    expected: int
    crumbs: tuple[tuple[str, str], ...] = (("Database C", ""), ("Statistics", ""))


@dataclass(frozen=True, slots=True)
class Version:
    """One recipe in words. `fault`: why it cannot be read, which no version in force is."""

    recipe: RecipeVersion
    lines: tuple[tuple[str, str], ...]
    fault: str = ""

    @property
    def is_draft(self) -> bool:
        return self.recipe.state == RecipeVersion.State.DRAFT


@dataclass(frozen=True, slots=True)
class StatisticPage:
    statistic: Statistic
    figures: list[tuple[str, str, str]]
    totals: Table | None
    tabs: list[dict[str, Any]]
    filters: list[dict[str, Any]]
    breakdown: Table | None
    breakdown_title: str
    current: Version | None
    older: list[Version]
    draft: Version | None
    uses: list[Use]
    is_demonstration: bool
    crumbs: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """`title` names the groups that the cell is of: 'Female · Senior', or 'Total'."""

    title: str
    cell: Cell
    before: Cell


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """`counts`: (what, number, note) in the order of work. `result` is None before the draft was looked at."""

    statistic: Statistic
    draft: Version
    drafters: list[str]
    seen: str
    is_mine: bool
    submissions: list[Submission]
    submission: Submission | None
    result: Compilation | None
    counts: list[tuple[str, int, str]]
    heads: tuple[str, ...]
    cells: list[PreviewCell]
    more: int
    compares: bool
    key: list[tuple[str, str]]
    crumbs: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MetadataLine:
    heading: metadata.Heading
    generated: str
    written: str
    by: str
    written_on: date | None = None

    @property
    def text(self) -> str:
        return self.written or self.generated


@dataclass(frozen=True, slots=True)
class MetadataGroup:
    title: str
    lines: list[MetadataLine]


# ---- list ----


def statistic_list(*, text: str, body: str, page: str) -> ListPage:
    found = Statistic.objects.filter(retired_at=None).select_related("record_set__body", "current")
    if text:
        found = found.filter(Q(title__icontains=text) | Q(code__icontains=text) | Q(definition__icontains=text))
    bodies = Statistic.objects.filter(retired_at=None).order_by("record_set__body__acronym")
    names = list(bodies.values_list("record_set__body__code", "record_set__body__acronym").distinct())
    if body:
        found = found.filter(record_set__body__code=body)
    shown = Paginator(found.order_by("record_set__body__acronym", "title"), PAGE_SIZE).get_page(page)
    on_page = [one.pk for one in shown]
    drafts = set(
        RecipeVersion.objects.filter(state="draft", statistic__in=on_page).values_list("statistic_id", flat=True)
    )
    latest = _latest(on_page)
    rows = [
        ListRow(
            statistic=one,
            latest=str(TimePeriod.from_key(latest[one.pk][0])) if one.pk in latest else "",
            states=latest[one.pk][1] if one.pk in latest else 0,
            has_draft=one.pk in drafts,
        )
        for one in shown
    ]
    filters: list[dict[str, Any]] = [
        {"name": "q", "label": "Words or code", "value": text, "kind": "search"},
        {"name": "body", "label": "Sectoral body", "value": body, "options": [("", "All bodies"), *names]},
    ]
    return ListPage(rows, shown, filters, bool(text or body), len(member_states()))


def _latest(statistics: Sequence[int]) -> dict[int, tuple[int, int]]:
    """{statistic: (newest period with a total, states that have it)}."""
    totals = StatisticObservation.objects.filter(
        series__statistic__in=statistics, series__dimensions="", closed_at=None, value__isnull=False
    ).order_by()
    newest = dict(totals.values("series__statistic").annotate(at=Max("period")).values_list("series__statistic", "at"))
    counted = totals.values("series__statistic", "period").annotate(n=Count("pk"))
    rows = counted.values_list("series__statistic", "period", "n")
    return {one: (period, number) for one, period, number in rows if newest.get(one) == period}


# ---- one statistic ----


def find(code: str) -> Statistic | None:
    return (
        Statistic.objects.filter(code=code)
        .select_related("record_set__body", "record_set__current", "current__layout", "current__adopted_by")
        .first()
    )


def statistic_page(
    statistic: Statistic, *, by: str = "", period: str = "", state: str = "", user: User | Any
) -> StatisticPage:
    """`by`: concepts with commas; `period` and `state` of the breakdown. What is not known is left out."""
    members = {one.code: one.name for one in member_states()}
    rows = _observations(statistic, series__dimensions="")
    manages = may(user, Permission.RECORD_SET_MANAGE)
    versions = recipe_versions(statistic, with_draft=manages)
    current = next((one for one in versions if one.recipe.pk == statistic.current_id), None)
    recipe, layout = read_version(statistic.current)
    decimals = recipe.decimals if recipe else 0
    names = members | {one["series__area__code"]: one["series__area__name"] for one in rows}
    chosen = _chosen(recipe, by)
    periods = sorted({one["period"] for one in rows})
    shown = next((one for one in periods if str(TimePeriod.from_key(one)) == period), periods[-1] if periods else None)
    state = state if state in names else ""
    breakdown, filters = None, []
    if recipe is not None and layout is not None and chosen and shown is not None:
        if len(chosen) > 1 and not state:
            state = next((one["series__area__code"] for one in rows if one["period"] == shown), "")
        breakdown = _breakdown(statistic, recipe, layout, chosen, shown, state if len(chosen) > 1 else "", names)
        filters = _filters(chosen, periods, shown, state, names)
    return StatisticPage(
        statistic=statistic,
        figures=_key_figures(statistic, rows, len(members)),
        totals=_totals(rows, names, decimals),
        tabs=_tabs(recipe, chosen),
        filters=filters,
        breakdown=breakdown,
        breakdown_title=_breakdown_title(chosen, recipe, shown, names.get(state, "")),
        current=current,
        older=[one for one in versions if one.recipe.state == RecipeVersion.State.SUPERSEDED],
        draft=next((one for one in versions if one.is_draft), None),
        uses=readers_of([statistic.series_code]),
        is_demonstration=any(one["is_demonstration"] for one in rows),
        crumbs=[_crumb(), (statistic.title, "")],
    )


def recipe_versions(statistic: Statistic, *, with_draft: bool) -> list[Version]:
    """All versions in words, newest first. One statement more names their codes, however many."""
    found = statistic.versions.select_related("layout", "made_by", "adopted_by").order_by("-number")
    shown = [one for one in found if with_draft or one.state != RecipeVersion.State.DRAFT]
    labels = labels_of_layouts({one.layout_id: one.layout.read_layout() for one in shown})
    return [_version(one, statistic.unit, labels[one.layout_id]) for one in shown]


def read_version(version: RecipeVersion | None) -> tuple[Recipe | None, Layout | None]:
    if version is None:
        return None, None
    layout = version.layout.read_layout()
    try:
        return read_recipe(version.recipe, layout), layout
    except BadRecipe:
        return None, layout


def in_words(one: RecipeVersion | None, unit: str) -> Version | None:
    """One recipe in words, where there is one."""
    return _version(one, unit) if one else None


def _version(one: RecipeVersion, unit: str, labels: ColumnLabels | None = None) -> Version:
    layout = one.layout.read_layout()
    try:
        recipe = read_recipe(one.recipe, layout)
    except BadRecipe as error:
        return Version(one, (), str(error))
    lines = recipe_lines(recipe, layout, unit=unit, labels=column_labels(layout) if labels is None else labels)
    layout_line = ("Layout", f"Version {one.layout.number} of the record set.")
    return Version(one, (*lines, layout_line))


_FIELDS = (
    "series__area__code", "series__area__name", "series__dimensions", "period", "value", "obs_status", "conf_status",
    "is_demonstration", "opened_at",
)  # fmt: skip


def _observations(statistic: Statistic, **asked: Any) -> list[dict[str, Any]]:
    found = StatisticObservation.objects.filter(series__statistic=statistic, closed_at=None, **asked)
    return list(found.order_by("series__area__name", "series__dimensions", "period").values(*_FIELDS))


def cell_of(value: float | None, obs_status: str, conf_status: str, decimals: int) -> Cell:
    if conf_status in MARKS:
        sign, words = MARKS[conf_status]
        return Cell(sign, words, "suppressed")
    text = figure(value, decimals, obs_status)
    return Cell(text, "no figure" if value is None else "", "missing" if value is None else "")


def _of_row(row: Mapping[str, Any], decimals: int) -> Cell:
    return cell_of(row["value"], row["obs_status"], row["conf_status"], decimals)


def _key(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    seen = list(rows)
    found = [MARKS[one] for one in (PRIMARY, SECONDARY) if any(row["conf_status"] == one for row in seen)]
    return [*found, *status_key({row["obs_status"] for row in seen})]


def _totals(rows: list[dict[str, Any]], names: Mapping[str, str], decimals: int) -> Table | None:
    if not rows:
        return None
    periods = sorted({one["period"] for one in rows})[-PERIODS_SHOWN:]
    by_place = {(one["series__area__code"], one["period"]): one for one in rows}
    body = []
    for code, name in sorted(names.items(), key=lambda pair: pair[1]):
        found = [by_place.get((code, period)) for period in periods]
        body.append(Row((name,), tuple(_of_row(one, decimals) if one else EMPTY for one in found)))
    columns = tuple(period_text(one) for one in periods)
    return Table(("State",), columns, body, _key(one for one in rows if one["period"] in periods))


def _breakdown(
    statistic: Statistic,
    recipe: Recipe,
    layout: Layout,
    chosen: tuple[str, ...],
    period: int,
    state: str,
    names: Mapping[str, str],
) -> Table:
    """One concept: states by its codes. More: the codes of one state, the last concept across."""
    labels = concept_labels(recipe, layout)
    asked: dict[str, Any] = {"period": period, "series__dimensions__contains": f"{chosen[0]}="}
    if state:
        asked["series__area__code"] = state
    rows = [
        (row, told)
        for row in _observations(statistic, **asked)
        if set(told := _told(row["series__dimensions"])) == set(chosen)
    ]
    across = chosen[-1]
    columns = _ordered({told[across] for _, told in rows}, labels[across])
    cells: dict[tuple[str, ...], dict[str, Cell]] = {}
    for row, told in rows:
        head = (row["series__area__code"],) if not state else tuple(told[one] for one in chosen[:-1])
        cells.setdefault(head, {})[told[across]] = _of_row(row, recipe.decimals)
    order = (
        [list(names)]
        if not state
        else [_ordered({head[n] for head in cells}, labels[one]) for n, one in enumerate(chosen[:-1])]
    )
    titles = [names] if not state else [labels[one] for one in chosen[:-1]]
    body = [
        Row(
            tuple(titles[n].get(part, part) for n, part in enumerate(head)),
            tuple(cells[head].get(code, EMPTY) for code in columns),
        )
        for head in sorted(cells, key=lambda head: [order[n].index(part) for n, part in enumerate(head)])
    ]
    heads = ("State",) if not state else tuple(recipe.by_concept[one].label for one in chosen[:-1])
    return Table(heads, tuple(labels[across].get(one, one) for one in columns), body, _key(row for row, _ in rows))


def _told(dimensions: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in dimensions.split(";") if "=" in one)


def _ordered(codes: set[str], labels: Mapping[str, str]) -> list[str]:
    return [*(one for one in labels if one in codes), *sorted(codes - set(labels))]


def _chosen(recipe: Recipe | None, by: str) -> tuple[str, ...]:
    asked = set(by.split(",")) if by else set()
    tables = [one for one in recipe.published if one] if recipe else []
    return next((one for one in tables if set(one) == asked), tables[0] if tables and not by else ())


def _tabs(recipe: Recipe | None, chosen: tuple[str, ...]) -> list[dict[str, Any]]:
    tables = [one for one in recipe.published if one] if recipe else []
    return [
        {
            "title": " × ".join(recipe.by_concept[name].label for name in one) if recipe else "",
            "value": ",".join(one),
            "active": one == chosen,
        }
        for one in tables
    ]


def _filters(
    chosen: tuple[str, ...], periods: Sequence[int], period: int, state: str, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    words = [str(TimePeriod.from_key(one)) for one in reversed(periods)]
    shown = str(TimePeriod.from_key(period))
    found: list[dict[str, Any]] = [
        {"name": "period", "label": "Period", "value": shown, "options": [(one, period_text(one)) for one in words]}
    ]
    if len(chosen) > 1:
        states = sorted(names.items(), key=lambda pair: pair[1])
        found.append({"name": "state", "label": "State", "value": state, "options": states})
    return found


def _breakdown_title(chosen: tuple[str, ...], recipe: Recipe | None, period: int | None, state: str) -> str:
    if not chosen or recipe is None or period is None:
        return ""
    labels = [recipe.by_concept[one].label.lower() for one in chosen]
    place = state if len(chosen) > 1 else ""
    return f"By {' and '.join(labels)}, {place + ', ' if place else ''}{period_text(period)}"


def _key_figures(statistic: Statistic, rows: list[dict[str, Any]], expected: int) -> list[tuple[str, str, str]]:
    published = _published(rows, expected)
    at_last = {
        one["series__area__code"] for one in rows if one["value"] is not None and _period_text(one) == published.last
    }
    recipe = statistic.current
    return [
        ("Member States with figures", f"{published.states} of {expected}", ""),
        ("Latest period", period_text(published.last), f"{len(at_last)} of {expected} states" if at_last else ""),
        ("First period", period_text(published.first), ""),
        ("Recipe", f"Version {recipe.number}" if recipe else "None yet", ""),
    ]


def _published(rows: list[dict[str, Any]], expected: int) -> metadata.Published:
    filled = [one for one in rows if one["value"] is not None]
    periods = sorted({one["period"] for one in filled})
    return metadata.Published(
        states=len({one["series__area__code"] for one in filled}),
        expected=expected,
        first=str(TimePeriod.from_key(periods[0])) if periods else "",
        last=str(TimePeriod.from_key(periods[-1])) if periods else "",
        compiled_on=max((one["opened_at"] for one in rows), default=None),
    )


def _period_text(row: Mapping[str, Any]) -> str:
    return str(TimePeriod.from_key(row["period"]))


def _crumb() -> tuple[str, str]:
    return CRUMB[0], reverse(CRUMB[1])


def crumbs_of(statistic: Statistic, last: str) -> list[tuple[str, str]]:
    return [_crumb(), (statistic.title, reverse("statistic", args=[statistic.code])), (last, "")]


# ---- a draft on a submission ----


def offered_submissions(statistic: Statistic) -> list[Submission]:
    """Newest first: what can be read of the set, in any state of its report."""
    found = Submission.objects.filter(version__record_set=statistic.record_set, rows_discarded_at=None)
    found = found.exclude(verdict=Verdict.REJECTED).exclude(rows_file="")
    return list(
        found.select_related("obligation__round", "obligation__state_area", "obligation__body", "version").order_by(
            "-obligation__round__period", "-is_current", "-id"
        )[:SUBMISSIONS_OFFERED]
    )


def _names_of(emails: Sequence[str]) -> list[str]:
    """As the trail tells who it was; by name where the account is still there."""
    names = {one.email: str(one) for one in User.objects.filter(email__in=emails)}
    return [names.get(one, one) for one in emails]


def preview_page(statistic: Statistic, draft: RecipeVersion, *, submission: str, user: User) -> PreviewPage:
    offered = offered_submissions(statistic)
    chosen = next((one for one in offered if str(one.public_id) == submission), None)
    result = (
        Compilation.objects.filter(recipe=draft, submission=chosen, is_preview=True).order_by("-id").first()
        if chosen
        else None
    )
    recipe, layout = read_version(draft)
    labels = concept_labels(recipe, layout) if recipe and layout else {}
    decimals = recipe.decimals if recipe else 0
    before = _standing(statistic, chosen, decimals) if result and chosen else {}
    rows = result.result if result else []
    concepts = tuple(one.concept for one in recipe.dimensions) if recipe else ()
    drafters = services.drafters_of(draft)
    return PreviewPage(
        statistic=statistic,
        draft=_version(draft, statistic.unit),
        drafters=_names_of(drafters),
        seen=services.fingerprint(draft),
        is_mine=user.email in drafters,
        submissions=offered,
        submission=chosen,
        result=result,
        counts=_counts(result.counts) if result else [],
        heads=tuple(one.label for one in recipe.dimensions) if recipe else (),
        cells=[_preview_cell(row, concepts, labels, before, decimals) for row in rows[:CELLS_SHOWN]],
        more=max(0, len(rows) - CELLS_SHOWN),
        compares=bool(before),
        key=_key({"obs_status": row[2], "conf_status": row[3]} for row in rows),
        crumbs=crumbs_of(statistic, "Draft on a submission"),
    )


_STEPS = (
    ("records", "Records read", ""),
    ("filtered", "Left out by the filters", ""),
    ("outside_period", "Outside the period", ""),
    ("duplicates", "Merged", "the same record again"),
    ("used", "Records used", ""),
    ("cells", "Cells", ""),
    ("suppressed", "Suppressed", "small cells"),
    ("also_suppressed", "Suppressed too", "they protect the small ones"),
)


def _counts(counts: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    return [(title, int(counts[name]), note) for name, title, note in _STEPS if name in counts]


def _preview_cell(
    row: Sequence[Any],
    concepts: tuple[str, ...],
    labels: Mapping[str, Mapping[str, str]],
    before: Mapping[str, Cell],
    decimals: int,
) -> PreviewCell:
    dimensions, value, obs_status, conf_status = row
    told = _told(dimensions)
    groups = [labels[one].get(told[one], told[one]) for one in concepts if one in told]
    return PreviewCell(
        " · ".join(groups) or "Total", cell_of(value, obs_status, conf_status, decimals), before.get(dimensions, EMPTY)
    )


def _standing(statistic: Statistic, submission: Submission, decimals: int) -> dict[str, Cell]:
    """What stands published for the same state and period, by dimensions."""
    obligation = submission.obligation
    rows = _observations(statistic, series__area=obligation.state_area, period=obligation.round.period)
    return {row["series__dimensions"]: _of_row(row, decimals) for row in rows}


# ---- metadata ----


def is_demonstration(statistic: Statistic) -> bool:
    """Some of its figures, and so what its metadata say of them, are made up."""
    rows = StatisticObservation.objects.filter(series__statistic=statistic, closed_at=None, is_demonstration=True)
    return statistic.record_set.is_demonstration or rows.exists()


def metadata_groups(statistic: Statistic) -> list[MetadataGroup]:
    rows = _observations(statistic, series__dimensions="")
    recipe, layout = read_version(statistic.current)
    generated = metadata.generate(
        statistic,
        recipe,
        layout,
        labels=column_labels(layout) if layout else {},
        published=_published(rows, len(member_states())),
        adopted=_adopted(statistic.current),
    )
    written = {one.concept: one for one in MetadataText.objects.filter(statistic=statistic).select_related("by")}
    lines = [
        MetadataLine(
            heading=one,
            generated=generated.get(one.code, ""),
            written=written[one.code].text if one.code in written else "",
            by=_author(written.get(one.code)),
            written_on=timezone.localdate(written[one.code].updated_at) if one.code in written else None,
        )
        for one in metadata.HEADINGS
    ]
    return [MetadataGroup(title, list(found)) for title, found in groupby(lines, key=lambda one: one.heading.group)]


def _adopted(version: RecipeVersion | None) -> str:
    if version is None:
        return ""
    at = f", adopted {version.adopted_at:%-d %B %Y}" if version.adopted_at else ""
    return f"version {version.number}{at}"


def _author(one: MetadataText | None) -> str:
    if one is None:
        return ""
    return f"{one.by if one.by else 'a former user'}, {one.updated_at:%-d %B %Y}"
