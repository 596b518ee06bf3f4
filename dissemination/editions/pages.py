"""What the pages of editions show, as frozen dataclasses: words and numbers ready to print."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adme.common import formatting
from adme.observations.periods import TimePeriod

from . import texts
from .content import ASEAN, Change, Content, Figure, Leaf, Rating, ReplyMark, Text
from .states import Cause, Outcome, ReplyKind

SHOWN = 60  # changes of one cause on a page; the file has all
PERIODS = 8


# --- words ------------------------------------------------------------------------------------------------------------


def shown(leaf: Leaf | None, value: float | None, *, withheld: str = "") -> str:
    if value is None:
        return "w" if withheld else formatting.NOT_AVAILABLE
    return formatting.number(value, leaf.decimals if leaf else None)


def coverage(figure: Figure) -> str:
    return texts.coverage_text(figure)


@dataclass(frozen=True, slots=True)
class Word:
    """What a state said, ready to print. `tone`: good, attention, bad, none."""

    kind: str
    label: str
    tone: str
    text: str
    proposed: str
    evidence: str
    outcome: str
    outcome_text: str
    when: Any


_TONES = {"confirmed": "good", "corrected": "attention", "disputed": "bad", "silent": "none"}


def word(mark: ReplyMark | None, leaf: Leaf | None) -> Word | None:
    if mark is None:
        return None
    return Word(
        kind=mark.kind,
        label=str(ReplyKind(mark.kind).label),
        tone=_TONES.get(mark.kind, "none"),
        text=mark.text,
        proposed="" if mark.proposed_value is None else shown(leaf, mark.proposed_value),
        evidence=mark.evidence,
        outcome=str(Outcome(mark.outcome).label) if mark.outcome else "",
        outcome_text=mark.outcome_text,
        when=mark.at,
    )


# --- changes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeRow:
    leaf: str
    title: str
    wording: str
    unit: str
    area: str
    area_name: str
    period: str
    before: str
    after: str
    detail: str
    cause: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    cause: str
    label: str
    count: int
    rows: tuple[ChangeRow, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def change_groups(
    changes: Sequence[Change], *contents: Content, most: int = SHOWN, made_up: Collection[str] = ()
) -> tuple[ChangeGroup, ...]:
    """By cause, in the order in which causes are told; the first `most` of each. `made_up`: leaves that rest on made-up
    data in what is compared with, where that is none of the contents."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.cause, []).append(change)
    return tuple(
        ChangeGroup(
            cause.value,
            str(cause.label),
            len(rows),
            tuple(change_row(one, *contents, made_up=made_up) for one in rows[:most]),
        )
        for cause in Cause
        if (rows := found.get(cause.value))
    )


def change_row(change: Change, *contents: Content, made_up: Collection[str] = ()) -> ChangeRow:
    leaf = next((found for one in contents if (found := one.by_leaf.get(change.leaf))), None)
    name = next((one.area_names[change.area] for one in contents if change.area in one.area_names), change.area)
    return ChangeRow(
        leaf=change.leaf,
        title=leaf.title if leaf else "",
        wording=leaf.wording if leaf else "",
        unit=leaf.unit if leaf else "",
        area=change.area,
        area_name=name,
        period=str(TimePeriod.from_key(change.period)),
        before=shown(leaf, change.before),
        after=shown(leaf, change.after),
        detail=change.detail,
        cause=str(Cause(change.cause).label),
        is_demonstration=change.leaf in made_up
        or any(found.is_demonstration for one in contents if (found := one.by_leaf.get(change.leaf))),
    )


def narrowed(changes: Iterable[Change], *, leaf: str = "", area: str = "") -> tuple[Change, ...]:
    return tuple(one for one in changes if leaf in ("", one.leaf) and area in ("", one.area))


# --- a published edition ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeafRow:
    leaf: Leaf
    value: str
    period: str
    coverage: str
    withheld: str
    rating: Rating | None
    marks: str  # "2 disputed, 1 corrected"


