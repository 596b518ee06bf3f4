"""Words that every document shares: figures with marks, coverage, movements, replies, signs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from adme.common import formatting
from adme.observations.status import ObsStatus
from dashboards import text
from dashboards.charts.points import SOFT
from dissemination.editions import texts
from dissemination.editions.content import ASEAN, Content, Figure, Leaf, Rating, ReplyMark, Table

WORDING = {
    "official": "",
    "reported": "",
    "topic-known": "topic-known title",
    "provisional": "provisional title",
}
REPLIES = {
    "confirmed": "confirmed by the state",
    "corrected": "the state gives another figure",
    "disputed": "disputed by the state",
    "silent": "no reply by the state",
}
REPLY_MARKS = {"confirmed": "", "corrected": "[c]", "disputed": "[!]", "silent": "[s]"}
SIGNS = (
    ("..", "not available; never zero"),
    ("w", "withheld: fewer states or people are covered than the recipe asks for; the reason stands beside it"),
    ("-", "nil: it is certified that there is none"),
    ("n.a.", "not applicable"),
    ("(e) (p) (i) (b)", "estimated, provisional, imputed, break in series"),
    ("[!] [c] [s]", "the state disputes the figure; gives another one; did not reply"),
    ("x of y states", "coverage: of y states that should report, x have a figure in it"),
    ("pp", "percentage points: the difference of two percentages"),
)
COUNT_OF_STATES = "Member States"  # unit of leaves where a state says yes or no and ASEAN counts those that say yes
DEMONSTRATION = "Demonstration data: do not cite"


@dataclass(frozen=True, slots=True)
class Movement:
    """ASEAN's (or a state's) newest figure against the one of the base year. `is_sought` None: unchanged."""

    base: Figure
    latest: Figure
    difference: float
    is_sought: bool | None
    same_reach: bool

    @property
    def words(self) -> str:
        return {True: "as sought", False: "against what is sought", None: "unchanged"}[self.is_sought]


def paragraphs(content: Content, key: str) -> tuple[str, ...]:
    """A text of the edition, part by part; none where there is no such text."""
    told = content.text(key)
    return tuple(part.strip() for part in re.split(r"\n\s*\n", told.text) if part.strip()) if told else ()


def written(content: Content, key: str) -> tuple[str, ...]:
    """Only what an analyst wrote: what is made from the figures stands in tables beside."""
    told = content.text(key)
    return paragraphs(content, key) if told and not told.is_automatic else ()


def value(leaf: Leaf, figure: Figure | None) -> str:
    """`12.4`, `12.4 (e)`, `..`, `w`: without unit, as the dashboards write it."""
    if figure is not None and figure.value is not None and is_yes_or_no(leaf, figure.area):
        told = "yes" if figure.value else "no"
    else:
        told = texts.value_text(leaf, figure)
    mark = formatting.status_mark(figure.obs_status) if figure and figure.value is not None else ""
    return f"{told}{formatting.THIN_SPACE}{mark}" if mark else told


def is_yes_or_no(leaf: Leaf, area: str) -> bool:
    """Does a state either have it or not, where ASEAN's figure counts those that have it?"""
    return leaf.unit == COUNT_OF_STATES and area != ASEAN


def with_unit(leaf: Leaf, figure: Figure | None) -> str:
    """`12.4 %`, `7 number of AMS` as the dashboards write it; the sign alone where there is no value."""
    if figure is None or figure.value is None or is_yes_or_no(leaf, figure.area):
        return value(leaf, figure)
    return text.figure(figure.value, leaf.decimals, leaf.unit)


def coverage(figure: Figure | None) -> str:
    """`9 of 10 states, 84 % of population; 3 with an earlier figure`; '' where nothing is covered."""
    if figure is None or not figure.states_expected:
        return ""
    share = "" if figure.population_share is None else f", {_share(figure.population_share)} of population"
    return f"{texts.coverage_text(figure)}{share}{text.carried(figure.states_carried)}"


def _share(share: float) -> str:
    """Never 100 % when something is missing, never 0 % when something is there."""
    if 0.995 <= share < 0.999999:
        return f"over 99{formatting.THIN_SPACE}%"
    if 0 < share < 0.005:
        return f"under 1{formatting.THIN_SPACE}%"
    return formatting.share(share)


def movement(content: Content, leaf: Leaf, area: str = ASEAN) -> Movement | None:
    """From the baseline year, else from the first figure, to the newest; None with fewer than two comparable ones."""
    shown = [figure for figure in content.series(leaf.code, area) if figure.value is not None]
    if len(shown) < 2:
        return None
    rating, latest = content.rating(leaf.code, area), shown[-1]
    wanted = rating.baseline_year if rating else None
    base = next((figure for figure in shown if figure.year == wanted), shown[0])
    if base.period >= latest.period or base.recipe_version != latest.recipe_version:
        return None
    difference = (latest.value or 0.0) - (base.value or 0.0)
    if formatting.number(difference, leaf.decimals).strip(formatting.MINUS) == formatting.number(0, leaf.decimals):
        difference = 0.0
    sought = None if difference == 0 else (difference > 0) == (leaf.direction == "increase")
    same = (base.states_reporting, base.states_expected) == (latest.states_reporting, latest.states_expected)
    return Movement(base, latest, difference, sought, same)


def difference(leaf: Leaf, found: Movement | None) -> str:
    """`+3.2 pp`, `-4` (with a minus sign); '' without a movement."""
    if found is None or is_yes_or_no(leaf, found.latest.area):
        return ""
    told = formatting.number(found.difference, leaf.decimals, sign=True)
    return f"{told}{formatting.THIN_SPACE}pp" if text.is_percent(leaf.unit) else told


def reach(found: Movement) -> str:
    """What to know of a change where other states report now than then; '' where the same number does."""
    if found.same_reach or found.base.states_reporting is None or found.latest.states_reporting is None:
        return ""
    who = text.reporters(found.latest.coverage_of)
    return (
        f"{found.base.states_reporting} {who} in {found.base.period_text}, {found.latest.states_reporting} in "
        f"{found.latest.period_text}: part of the change may come from who reported"
    )


def rating_label(rating: Rating | None) -> str:
    return rating.label if rating else "no rating"


def rating_reason(rating: Rating | None) -> str:
    if rating is None:
        return "There is no value."
    reason = rating.reason.removeprefix("No rating: ")
    return reason[:1].upper() + reason[1:]


def reply(mark: ReplyMark) -> str:
    """A state's word in a sentence, with what came of a correction."""
    told = REPLIES.get(mark.kind, mark.kind)
    return f"{told} ({mark.outcome})" if mark.outcome else told


def is_soft(figure: Figure) -> bool:
    """Is the figure estimated, provisional or the like?"""
    return figure.obs_status in {status.value for status in SOFT}


def is_break(figure: Figure) -> bool:
    return figure.obs_status == ObsStatus.BREAK.value


def without(table: Table, column: str) -> Table:
    """A table less one of its columns."""
    keep = [at for at, name in enumerate(table.columns) if name != column]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in keep),
        rows=tuple(tuple(row[at] for at in keep) for row in table.rows),
    )
