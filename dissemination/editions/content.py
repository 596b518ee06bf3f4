"""What an edition holds, as every product reads it: frozen dataclasses without the ORM.

The same shape comes from two places: `live.take()` reads it from today's data, `reading.content_of(edition)` from the
frozen rows of an edition. Products (brief, workbook, profiles, files) take a `Content` and nothing else, so a figure
in a file is the figure of the edition.

Missing is never zero: `Figure.value` is None only where a regional figure is withheld, and says why; a figure that
does not exist has no `Figure` at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from adme.observations.periods import TimePeriod

ASEAN = "ASEAN"
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a KPI leaf. `period` is TimePeriod.key; `population_share` 0 to 1; `reply` see ReplyMark."""

    leaf: str
    area: str
    period: int
    value: float | None
    obs_status: str  # SDMX CL_OBS_STATUS
    withheld: str  # why a regional figure is not shown, else ""
    coverage_of: str  # whom the next three count: "states" or "bodies"
    states_reporting: int | None
    states_expected: int | None
    states_carried: int | None
    population_share: float | None
    recipe_version: int
    inputs_hash: str
    value_id: int  # row of the KPI value, whose inputs are the passport

    @property
    def key(self) -> tuple[str, str, int]:
        return self.leaf, self.area, self.period

    @property
    def year(self) -> int:
        return self.period // 1000

    @property
    def period_text(self) -> str:
        return str(TimePeriod.from_key(self.period))


@dataclass(frozen=True, slots=True)
class Rating:
    """How a leaf stands at an area by the published rule. Shares are 1.0 for 100 %."""

    leaf: str
    area: str
    rating: str  # on_track, attention, off_track, no_rating
    label: str
    reason: str
    rule_version: int
    share_of_way: float | None
    share_of_time: float | None
    baseline_year: int | None
    baseline_value: float | None
    baseline_is_computed: bool
    target_year: int | None
    target_value: float | None
    target_is_demonstration: bool
    period: int | None  # of the newest figure, TimePeriod.key
    value: float | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A KPI leaf in words, with its recipe told in lines and, where it has no value, the reason."""

    code: str
    kpi: int
    title: str
    wording: str  # official, reported, topic-known, provisional
    unit: str
    decimals: int
    direction: str  # increase, decrease
    source_type: str  # A1, A2, A3, B, C
    characteristic: str
    kra: str
    is_proxy: bool
    is_demonstration: bool  # reads made-up data
    note: str
    recipe_version: int | None
    recipe_lines: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]  # codes of Source
    state_of_data: str  # current, older, none
    newest_year: int | None
    why_none: str = ""
    needed: str = ""
    from_whom: str = ""

    @property
    def is_provisional(self) -> bool:
        return self.wording in ("provisional", "topic-known")


@dataclass(frozen=True, slots=True)
class Source:
    """A series behind the figures."""

    code: str
    title: str
    provider: str
    source: str
    licence: str
    citation: str
    link: str
    release_date: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A Characteristic, KRA or strategic measure."""

    code: str
    title: str
    tier: str
    parent: str
    wording: str


@dataclass(frozen=True, slots=True)
class State:
    code: str
    name: str
    joined_on: date | None