@dataclass(frozen=True, slots=True)
class CharacteristicPart:
    code: str
    title: str
    headline: Text | None
    rows: tuple[LeafRow, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    area_name: str
    leaf: str
    title: str
    period: str
    word: Word


@dataclass(frozen=True, slots=True)
class EditionPage:
    content: Content
    foreword: Text | None
    others: tuple[Text, ...]
    parts: tuple[CharacteristicPart, ...]
    words: tuple[ReplyRow, ...]  # corrections and disputes
    counts: tuple[tuple[str, int], ...]
    groups: tuple[ChangeGroup, ...]

    @property
    def key_figures(self) -> list[tuple[str, str, str]]:
        """(label, value, note)"""
        with_figure = sum(leaf.state_of_data != "none" for leaf in self.content.leaves)
        said = dict(self.counts)
        disputed = said.get("disputed", 0) + said.get("corrected", 0)
        return [
            ("KPI leaves with a figure", f"{with_figure} of {len(self.content.leaves)}", "the others say why"),
            ("Figures", formatting.number(len(self.content.figures)), "of ASEAN and its Member States"),
            ("Disputed or corrected", str(disputed), "words of Member States on their own figures"),
            (
                "Changed since the edition before" if self.content.previous else "Edition before",
                formatting.number(len(self.content.changes)) if self.content.previous else "none",
                f"against edition {self.content.previous}" if self.content.previous else "this is the first",
            ),
        ]


def edition_page(content: Content) -> EditionPage:
    parts = tuple(
        CharacteristicPart(
            item.code,
            item.title,
            content.text(f"headline.{item.code}"),
            tuple(_leaf_row(content, leaf) for leaf in content.leaves_of(characteristic=item.code)),
        )
        for item in content.of_tier("characteristic")
    )
    others = tuple(text for text in content.texts if text.key in ("movements", "tools", "gaps", "notes"))
    words = tuple(row for mark in content.replies if (row := _reply_row(content, mark)))
    counts = tuple((kind.value, sum(one.kind == kind for one in content.replies)) for kind in ReplyKind)
    return EditionPage(
        content, content.text("foreword"), others, parts, words, counts, change_groups(content.changes, content)
    )


def _leaf_row(content: Content, leaf: Leaf) -> LeafRow:
    newest = content.latest(leaf.code)
    last = next(reversed(content.series(leaf.code)), None)
    withheld = last.withheld if last is not None and (newest is None or last.period > newest.period) else ""
    marks: dict[str, set[str]] = {}
    for mark in content.replies:
        if mark.leaf == leaf.code and mark.kind in (ReplyKind.DISPUTED, ReplyKind.CORRECTED):
            marks.setdefault(mark.kind, set()).add(mark.area)
    said = {"disputed": "disputed", "corrected": "corrections proposed"}
    return LeafRow(
        leaf=leaf,
        value=shown(leaf, newest.value) if newest else ("w" if withheld else formatting.NOT_AVAILABLE),
        period=newest.period_text if newest else "",
        coverage=coverage(newest) if newest else "",
        withheld=withheld or ("" if newest else leaf.why_none),
        rating=content.rating(leaf.code),
        marks="; ".join(f"{said[kind]}: {', '.join(sorted(areas))}" for kind, areas in sorted(marks.items())),
    )


def _reply_row(content: Content, mark: ReplyMark) -> ReplyRow | None:
    if mark.kind not in (ReplyKind.DISPUTED, ReplyKind.CORRECTED):
        return None
    leaf = content.by_leaf.get(mark.leaf)
    told = word(mark, leaf)
    assert told is not None  # noqa: S101 - for the type checker
    period = str(TimePeriod.from_key(mark.period)) if mark.period else "all periods"
    return ReplyRow(content.area_names.get(mark.area, mark.area), mark.leaf, leaf.title if leaf else "", period, told)


@dataclass(frozen=True, slots=True)
class Cell:
    value: str
    status: str
    withheld: str
    word: Word | None


@dataclass(frozen=True, slots=True)
class AreaLine:
    area: str
    name: str
    cells: tuple[Cell | None, ...]
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class LeafPage:
    leaf: Leaf
    periods: tuple[str, ...]
    lines: tuple[AreaLine, ...]
    coverage: tuple[str, ...]
    words: tuple[ReplyRow, ...]
    groups: tuple[ChangeGroup, ...]


def leaf_page(content: Content, code: str) -> LeafPage | None:
    """One leaf of an edition: the newest periods of ASEAN and every state, with what states said."""
    leaf = content.by_leaf.get(code)
    if leaf is None:
        return None
    own = [figure for figure in content.figures if figure.leaf == code]
    periods = sorted({figure.period for figure in own})[-PERIODS:]
    by_key = {(figure.area, figure.period): figure for figure in own}
    areas = [ASEAN, *(state.code for state in content.states)]
    regional = [by_key.get((ASEAN, period)) for period in periods]
    return LeafPage(
        leaf=leaf,
        periods=tuple(str(TimePeriod.from_key(period)) for period in periods),
        lines=tuple(
            AreaLine(
                area,
                content.area_names.get(area, area),
                tuple(_cell(content, leaf, by_key.get((area, period))) for period in periods),
                content.rating(code, area),
            )
            for area in areas
        ),
        coverage=tuple(coverage(figure) if figure else "" for figure in regional),
        words=tuple(row for mark in content.replies if mark.leaf == code and (row := _reply_row(content, mark))),
        groups=change_groups(narrowed(content.changes, leaf=code), content),
    )


def _cell(content: Content, leaf: Leaf, figure: Figure | None) -> Cell | None:
    if figure is None:
        return None
    value = shown(leaf, figure.value, withheld=figure.withheld)
    mark = content.reply(figure) if figure.area != ASEAN else None
    return Cell(value, formatting.status_mark(figure.obs_status), figure.withheld, word(mark, leaf))


# --- right of reply ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnFigure:
    period: int
    when: str
    value: str
    mark: str


@dataclass(frozen=True, slots=True)
class OwnSeries:
    """One leaf of one state, as its focal point is asked about it."""

    leaf: Leaf
    figures: tuple[OwnFigure, ...]  # newest first
    sources: str
    changed: tuple[ChangeRow, ...]  # since the last edition
    word: Word | None  # on the whole series
    words: tuple[tuple[str, Word], ...]  # on single figures

    @property
    def newest(self) -> OwnFigure:
        return self.figures[0]

    @property
    def is_answered(self) -> bool:
        return bool((self.word and self.word.kind != ReplyKind.SILENT) or self.words)


@dataclass(frozen=True, slots=True)
class OwnPart:
    code: str
    title: str
    series: tuple[OwnSeries, ...]


def own_parts(content: Content, area: str, changes: Collection[Change]) -> tuple[OwnPart, ...]:
    """All series of one state, by Characteristic. Nothing of another state is among them."""
    found = []
    for item in content.of_tier("characteristic"):
        series = [
            _own_series(content, leaf, area, changes)
            for leaf in content.leaves_of(characteristic=item.code)
            if content.series(leaf.code, area)
        ]
        if series:
            found.append(OwnPart(item.code, item.title, tuple(series)))
    return tuple(found)


def _own_series(content: Content, leaf: Leaf, area: str, changes: Collection[Change]) -> OwnSeries:
    own = [mark for mark in content.replies if mark.leaf == leaf.code and mark.area == area]
    whole = next((mark for mark in own if mark.period == 0), None)
    single = [mark for mark in own if mark.period]
    told = [(str(TimePeriod.from_key(mark.period)), word(mark, leaf)) for mark in single]
    return OwnSeries(
        leaf=leaf,
        figures=tuple(
            OwnFigure(
                figure.period, figure.period_text, shown(leaf, figure.value, withheld=figure.withheld),
                formatting.status_mark(figure.obs_status),
            )
            for figure in reversed(content.series(leaf.code, area))
        ),
        sources="; ".join(source.citation or source.title for source in content.sources_of([leaf])),
        changed=tuple(
            change_row(one, content) for one in sorted(changes, key=lambda one: -one.period) if one.leaf == leaf.code
        ),
        word=word(whole, leaf),
        words=tuple((when, one) for when, one in told if one is not None),
    )  # fmt: skip
