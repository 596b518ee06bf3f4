"""Search over the current facts of all bodies: what is asked for stands in the address, whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q

from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies
from adme.reporting.vocabularies import Vocabulary

from ..models import ActivityFact, FactTag, Stand
from .fulltext import by_index, matching, words_of
from .visibility import sees_submitted, visible_to

PAGE_SIZE = 25
# A word that more activities hold tells little, and weighing all of them takes long: then the latest come first.
MOST_TO_WEIGH = 2_000
LATEST_FIRST = ("-period", "body__acronym", "title", "pk")
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_TEXT, LONGEST_CODE = 200, 40
# Filters by a code of the fact: name in the address -> (kind of FactTag, vocabulary, label, "any").
TAG_FILTERS: dict[str, tuple[str, str, str, str]] = {
    "kra": ("kras", "kra", "Key Result Area", "All KRAs"),
    "measure": ("measures", "measure", "Strategic measure", "All measures"),
    "kpi": ("kpis", "kpi", "KPI served", "All KPIs"),
    "issue": ("issues", "issue", "Cross-pillar issue", "All issues"),
    "theme": ("tags", "CL_ACTIVITY_TAG", "Theme", "All themes"),
    "state": ("lead_states", "state", "Lead Member State", "All states"),
    "partner": ("partner_bodies", "body", "Partner body", "All bodies"),
    "dialogue": ("dialogue_partners", "CL_DIALOGUE_PARTNER", "Dialogue partner", "All partners"),
    "stakeholder": ("stakeholders", "CL_STAKEHOLDER", "Stakeholder engaged", "All stakeholders"),
}
# Filters by a column: name -> (lookup, vocabulary, label, "any").
COLUMN_FILTERS: dict[str, tuple[str, str, str, str]] = {
    "body": ("body__code", "body", "Sectoral body", "All bodies"),
    "status": ("status", "CL_ACTIVITY_STATUS", "Status", "All statuses"),
    "type": ("activity_type", "CL_ACTIVITY_TYPE", "Type of activity", "All types"),
}
SORTS = {
    "title": ("title", "activity_id", "-period"),
    "-title": ("-title", "activity_id", "-period"),
    "body": ("body__acronym", "title", "-period"),
    "-body": ("-body__acronym", "title", "-period"),
    "period": ("period", "body__acronym", "title"),
    "-period": ("-period", "body__acronym", "title"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. Unknown or odd parts of the address are left out, never an error."""

    q: str = ""
    body: str = ""
    status: str = ""
    kra: str = ""
    measure: str = ""
    kpi: str = ""
    issue: str = ""
    theme: str = ""
    state: str = ""
    partner: str = ""
    dialogue: str = ""
    stakeholder: str = ""
    type: str = ""
    standing: str = ""
    first: int | None = None
    last: int | None = None
    periods: str = ""  # "all": every reported period, else the latest of each activity
    sort: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        codes = {name: _code(given.get(name, "")) for name in (*TAG_FILTERS, *COLUMN_FILTERS)}
        standing = given.get("standing", "")
        return cls(
            q=_text(given.get("q", "")),
            standing=standing if standing in Stand.values else "",
            first=_year(given.get("first", "")),
            last=_year(given.get("last", "")),
            periods="all" if given.get("periods") == "all" else "",
            sort=given["sort"] if given.get("sort", "") in SORTS else "",
            **codes,
        )

    @property
    def query(self) -> str:
        """The address of this search, in one order and without what is not asked."""
        return urlencode({one.name: value for one in fields(self) if (value := getattr(self, one.name))})

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self) if one.name not in {"periods", "sort"})

    @property
    def more(self) -> int:
        """How many of the filters that are folded away are set."""
        folded = (*TAG_FILTERS, "type", "standing", "periods")
        return sum(bool(getattr(self, name)) for name in folded if name != "kra")


def _text(given: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in given).split())[:LONGEST_TEXT]


def _code(given: str) -> str:
    return given if given.isprintable() and len(given) <= LONGEST_CODE else ""


def _year(given: str) -> int | None:
    plain = given.isascii() and given.isdigit() and len(given) == 4
    return int(given) if plain and FIRST_YEAR <= int(given) <= LAST_YEAR else None


def found_by(user: Any, wanted: Wanted) -> Any:
    """Facts this user may read that fit, in the wanted order."""
    inside = _within_years(visible_to(user), wanted)
    if wanted.standing:
        inside = inside.filter(standing=wanted.standing)
    found = inside
    if wanted.periods != "all":
        # What was submitted is newer than what was approved of the same period; the words sort that way round.
        newer = Q(period__gt=OuterRef("period")) | Q(period=OuterRef("period"), standing__gt=OuterRef("standing"))
        found = found.filter(~Exists(inside.filter(newer, activity=OuterRef("activity"))))
    for name, (lookup, *_) in COLUMN_FILTERS.items():
        if code := getattr(wanted, name):
            found = found.filter(**{lookup: code})
    for name, (kind, *_) in TAG_FILTERS.items():
        if code := getattr(wanted, name):
            found = found.filter(Exists(FactTag.objects.filter(fact=OuterRef("pk"), kind=kind, code=code)))
    if wanted.q:
        found = matching(found, wanted.q)
    return found.order_by(*_order(wanted))


