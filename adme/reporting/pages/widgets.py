"""How one field of a record looks in a form: its widget, what it holds, last period's value, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from adme.common.formatting import day

from ..errors import Clash, FieldProblem
from ..fields import Field, Holder, Kind, Value, Values, is_empty, shown
from ..forms_records import TEXTS, form_value
from ..vocabularies import Vocabulary

_TEMPLATES = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "textarea",
    Kind.CODE: "select",
    Kind.CODES: "codes",
    Kind.DAY: "day",
    Kind.NUMBER: "number",
    Kind.PERCENT: "number",
    Kind.AMOUNT: "number",
    Kind.YES_NO: "select",
    Kind.ITEMS: "items",
}
_SHORT_TEXT, _QUARTERS = 60, 4
_SEARCHED_FROM = 9  # shorter lists need no filter box


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    kind: str
    title: str
    link: str
    kinds: tuple[Option, ...]
    number: int


@dataclass(frozen=True, slots=True)
class FieldView:
    """`value` is as the form holds it; `previous_json` what the copy button puts into it."""

    name: str
    label: str
    help: str
    kind: str
    template: str
    value: Any
    text: str  # as people read it
    is_required: bool
    max_length: int = 300
    options: tuple[Option, ...] = ()
    chosen: tuple[Option, ...] = ()
    items: tuple[ItemRow, ...] = ()
    is_searched: bool = False
    suffix: str = ""
    day: str = ""  # a day as '31 Mar 2026', since browsers write it in their own way
    previous: str = ""
    previous_json: str = ""
    has_previous: bool = False
    has_history: bool = False
    was_approved: bool = False
    errors: tuple[str, ...] = ()
    size: str = "half"  # of the width of the form: quarter, third, half, most, all
    starts_row: bool = False

    @property
    def describes(self) -> str:
        """Ids of what belongs to the field, for `aria-describedby`."""
        parts = [f"f-{self.name}-error"] if self.errors else []
        has_help = self.help or self.kind == Kind.DAY
        return " ".join([*parts, *([f"f-{self.name}-help"] if has_help else [])])


@dataclass(frozen=True, slots=True)
class ClashView:
    name: str
    label: str
    theirs: str
    mine: str
    together: str  # both texts, to be edited into one; blank where that makes no sense


@dataclass(frozen=True, slots=True)
class ConflictView:
    sentence: str
    by: str
    at: str
    clashes: tuple[ClashView, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands around the values of a record and is the same for all its fields."""

    vocabularies: Mapping[str, Vocabulary]
    previous: Values | None = None
    approved: Mapping[str, Any] | None = None
    changed: frozenset[str] = frozenset()  # names of fields with a history


def field_view(
    one: Field, value: Value, beside: Beside, *, typed: Any = None, errors: Iterable[str] = (), can_edit: bool = True
) -> FieldView:
    """`typed` wins over the stored value where a save was refused."""
    held = form_value(one, value) if typed is None else typed
    options = _options(one, held, beside.vocabularies) if can_edit else ()
    before = (beside.previous or {}).get(one.name, one.empty) if beside.previous is not None else None
    has_previous = one.holder == Holder.REPORT and not is_empty(before)
    return FieldView(
        name=one.name,
        label=one.label,
        help=one.help,
        kind=one.kind.value,
        template=f"reporting/records/widgets/{_TEMPLATES[one.kind]}.html",
        value=held,
        text="" if can_edit else readable(one, value, beside.vocabularies),
        is_required=one.required,
        max_length=one.max_length,
        options=options,
        chosen=tuple(each for each in options if each.is_chosen) if one.kind == Kind.CODES else (),
        items=_items(one, held, beside.vocabularies) if one.kind == Kind.ITEMS and can_edit else (),
        is_searched=len(options) >= _SEARCHED_FROM,
        day=readable(one, value, beside.vocabularies) if one.kind == Kind.DAY and can_edit and typed is None else "",
        suffix="%" if one.kind == Kind.PERCENT else "",
        previous=readable(one, before, beside.vocabularies) if has_previous else "",
        previous_json=json.dumps(form_value(one, before)) if has_previous else "",
        has_previous=has_previous,
        has_history=one.name in beside.changed,
        was_approved=one.name in (beside.approved or {}),
        errors=tuple(errors),
        size=_size(one, has_previous),
    )


