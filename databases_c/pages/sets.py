"""What the pages of record sets show. The number of statements does not grow with the rows on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from adme.jobs.models import Job
from adme.observations.periods import TimePeriod
from adme.reference.models import SectoralBody
from adme.reporting.vocabularies import Vocabulary

from ..layout import BadLayout, Column, Layout
from ..layout_words import KINDS, Difference, column_type, differences, rule_words
from ..models import Recheck, RecordSet, SetVersion, Statistic
from ..reading import load_lists
from ..selectors import sets as selectors
from ..services import sets as services
from ..services.recheck import JOB as RECHECK

Crumbs = tuple[tuple[str, str], ...]
LIST: tuple[str, str] = ("Database C", "")


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[RecordSet]
    filters: list[dict[str, Any]]
    is_filtered: bool
    bodies: int
    crumbs: Crumbs = (LIST, ("Record sets", ""))


@dataclass(frozen=True, slots=True)
class RuleLine:
    code: str
    kind: str
    words: str
    is_error: bool
    instruction: str


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """`codes`: (code, label), of the column's own list or of the shared one that it names."""

    column: Column
    holds: str
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LayoutView:
    """Columns and rules in words; none where a draft is still empty or does not hold together (`fault`)."""

    columns: tuple[ColumnLine, ...] = ()
    rules: tuple[RuleLine, ...] = ()
    most_refused: float = 0.0  # per cent
    fault: str = ""


@dataclass(frozen=True, slots=True)
class StatisticLine:
    statistic: Statistic
    url: str


@dataclass(frozen=True, slots=True)
class SetPage:
    record_set: RecordSet
    shown: SetVersion | None
    layout: LayoutView
    versions: list[SetVersion]
    draft: SetVersion | None
    facts: list[tuple[str, str]]
    statistics: list[StatisticLine]
    periods: list[selectors.PeriodLine]
    crumbs: Crumbs


@dataclass(frozen=True, slots=True)
class ComparePage:
    """`misfits`: statistics whose recipe in force cannot read the later layout, with why. Of a draft only."""

    record_set: RecordSet
    before: SetVersion | None
    after: SetVersion
    columns: list[Difference]
    rules: list[Difference]
    fault: str
    carried: list[Statistic]
    misfits: list[tuple[Statistic, str]]
    versions: list[SetVersion]
    crumbs: Crumbs

    @property
    def is_draft(self) -> bool:
        return self.after.state == SetVersion.State.DRAFT


@dataclass(frozen=True, slots=True)
class RecheckLine:
    """Findings by rule that differ: (rule, before, after)."""

    recheck: Recheck
    state: str
    period: str
    rules: list[tuple[str, int, int]]

    @property
    def is_other_verdict(self) -> bool:
        return self.recheck.verdict != self.recheck.submission.verdict


def list_page(*, text: str, body: str, kind: str, shown: str) -> ListPage:
    rows = list(selectors.record_sets(text=text, body=body, kind=kind, with_retired=shown == "all"))
    bodies = SectoralBody.objects.filter(record_sets__isnull=False).distinct().order_by("acronym")
    filters: list[dict[str, Any]] = [
        {"name": "q", "label": "Words", "value": text, "kind": "search"},
        {
            "name": "body",
            "label": "Sectoral body",
            "value": body,
            "options": [("", "All bodies"), *bodies.values_list("code", "acronym")],
        },
        {
            "name": "kind",
            "label": "What is sent",
            "value": kind,
            "options": [("", "Counts and records"), *RecordSet.Kind.choices],
        },
        {
            "name": "shown",
            "label": "Shown",
            "value": shown,
            "options": [("", "In use"), ("all", "Retired sets too")],
        },
    ]
    return ListPage(rows, filters, bool(text or body or kind or shown), len({one.body_id for one in rows}))


def set_page(record_set: RecordSet, *, number: int | None, may_manage: bool) -> SetPage | None:
    """`number`: the version whose layout is shown; None: the one in force. None when there is no such version."""
    versions = [one for one in selectors.versions_of(record_set) if may_manage or one.state != SetVersion.State.DRAFT]
    wanted = number or (record_set.current.number if record_set.current else None)
    shown = next((one for one in versions if one.number == wanted), None)
    if number is not None and shown is None:
        return None
    return SetPage(
        record_set=record_set,
        shown=shown,
        layout=layout_view(shown),
        versions=versions,
        draft=next((one for one in versions if one.state == SetVersion.State.DRAFT), None),
        facts=_facts(record_set),
        statistics=[StatisticLine(one, _address("statistic", one.code)) for one in selectors.statistics_of(record_set)],
        periods=selectors.periods_of(record_set),
        crumbs=(LIST, ("Record sets", reverse("record_sets")), (record_set.title, "")),
    )


