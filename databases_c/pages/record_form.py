"""The form of counts: one row for each group, entered in the browser. What was typed is read here, not judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from adme.common.formatting import period as period_text
from adme.reporting.models import Obligation
from adme.reporting.pages.reports import Head, head
from adme.reporting.services.common import owes_reason

from .. import holding
from ..layout import Column, Layout, RuleKind, Type
from ..models import Finding, RecordSet, SetVersion, Submission

MOST_GROUPS = 240  # all combinations of the codes of the keys are offered up to here; else rows are added one by one
MOST_ROWS, BLANK_ROWS, ADDED_ROWS = 600, 3, 5
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `options` of codes; `is_fixed`: the row is about this code, which is shown and not typed."""

    name: str
    label: str
    value: str
    text: str  # a code in words
    options: list[tuple[str, str]]
    kind: str
    is_fixed: bool
    before: str  # last period's value
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: list[Cell]
    problems: list[str]


@dataclass(frozen=True)
class FormPage:
    head: Head
    set: RecordSet
    columns: list[Column]
    rows: list[Row]
    is_long: bool
    before_label: str
    problems: list[tuple[str, str]]  # structural ones and those of the whole, with the address of a cell if any
    behalf: bool
    reason: str
    refusal: str
    submission: Submission | None
    token: str  # names what the form began with, so that a draft in the browser knows it


