"""What the SOCA brief says, part by part, in words and charts: the same for PDF, DOCX and PPTX. Frozen, no ORM."""

from __future__ import annotations

from dataclasses import dataclass

from adme.exports.charts import Chart
from dissemination.editions.content import Figure, Leaf, Source, Stamp, Table


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """`value` as written; `of` what it is a part of ("of 46"); `note` says what is counted and who reported."""

    label: str
    value: str
    of: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """`facts` are pairs (heading, text): meeting, edition, as of, data version, published, hash, link, ..."""

    title: str
    subtitle: str
    marks: tuple[str, ...]  # "Draft: not published", "Demonstration data: do not cite"
    facts: tuple[tuple[str, str], ...]
    foreword: tuple[str, ...]  # paragraphs
    key_figures: tuple[KeyFigure, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class LeafRow:
    """One leaf in the table of its Characteristic. Texts are as shown; `figure` is what `value` was written from."""

    leaf: Leaf
    figure: Figure | None  # ASEAN's newest, or the newest withheld one
    value: str  # "12.4", "..", "w"
    unit: str
    period: str
    coverage: str
    rating: str  # on_track, attention, off_track, no_rating
    rating_label: str
    rating_reason: str
    target: str  # "90 % by 2025", ""
    movement: str  # "+3.2 pp", ""
    movement_words: str  # "as sought", ...
    since: str  # "2016"
    marks: tuple[str, ...]  # short marks beside the title: "provisional title", "proxy", "demonstration data"
    notes: tuple[str, ...]  # what to know before quoting: withheld, older, reach of a change, replies


@dataclass(frozen=True, slots=True)
class CharacteristicPart:
    letter: str
    title: str
    headline: tuple[str, ...]  # paragraphs
    kras: tuple[tuple[str, str], ...]
    rows: tuple[LeafRow, ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]  # the rows' notes, each once, with the codes of their leaves
    charts: tuple[Chart, ...]
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class MovementRow:
    leaf: Leaf
    before: str  # with period: "45.2 (2016)"
    after: str
    change: str
    words: str
    coverage: str
    note: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    leaf: str
    title: str
    area: str
    period: str
    before: str
    after: str
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class ChangesPart:
    """What differs from the previous edition: counts by cause, and the regional figures one by one."""

    previous: str  # "2"; "" for a first edition
    sentence: str
    by_cause: tuple[tuple[str, int], ...]
    rows: tuple[ChangeRow, ...]
    more: int  # changes that `rows` leaves out


@dataclass(frozen=True, slots=True)
class ToolPart:
    key: str  # tool1, tool2
    title: str
    sentence: str
    figures: tuple[KeyFigure, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    coverage: str
    is_demonstration: bool
    empty: str  # why there is nothing; "" where there is


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Leaves that have no figure for the same reason. All of them need `needed`, each besides its part of `own`."""

    cause: str  # A1, A2, A3, B, C
    title: str
    why: str
    needed: str
    who: str
    leaves: tuple[Leaf, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapsPart:
    paragraphs: tuple[str, ...]
    groups: tuple[GapGroup, ...]
    older: tuple[Leaf, ...]  # leaves whose newest figure is older than the first current year
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    state: str
    leaf: str
    title: str
    period: str  # "2024", "whole series"
    said: str  # "disputed by the state"
    text: str
    figure: str  # what the edition shows
    proposed: str  # "" without one
    evidence: str


@dataclass(frozen=True, slots=True)
class StateReplies:
    """How many leaves or figures a state confirmed, corrected, disputed, or was silent on."""

    state: str
    confirmed: int
    corrected: int
    disputed: int
    silent: int


@dataclass(frozen=True, slots=True)
class RepliesPart:
    """`counts`: one line for each state that was asked."""

    sentence: str
    counts: tuple[StateReplies, ...]
    rows: tuple[ReplyRow, ...]  # disputes and corrections, all of them


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source, once for all its series that are released and licensed alike."""

    source: Source  # the first of them
    text: str  # its citation, or who made what
    series: int
    released: str
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the brief says. `filters` and `licences` stand in every file."""

    stamp: Stamp
    cover: Cover
    overview: tuple[Chart, ...]  # ratings and data by Characteristic
    characteristics: tuple[CharacteristicPart, ...]
    movements: tuple[str, ...]  # paragraphs an analyst wrote
    movement_rows: tuple[MovementRow, ...]
    changes: ChangesPart
    tools: tuple[ToolPart, ...]
    gaps: GapsPart
    replies: RepliesPart
    methods: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    signs: tuple[tuple[str, str], ...]
    sources: tuple[SourceRow, ...]
    licences: str
    filters: str
    citation: str