def readable(one: Field, value: Value, vocabularies: Mapping[str, Vocabulary]) -> str:
    """As `shown`, with days as people write them."""
    text = shown(one, value, vocabularies)
    return day(text) if one.kind == Kind.DAY and text else text


def _size(one: Field, has_previous: bool) -> str:
    """Short values stand three in a row, texts and lists two; a text with last period's beside it takes the row."""
    if one.kind == Kind.ITEMS or (one.kind == Kind.LONG_TEXT and has_previous):
        return "all"
    if one.kind == Kind.TEXT:
        return "third" if one.max_length <= _SHORT_TEXT else "most"
    return "half" if one.kind in {Kind.LONG_TEXT, Kind.CODES} else "third"


def in_rows(views: Iterable[FieldView]) -> tuple[FieldView, ...]:
    """Short fields that follow one another begin a row of their own; four of them share it."""
    found: list[FieldView] = []
    for size, run in groupby(views, key=lambda one: one.size):
        together = list(run)
        if size == "third" and len(together) > 1:
            quarter = len(together) == _QUARTERS
            together = [replace(one, size="quarter" if quarter else "third") for one in together]
            together[0] = replace(together[0], starts_row=True)
        found.extend(together)
    return tuple(found)


def _options(one: Field, held: Any, vocabularies: Mapping[str, Vocabulary]) -> tuple[Option, ...]:
    if one.kind == Kind.YES_NO:
        return tuple(Option(code, code.capitalize(), held == code) for code in ("yes", "no"))
    if one.kind not in {Kind.CODE, Kind.CODES, Kind.ITEMS}:
        return ()
    words = vocabularies[one.vocabulary]
    chosen = set(held) if one.kind == Kind.CODES else {held} if one.kind == Kind.CODE else set()
    found = [Option(code, label, code in chosen) for code, label in words.choices.items()]
    # What is no longer in the list, or was typed wrong, stays visible until somebody takes it away.
    for code in sorted(chosen - set(words.choices) - {""}):
        found.append(Option(code, f"{words.label(code)} (no longer in the list)", True))
    return tuple(found)


def _items(one: Field, held: list[Mapping[str, str]], vocabularies: Mapping[str, Vocabulary]) -> tuple[ItemRow, ...]:
    """The rows there are, and a blank one."""
    kinds = vocabularies[one.vocabulary].choices
    rows = []
    for number, item in enumerate([*held, {}], start=1):
        kind = item.get("kind", "")
        offered = [Option(code, label, code == kind) for code, label in kinds.items()]
        if kind and kind not in kinds:
            offered.append(Option(kind, vocabularies[one.vocabulary].label(kind), True))
        rows.append(ItemRow(kind, item.get("title", ""), item.get("link", ""), tuple(offered), number))
    return tuple(rows)


def errors_of(problems: Iterable[FieldProblem]) -> dict[str, list[str]]:
    """The sentences of refused values by field; '' gathers those of no single field."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.field, []).append(problem.hint)
    return found


def conflict_view(
    sentence: str,
    clashes: Iterable[Clash],
    *,
    by: str,
    at: str,
    fields: Mapping[str, Field],
    words: Mapping[str, Vocabulary],
) -> ConflictView:
    return ConflictView(sentence, by, at, tuple(_clash(one, fields[one.field], words) for one in clashes))


def _clash(clash: Clash, one: Field, words: Mapping[str, Vocabulary]) -> ClashView:
    theirs, mine = _readable(one, clash.theirs, words), _readable(one, clash.mine, words)
    together = f"{theirs}\n\n{mine}" if one.kind in TEXTS else ""
    if one.kind == Kind.TEXT:
        together = f"{theirs} {mine}"
    return ClashView(one.name, one.label, theirs, mine, together)


def _readable(one: Field, value: Value | object, words: Mapping[str, Vocabulary]) -> str:
    try:
        return readable(one, value, words)
    except (KeyError, TypeError, AttributeError):  # a value as it was typed, not as it is kept
        return str(value)
