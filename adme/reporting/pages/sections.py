"""The sections of the record form: their fields, what is still to do in each, and which are folded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..fields import Catalogue, Field, Holder, Kind, Section, Value, Values, is_empty, token
from ..forms_records import Sent
from ..tools import Record
from .widgets import Beside, ConflictView, FieldView, field_view, in_rows, readable

_LONGEST_PART, _MOST_PARTS = 48, 5  # of what a folded section holds


@dataclass(frozen=True, slots=True)
class Refused:
    """A section that was not stored, to be shown again as it was typed."""

    section: str
    sent: Sent
    sentence: str
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    conflict: ConflictView | None = None
    needs_reason: bool = False
    reason_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    name: str
    title: str
    help: str
    fields: tuple[FieldView, ...]
    token: str
    base: str  # JSON of the stored values that the form starts from
    has_copy: bool = False
    sentence: str = ""
    errors: tuple[str, ...] = ()
    conflict: ConflictView | None = None
    needs_reason: bool = False
    reason_fields: tuple[str, ...] = ()
    reason: str = ""
    has_approved: bool = False
    todo: int = 0  # what blocks the submission, or does not go together
    is_blank: bool = False
    is_plan: bool = False  # kept from period to period: may be folded
    is_folded: bool = False
    brief: str = ""  # what a folded section holds

    @property
    def standing(self) -> str:
        return standing(self.todo, self.is_blank)


def stored_of(record: Record, fields: tuple[Field, ...]) -> Values:
    return {one.name: record.values.get(one.name, one.empty) for one in fields}


def standing(todo: int, is_blank: bool) -> str:
    """How a section stands, in the list of sections."""
    return f"{todo} to do" if todo else "blank" if is_blank else "ready"


def is_blank(record: Record, fields: tuple[Field, ...]) -> bool:
    return all(is_empty(record.values.get(one.name, one.empty)) for one in fields)


def standings(catalogue: Catalogue, record: Record, todo: Mapping[str, int]) -> dict[str, str]:
    """The same for all sections, after a save."""
    return {
        one.name: standing(todo.get(one.name, 0), is_blank(record, catalogue.of_section(one.name)))
        for one in catalogue.sections
    }


def section_views(
    *,
    catalogue: Catalogue,
    record: Record,
    beside: Beside,
    refused: Refused | None,
    editable: bool,
    todo: Mapping[str, int],
    discussed: frozenset[str],
) -> tuple[SectionView, ...]:
    """`discussed` names fields with an open comment: their section is not folded."""
    found = []
    for section in catalogue.sections:
        fields = catalogue.of_section(section.name)
        mine = refused if refused and refused.section == section.name else None
        calm = mine is None and not todo.get(section.name) and not discussed & {one.name for one in fields}
        found.append(
            _section(
                section, fields, record, beside, mine, editable,
                todo=todo.get(section.name, 0), is_folded=editable and calm and _is_as_approved(record, fields),
            )
        )  # fmt: skip
    return tuple(found)


def _is_plan(fields: tuple[Field, ...]) -> bool:
    return all(one.holder == Holder.PLAN for one in fields)


def _is_as_approved(record: Record, fields: tuple[Field, ...]) -> bool:
    """A section of the plan that an approved report held, and that nobody has changed since."""
    if not _is_plan(fields) or not record.approved:
        return False
    return all(record.values.get(one.name, one.empty) == record.approved.get(one.name, one.empty) for one in fields)


def _brief(fields: tuple[Field, ...], stored: Values, beside: Beside) -> str:
    parts = []
    for one in fields:
        text = "" if one.kind == Kind.LONG_TEXT else readable(one, stored[one.name], beside.vocabularies)
        if text:
            parts.append(text if len(text) <= _LONGEST_PART else text[: _LONGEST_PART - 1].rstrip() + "…")
    return " · ".join(parts[:_MOST_PARTS])


def _section(
    section: Section,
    fields: tuple[Field, ...],
    record: Record,
    beside: Beside,
    refused: Refused | None,
    editable: bool,
    *,
    todo: int,
    is_folded: bool,
) -> SectionView:
    stored = stored_of(record, fields)
    views = in_rows([_field(one, stored[one.name], beside, refused, editable) for one in fields])
    # A refused save starts from what it had started from; after a conflict was seen, from what is stored now.
    restart = refused is None or refused.conflict is not None
    base = stored if restart or refused is None or refused.sent.base is None else refused.sent.base
    names = {one.name for one in fields}
    return SectionView(
        name=section.name,
        title=section.title,
        help=section.help,
        fields=views,
        token=token(record.values, fields) if restart or refused is None else refused.sent.token,
        base=json.dumps(base),
        has_copy=editable and beside.previous is not None and can_copy(fields, stored, beside.previous),
        sentence=refused.sentence if refused else "",
        errors=tuple(refused.errors.get("", ())) if refused else (),
        conflict=refused.conflict if refused else None,
        needs_reason=bool(refused and refused.needs_reason),
        reason_fields=tuple(one.label for one in fields if refused and one.name in refused.reason_fields),
        reason=refused.sent.reason if refused else "",
        has_approved=bool(names & set(record.approved)),
        todo=todo,
        is_blank=is_blank(record, fields),
        is_plan=_is_plan(fields),
        is_folded=is_folded,
        brief=_brief(fields, stored, beside) if is_folded else "",
    )


def _field(one: Field, stored: Value, beside: Beside, refused: Refused | None, editable: bool) -> FieldView:
    typed = None
    if refused is not None:
        touched = refused.conflict is None or one.name in refused.sent.raw
        typed = refused.sent.typed.get(one.name) if touched else None
    errors = refused.errors.get(one.name, ()) if refused else ()
    return field_view(one, stored, beside, typed=typed, errors=errors, can_edit=editable)


def can_copy(fields: tuple[Field, ...], stored: Values, previous: Values) -> bool:
    """Something of the last period could fill a field that is still blank."""
    return any(
        is_empty(stored.get(one.name, one.empty)) and not is_empty(previous.get(one.name, one.empty))
        for one in lasting(fields)
    )


def lasting(fields: tuple[Field, ...]) -> list[Field]:
    """Of a section what may hold in another period too: counts and products belong to their own and are not added
    up twice. One by one they can be copied all the same."""
    own = {Kind.NUMBER, Kind.ITEMS}
    return [one for one in fields if one.holder == Holder.REPORT and one.kind not in own]