def form_page(
    user: Any,
    obligation: Obligation,
    version: SetVersion,
    *,
    typed: Sequence[Sequence[str]] | None = None,
    more: int = 0,
    refusal: str = "",
    reason: str = "",
    refused: Submission | None = None,
) -> FormPage:
    """`typed` are rows as they were sent back, in the order of the layout; else those of the version held now."""
    layout, lists = version.read_layout(), choices_of(version.read_layout())
    current = holding.current(obligation)
    groups = groups_of(layout, lists)
    offered = frozenset(groups)
    before, before_label = _earlier(obligation, layout)
    held = [list(row) for row in typed] if typed is not None else _held(current, layout)
    rows = _placed(layout, held, groups, list(before), more)
    found = _findings(refused, rows)
    shown = [
        Row(number, [_cell(one, row[place], row, layout, lists, offered, before, found.get(number, []))
                     for place, one in enumerate(layout.columns)],
            [one.remedy for one in found.get(number, []) if not _column_of(one, layout)])
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return FormPage(
        head=head(user, obligation, ("Enter the counts", "")), set=version.record_set, columns=list(layout.columns),
        rows=shown, is_long=bool(groups), before_label=before_label, problems=_summary(refused, found, layout),
        behalf=owes_reason(obligation, user), reason=reason, refusal=refusal, submission=refused,
        token=f"{version.pk}:{current.number if current else 0}",
    )  # fmt: skip


def choices_of(layout: Layout) -> dict[str, list[tuple[str, str]]]:
    """Codes of each column of codes, with labels; 'yes' and 'no'."""
    from ..reading.checking import load_lists

    shared = load_lists(layout)
    found = {}
    for one in layout.columns:
        if one.type == Type.CODE:
            found[one.name] = list(one.codes) or list(shared[one.code_list].choices.items())
        elif one.type == Type.YES_NO:
            found[one.name] = [("yes", "yes"), ("no", "no")]
    return found


def groups_of(layout: Layout, lists: Mapping[str, Sequence[tuple[str, str]]]) -> list[tuple[str, ...]]:
    """All combinations of the codes of the key; none where the key has other columns, or there are too many.

    Codes of what is total or not known ('_T', '_U') are left out unless a rule compares that total.
    """
    keys = layout.key
    if not keys or any(layout.by_name[name].type != Type.CODE for name in keys):
        return []
    wanted = {
        (rule.params["over"], rule.params["total_code"]) for rule in layout.rules if rule.kind == RuleKind.ROWS_TO_TOTAL
    }
    codes = [[code for code, _ in lists[name] if not code.startswith("_") or (name, code) in wanted] for name in keys]
    number = 1
    for one in codes:
        number *= len(one)
    return list(product(*codes)) if 0 < number <= MOST_GROUPS else []


def read_typed(data: Mapping[str, Any], layout: Layout, number: int) -> list[list[str]]:
    """Rows as they were typed, all of them, in the order of the layout: fields 'r0-persons'."""
    return [
        [_plain(data.get(f"r{row}-{one.name}", "")) for one in layout.columns] for row in range(min(number, MOST_ROWS))
    ]


def filled(rows: Iterable[Sequence[str]], layout: Layout) -> list[list[str]]:
    """Rows in which something was given beyond the group that the row is about."""
    keys = set(layout.key)
    typed = [place for place, one in enumerate(layout.columns) if one.name not in keys]
    return [list(row) for row in rows if any(row[place] for place in typed or range(len(row)))]


def _plain(text: Any) -> str:
    return str(text).replace("\x00", "").strip()[:LONGEST]


def _held(current: Submission | None, layout: Layout) -> list[list[str]]:
    """Rows of the version in the report, where it has the columns of this layout."""
    from ..target import RowsGone, read_rows

    if current is None or [one.name for one in current.version.read_layout().columns] != [
        one.name for one in layout.columns
    ]:
        return []
    try:
        return [row for row, _ in zip(read_rows(current), range(MOST_ROWS), strict=False)]
    except (RowsGone, OSError):
        return []


def _earlier(obligation: Obligation, layout: Layout) -> tuple[dict[tuple[str, ...], list[str]], str]:
    """Rows of the last period by key, and how the period is called."""
    earlier = holding.earlier(obligation)
    if earlier is None:
        return {}, ""
    rows = _held(earlier, layout)
    return {_key(row, layout): row for row in rows}, period_text(earlier.obligation.round.period_label) if rows else ""


def earlier_rows(obligation: Obligation, version: SetVersion) -> list[list[str]] | None:
    """Rows of the last period for a template; None where there are none in this layout."""
    earlier = holding.earlier(obligation)
    return _held(earlier, version.read_layout()) or None


def _key(row: Sequence[str], layout: Layout) -> tuple[str, ...]:
    places = [place for place, one in enumerate(layout.columns) if one.is_key]
    return tuple(row[place] for place in places)


def _placed(
    layout: Layout,
    held: list[list[str]],
    groups: Sequence[tuple[str, ...]],
    earlier: Sequence[tuple[str, ...]],
    more: int,
) -> list[list[str]]:
    """The rows of the form: every group that is offered with what is held of it, then other rows, then blank ones."""
    width = len(layout.columns)
    places = [place for place, one in enumerate(layout.columns) if one.is_key]
    offered = list(groups) or [key for key in earlier if key and not held]
    wanted = set(offered)
    by_key: dict[tuple[str, ...], list[str]] = {}
    others = []
    for row in held:
        key = _key(row, layout)
        if key in by_key or key not in wanted:
            others.append(row)
        else:
            by_key[key] = row
    rows = []
    for key in offered:
        rows.append(by_key.get(key) or _blank(width, places, key))
    rows += [row for row in others if any(row)]
    blank = more or (0 if rows else BLANK_ROWS)
    return [*rows, *([""] * width for _ in range(blank))][:MOST_ROWS]


def _blank(width: int, places: Sequence[int], key: Sequence[str]) -> list[str]:
    row = [""] * width
    for place, code in zip(places, key, strict=True):
        row[place] = code
    return row


def _findings(refused: Submission | None, rows: Sequence[Sequence[str]]) -> dict[int, list[Finding]]:
    """Errors by row of the form. The file had the filled rows only, below one line of headings."""
    if refused is None:
        return {}
    layout = refused.version.read_layout()
    kept = filled(rows, layout)
    sent = [number for number, row in enumerate(rows) if list(row) in kept]
    found: dict[int, list[Finding]] = {}
    for one in refused.findings.filter(level=Finding.Level.ERROR, row__isnull=False)[:1000]:
        place = (one.row or 0) - 2
        if 0 <= place < len(sent):
            found.setdefault(sent[place], []).append(one)
    return found


def _column_of(one: Finding, layout: Layout) -> Column | None:
    return next((column for column in layout.columns if column.label == one.column), None)


def _cell(
    one: Column, value: str, row: Sequence[str], layout: Layout, lists: Mapping[str, list[tuple[str, str]]],
    offered: frozenset[tuple[str, ...]], before: Mapping[tuple[str, ...], Sequence[str]], found: Sequence[Finding],
) -> Cell:  # fmt: skip
    options = lists.get(one.name, [])
    earlier = before.get(_key(row, layout))
    place = layout.columns.index(one)
    return Cell(
        name=one.name, label=one.label, value=value, text=dict(options).get(value, value), options=options,
        kind="select" if options else {"integer": "whole", "number": "number"}.get(one.type, "text"),
        is_fixed=one.is_key and _key(row, layout) in offered,
        before=earlier[place] if earlier is not None and not one.is_key else "",
        problems=[each.remedy for each in found if each.column == one.label],
    )  # fmt: skip


def _summary(
    refused: Submission | None, found: Mapping[int, Sequence[Finding]], layout: Layout
) -> list[tuple[str, str]]:
    if refused is None:
        return []
    whole = refused.findings.filter(level=Finding.Level.ERROR, row__isnull=True)[:50]
    lines = [(one.remedy, "") for one in whole]
    for number, errors in found.items():
        for one in errors:
            column = _column_of(one, layout)
            label = f"{one.column}: " if one.column else ""
            lines.append((f"{label}{one.remedy}", f"#r{number}-{column.name}" if column else f"#row-{number}"))
    return lines[:50]