def layout_view(version: SetVersion | None) -> LayoutView:
    layout, fault = _layout(version)
    if layout is None:
        return LayoutView(fault=fault)
    lists = load_lists(layout)
    labels = {one.name: dict(_codes(one, lists)) for one in layout.columns}
    return LayoutView(
        tuple(ColumnLine(one, column_type(one), _codes(one, lists)) for one in layout.columns),
        tuple(
            RuleLine(one.code, KINDS[one.kind], rule_words(one, layout, labels), one.level == "error", one.instruction)
            for one in layout.rules
        ),
        layout.most_refused * 100,
    )


def _codes(column: Column, lists: Mapping[str, Vocabulary]) -> tuple[tuple[str, str], ...]:
    return column.codes or (tuple(lists[column.code_list].choices.items()) if column.code_list else ())


def compare_page(record_set: RecordSet, after: SetVersion, before: SetVersion | None) -> ComparePage:
    old, _ = _layout(before)
    new, fault = _layout(after)
    columns: list[Difference] = []
    rules: list[Difference] = []
    carried: list[Statistic] = []
    misfits: list[tuple[Statistic, str]] = []
    if new is not None:
        columns, rules = differences(old or Layout(()), new)
        if after.state == SetVersion.State.DRAFT:
            carried, misfits = services.fitting(record_set, new)
    return ComparePage(
        record_set, before, after, columns, rules, fault, carried, misfits, selectors.versions_of(record_set),
        crumbs(record_set, f"Version {after.number}"),
    )  # fmt: skip


def recheck_lines(version: SetVersion) -> list[RecheckLine]:
    found = []
    for one in selectors.rechecks_of(version):
        obligation = one.submission.obligation
        rules = [(rule, pair[0], pair[1]) for rule, pair in sorted(one.by_rule.items()) if pair[0] != pair[1]]
        period = str(TimePeriod.from_key(obligation.round.period))
        found.append(RecheckLine(one, obligation.reporter_label, period, rules))
    return found


def recheck_job(link: str) -> Job | None:
    """The newest check that leads to this address, while it goes on, or where it failed."""
    newest = Job.objects.filter(name=RECHECK, link=link).order_by("-created_at", "-pk").first()
    return newest if newest is not None and (newest.is_open or newest.error) else None


def crumbs(record_set: RecordSet, *rest: str) -> Crumbs:
    own = reverse("record_set", args=[record_set.code])
    return (
        LIST,
        ("Record sets", reverse("record_sets")),
        (record_set.title, own),
        *((title, "") for title in rest),
    )


def _layout(version: SetVersion | None) -> tuple[Layout | None, str]:
    if version is None:
        return None, ""
    try:
        return version.read_layout(), ""
    except BadLayout as error:
        return None, "" if not version.layout.get("columns") else str(error)


def _facts(record_set: RecordSet) -> list[tuple[str, str]]:
    rows: Sequence[tuple[str, str]] = (
        ("Sectoral body", f"{record_set.body.acronym}: {record_set.body.name}"),
        ("What is sent", record_set.get_kind_display()),
        ("Unit of record", record_set.unit_of_record),
        ("Population", record_set.population),
        ("Coverage", record_set.coverage),
        ("Custodian", record_set.custodian),
        ("Legal basis", record_set.legal_basis),
        ("Sent", f"{record_set.get_periodicity_display()}, from {record_set.first_period}"),
        ("Reference period", record_set.reference_period),
        ("Records about persons", _privacy(record_set)),
        ("On what it rests", record_set.provenance),
    )
    return list(rows)


def _privacy(record_set: RecordSet) -> str:
    told = "Yes: seen only by the state that sent them and by analysts." if record_set.is_personal else "No."
    if record_set.discards_rows:
        told += " Deleted once the statistics of an approved report have been compiled."
    return told


def _address(name: str, *args: str) -> str:
    """Blank where the page is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
