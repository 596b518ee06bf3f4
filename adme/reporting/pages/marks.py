"""How a standing looks (shape, word, tone), what happens next in words, and links to pages that exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from .. import tools
from ..models import Obligation
from ..states import Standing

_RING = "M6 .7a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 6 .7Zm0 1.6a3.7 3.7 0 1 1 0 7.4 3.7 3.7 0 0 1 0-7.4Z"
_SHAPES: dict[str, tuple[str, str]] = {
    # standing: (tone, path in a square of 12)
    Standing.SCHEDULED: ("quiet", "M2 5.2h1.6v1.6H2zM5.2 5.2h1.6v1.6H5.2zM8.4 5.2H10v1.6H8.4z"),
    Standing.DUE: ("plain", _RING),
    Standing.DRAFTING: ("plain", _RING + "M6 2.3a3.7 3.7 0 0 1 0 7.4Z"),
    Standing.SUBMITTED: ("accent", "M1 4.8h5V1.2L11 6l-5 4.8V7.2H1z"),
    Standing.RETURNED: ("attention", "M11 4.8H6V1.2L1 6l5 4.8V7.2h5z"),
    Standing.APPROVED: ("good", "M6 .7a5.3 5.3 0 1 1 0 10.6A5.3 5.3 0 0 1 6 .7Z"),
    Standing.REOPENED: ("accent", "M6 .5 11.5 6 6 11.5.5 6ZM6 3 3 6l3 3 3-3Z"),
    Standing.CERTIFIED_NIL: ("good", "M1 4.8h10v2.4H1z"),
    Standing.NOT_APPLICABLE: ("quiet", "M2.4 1 6 4.6 9.6 1 11 2.4 7.4 6 11 9.6 9.6 11 6 7.4 2.4 11 1 9.6 4.6 6 1 2.4z"),
    Standing.EXCUSED: ("quiet", "M2.5 1.5h2.4v9H2.5zM7.1 1.5h2.4v9H7.1z"),
    Standing.OVERDUE: ("attention", "M6 .8 11.6 11H.4z"),
    Standing.MISSING: ("bad", "M1 1h10v10H1z"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A standing as a shape and a word; colour only adds to them."""

    code: str
    word: str
    tone: str
    path: str


MARKS = {code: Mark(str(code), str(Standing(code).label), *shape) for code, shape in _SHAPES.items()}


def mark(standing: str) -> Mark:
    return MARKS[Standing(standing)]


def link(name: str, *arguments: object, query: str = "", fragment: str = "") -> str:
    """The address of a page, or '' where that page is not installed."""
    try:
        found = reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
    return f"{found}{'?' + query if query else ''}{'#' + fragment if fragment else ''}"


def tool_title(name: str) -> str:
    """'Tool 1', or the name itself of a tool that is not registered."""
    try:
        return tools.get(name).title
    except KeyError:
        return name


def tool_choices() -> list[tuple[str, str]]:
    """The tools that stand for themselves; those of families follow in groups."""
    return [(one.name, f"{one.title}: {one.subject}") for one in tools.single_tools()]


def tool_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """(family, its tools) for the lists to choose from, the long ones below the short."""
    found = [(family.title, [(one.name, one.title) for one in family.all()]) for family in tools.families()]
    return [(title, members) for title, members in found if members]


def is_tool(name: str) -> bool:
    """A tool of those lists."""
    return any(one.name == name for one in tools.all_tools())


def next_step(
    obligation: Obligation, standing: str, *, waiting: int | None, due: str, closes: str, reviewer: bool,
    is_empty: bool = False,
) -> str:  # fmt: skip
    """One sentence: who does what next, and by when. `waiting`: records that are not ready; None where nobody counted.
    `is_empty`: the report holds no record yet."""
    if reviewer and standing == Standing.SUBMITTED:
        return "Approve it, or return it with what has to be mended. The reporter is told at once."
    if standing in {Standing.DUE, Standing.DRAFTING, Standing.OVERDUE}:
        late = "It is late; it is taken until " + closes if standing == Standing.OVERDUE else f"It is due by {due}"
        return f"{_todo(waiting, is_empty)} {late}."
    return {
        Standing.SCHEDULED: "Nothing yet: the period has not opened for reporting.",
        Standing.MISSING: f"It was taken until {closes}. Ask the Secretariat for a later deadline.",
        Standing.SUBMITTED: "The Secretariat reviews it. You are told when it is approved or returned.",
        Standing.RETURNED: "Mend what the Secretariat asks for, then submit again.",
        Standing.REOPENED: "Mend it and submit again. The approved version counts until the new one is approved.",
        Standing.APPROVED: "Nothing more. It counts in the figures; the Secretariat can reopen it.",
        Standing.CERTIFIED_NIL: "Nothing more. It counts as reported, with nothing to report.",
        Standing.NOT_APPLICABLE: "Nothing is owed for this period.",
        Standing.EXCUSED: "Nothing is owed until the day named below.",
    }[Standing(standing)]


def _todo(waiting: int | None, is_empty: bool) -> str:
    if is_empty:
        return "It holds no records yet: add them, or certify that there is nothing to report."
    if waiting is None:
        return "Open it to see what is left to complete."
    return f"{_counted(waiting)} left to complete, then submit." if waiting else "Nothing is missing: submit it."


def _counted(waiting: int) -> str:
    return f"{waiting} record{'' if waiting == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment as it is meant (Jakarta) and as the page shows it in the reader's own zone by script."""

    iso: str
    jakarta: str


def deadline(moment: datetime) -> Deadline:
    from ..selectors import zones

    return Deadline(moment.isoformat(), zones.jakarta_text(moment))