@dataclass(frozen=True, slots=True)
class Body:
    """A sectoral body in force. Tables name bodies by their acronym."""

    code: str
    acronym: str
    name: str
    sector: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the edition: `foreword`, `headline.A` to `headline.E`, `movements`, `methods`, `notes`, ...

    `is_automatic` while no analyst has written over what was made from the figures.
    """

    key: str
    heading: str
    text: str  # paragraphs are parted by an empty line
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of what tools and submissions told: typed cells, None for not available.

    `key` is one of those in tables.py, such as 'tool1.status', 'tool2.matrix', 'reporting.standing', 'records.held'.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    unit: str = ""
    coverage: str = ""  # who reported: "21 of 24 reports"
    source: str = ""
    note: str = ""
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ReplyMark:
    """What a Member State said of its own figure. `period` 0 is the whole series of the leaf."""

    area: str
    leaf: str
    period: int
    kind: str  # confirmed, corrected, disputed, silent
    text: str
    proposed_value: float | None
    evidence: str  # link, or name of the file
    outcome: str  # for a correction: accepted, declined, open; else ""
    outcome_text: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs from the previous edition (or, for a file, from what ADME says now), with the cause."""

    leaf: str
    area: str
    period: int
    cause: str  # see changes.Cause
    before: float | None
    after: float | None
    detail: str  # one sentence: what exactly differs


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of the data from another. `edition` is "" for figures that are not of an edition."""

    title: str
    edition: str  # "3"
    meeting: str
    meeting_on: date | None
    data_version: int
    taken_at: datetime  # UTC; when the figures were read
    published_at: datetime | None
    embargo_until: datetime | None
    hash: str  # SHA-256 of the content, "" while it is not frozen
    address: str  # short link, or page
    is_demonstration: bool
    is_draft: bool

    @property
    def edition_name(self) -> str:
        return f"Edition {self.edition}" if self.edition else "Draft edition" if self.is_draft else ""

    @property
    def citation(self) -> str:
        what = f"{self.edition_name}, {self.title}" if self.edition_name else self.title
        day = f"{self.taken_at.day} {self.taken_at:%b %Y}"
        where = f", {self.address}" if self.address else ""
        return (
            f"ASEAN Secretariat ({self.taken_at.year}). ADME: {what}, as of {day}, "
            f"data version {self.data_version}{where}."
        )


@dataclass(frozen=True)
class Content:
    """Everything, in the framework's order. Figures are sorted by leaf (in that order), ASEAN first, area, period."""

    stamp: Stamp
    framework: str
    first_current_year: int
    items: tuple[Item, ...]
    states: tuple[State, ...]
    leaves: tuple[Leaf, ...]
    figures: tuple[Figure, ...]
    ratings: tuple[Rating, ...]
    sources: tuple[Source, ...]
    bodies: tuple[Body, ...] = ()
    texts: tuple[Text, ...] = ()
    tables: tuple[Table, ...] = ()
    replies: tuple[ReplyMark, ...] = ()
    changes: tuple[Change, ...] = ()
    previous: str = ""  # number of the edition that `changes` compares with
    methods: tuple[tuple[str, str], ...] = field(default=())  # rule of rating, coverage, membership ... in words

    @cached_property
    def by_leaf(self) -> Mapping[str, Leaf]:
        return {leaf.code: leaf for leaf in self.leaves}

    @cached_property
    def by_source(self) -> Mapping[str, Source]:
        return {source.code: source for source in self.sources}

    @cached_property
    def by_body(self) -> Mapping[str, Body]:
        return {body.code: body for body in self.bodies}

    @cached_property
    def area_names(self) -> Mapping[str, str]:
        return {ASEAN: ASEAN, **{state.code: state.name for state in self.states}}

    @cached_property
    def _series(self) -> Mapping[tuple[str, str], tuple[Figure, ...]]:
        found: dict[tuple[str, str], list[Figure]] = {}
        for figure in self.figures:
            found.setdefault((figure.leaf, figure.area), []).append(figure)
        return {key: tuple(sorted(rows, key=lambda row: row.period)) for key, rows in found.items()}

    @cached_property
    def _ratings(self) -> Mapping[tuple[str, str], Rating]:
        return {(rating.leaf, rating.area): rating for rating in self.ratings}

    @cached_property
    def _replies(self) -> Mapping[tuple[str, str], tuple[ReplyMark, ...]]:
        found: dict[tuple[str, str], list[ReplyMark]] = {}
        for mark in self.replies:
            found.setdefault((mark.leaf, mark.area), []).append(mark)
        return {key: tuple(marks) for key, marks in found.items()}

    def series(self, leaf: str, area: str = ASEAN) -> tuple[Figure, ...]:
        """Oldest first, withheld ones among them."""
        return self._series.get((leaf, area), ())

    def latest(self, leaf: str, area: str = ASEAN) -> Figure | None:
        """The newest figure with a value."""
        return next((row for row in reversed(self.series(leaf, area)) if row.value is not None), None)

    def rating(self, leaf: str, area: str = ASEAN) -> Rating | None:
        return self._ratings.get((leaf, area))

    def reply(self, figure: Figure) -> ReplyMark | None:
        """The state's word on this figure: on the very figure, else on the whole series."""
        marks = self._replies.get((figure.leaf, figure.area), ())
        exact = next((mark for mark in marks if mark.period == figure.period), None)
        return exact or next((mark for mark in marks if mark.period == 0), None)

    def of_tier(self, tier: str, parent: str = "") -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.tier == tier and parent in ("", item.parent))

    def leaves_of(self, *, characteristic: str = "", kra: str = "") -> tuple[Leaf, ...]:
        return tuple(
            leaf for leaf in self.leaves if characteristic in ("", leaf.characteristic) and kra in ("", leaf.kra)
        )

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)

    def text(self, key: str) -> Text | None:
        return next((text for text in self.texts if text.key == key), None)

    def sources_of(self, leaves: Iterable[Leaf]) -> tuple[Source, ...]:
        codes = dict.fromkeys(code for leaf in leaves for code in leaf.sources)
        return tuple(self.by_source[code] for code in codes if code in self.by_source)