def _order(wanted: Wanted) -> tuple[Any, ...]:
    if wanted.sort:
        return SORTS[wanted.sort]
    return (F("rank").desc(), *LATEST_FIRST) if wanted.q and words_of(wanted.q) else LATEST_FIRST


def _within_years(facts: Any, wanted: Wanted) -> Any:
    if wanted.first is not None:
        facts = facts.filter(year__gte=wanted.first)
    return facts.filter(year__lte=wanted.last) if wanted.last is not None else facts


@dataclass(frozen=True, slots=True)
class Hit:
    key: str
    title: str
    body: str
    number: str
    period: str
    status: str
    status_label: str
    percent: int | None
    timeline: tuple[str, str]
    kras: tuple[str, ...]
    standing: str
    standing_label: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    wanted: Wanted
    words: Mapping[str, Vocabulary]
    hits: list[Hit]
    page: Any
    total: int
    statuses: list[tuple[str, str, int]]  # (code, label, how many) of the whole result
    sees_submitted: bool
    is_by_relevance: bool = False
    why_empty: str = ""

    @property
    def has_demonstration(self) -> bool:
        return any(hit.is_demonstration for hit in self.hits)


_COLUMNS = (
    "activity__public_id",
    "title",
    "body__acronym",
    "content__number",
    "period",
    "status",
    "percent_complete",
    "starts_on",
    "ends_on",
    "content__kras",
    "standing",
    "is_demonstration",
)


class _Counted(Paginator):
    """The number of rows is known already from the counts by status."""

    def __init__(self, rows: Any, size: int, total: int) -> None:
        super().__init__(rows, size)
        self.count = total  # type: ignore[misc]


def search(user: Any, wanted: Wanted, page: str) -> SearchPage:
    with by_index():
        return _search(user, wanted, page)


def _search(user: Any, wanted: Wanted, page: str) -> SearchPage:
    found = found_by(user, wanted)
    words = vocabularies.load({one[1] for one in (*TAG_FILTERS.values(), *COLUMN_FILTERS.values())})
    counted = dict(found.order_by().values_list("status").annotate(many=Count("pk")))
    total = sum(counted.values())
    is_weighed = total <= MOST_TO_WEIGH
    if not is_weighed and not wanted.sort:
        found = found.order_by(*LATEST_FIRST)
    shown = _Counted(found.values_list("pk", flat=True), PAGE_SIZE, total).get_page(page)
    status = words["CL_ACTIVITY_STATUS"]
    known = [code for code in status.all_codes() if code in counted]
    return SearchPage(
        wanted=wanted,
        words=words,
        hits=_hits(list(shown), status),
        page=shown,
        total=total,
        statuses=[(code, status.label(code), counted[code]) for code in known],
        sees_submitted=sees_submitted(user),
        is_by_relevance=bool(wanted.q) and not wanted.sort and is_weighed,
        why_empty="" if total else _why_empty(user, wanted),
    )


def _hits(facts: list[int], status: Vocabulary) -> list[Hit]:
    """Rows of one page only: sorting them all then needs nothing but what stands in an index."""
    rows = {row["pk"]: row for row in ActivityFact.objects.filter(pk__in=facts).values("pk", *_COLUMNS)}
    return [hit(rows[pk], status) for pk in facts]


def hit(row: Mapping[str, Any], status: Vocabulary) -> Hit:
    return Hit(
        key=str(row["activity__public_id"]),
        title=row["title"],
        body=row["body__acronym"],
        number=row["content__number"] or "",
        period=str(TimePeriod.from_key(row["period"])),
        status=row["status"],
        status_label=status.label(row["status"]),
        percent=row["percent_complete"],
        timeline=(row["starts_on"], row["ends_on"]),
        kras=tuple(row["content__kras"] or ()),
        standing=row["standing"],
        standing_label=Stand(row["standing"]).label,
        is_demonstration=row["is_demonstration"],
    )


def _why_empty(user: Any, wanted: Wanted) -> str:
    """In words: nothing reported yet, nothing that can be searched for, or filters that exclude one another."""
    if not visible_to(user).exists():
        kind = "submitted or approved" if sees_submitted(user) else "approved"
        return f"No report with activities has been {kind} yet."
    if wanted.q and not words_of(wanted.q):
        return f"“{wanted.q}” holds no letters or digits to search for."
    if wanted.first and wanted.last and wanted.first > wanted.last:
        return f"The years run backwards: from {wanted.first} to {wanted.last}."
    if wanted.q:
        return f"No activity that you may read holds all of the words “{wanted.q}” and fits the other filters."
    return "No activity that you may read fits all of these filters together."
