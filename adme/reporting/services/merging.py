"""What one save would change: cleaning, and the three-way merge with what others saved meanwhile. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import vocabularies
from ..errors import BadValues, Clash, Conflict, FieldProblem
from ..fields import Catalogue, Field, Holder, Kind, Value, Values, clean, clean_all, is_empty, token
from ..models import Obligation, RecordChange
from ..tools import Record, ReportTool
from ..vocabularies import Vocabulary

GRID = "grid"


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person sends: clean values, the tokens of what they started from, and (perhaps) that itself."""

    values: Values
    tokens: Mapping[str, str]
    base: Mapping[str, Value] | None


def tokens_of(catalogue: Catalogue, values: Mapping[str, Value]) -> dict[str, str]:
    """A token for each section and one for the fields of the grid."""
    found = {section.name: token(values, catalogue.of_section(section.name)) for section in catalogue.sections}
    found[GRID] = token(values, catalogue.grid)
    return found


def vocabularies_for(
    tool: ReportTool, obligation: Obligation, names: Iterable[str], stored: Mapping[str, Value]
) -> dict[str, Vocabulary]:
    """The lists of the fields named. A retired code may not be chosen, but one that is stored may stay."""
    fields = [one for name in names if (one := tool.catalogue.by_name.get(name)) is not None and one.vocabulary]
    found = vocabularies.load({one.vocabulary for one in fields}, tool.framework(obligation))
    for one in fields:
        lists = found[one.vocabulary]
        stale = {code: lists.retired[code] for code in _codes(one, stored.get(one.name)) if code in lists.retired}
        if stale:
            found[one.vocabulary] = replace(lists, choices={**lists.choices, **stale})
    return found


def _codes(one: Field, value: Value) -> list[str]:
    if is_empty(value):
        return []
    if one.kind == Kind.ITEMS:
        return [item["kind"] for item in value]
    return list(value) if one.kind == Kind.CODES else [value]


def cleaned(
    tool: ReportTool,
    obligation: Obligation,
    raw: Mapping[str, Any],
    tokens: Mapping[str, str],
    base: Mapping[str, Any] | None,
    stored: Mapping[str, Value],
) -> Mine:
    """The person's values in canonical form; BadValues with every problem."""
    lists = vocabularies_for(tool, obligation, raw, stored)
    values = clean_all(raw, tool.catalogue, lists)
    started = None if base is None else _lenient(base, values, tool.catalogue, lists)
    return Mine(values, tokens, started)


def _lenient(
    base: Mapping[str, Any], values: Values, catalogue: Catalogue, lists: Mapping[str, Vocabulary]
) -> dict[str, Value]:
    """What the client showed; a value that cannot be read counts as not told, so that it cannot hide a conflict."""
    found = {}
    for name in values.keys() & base.keys():
        try:
            found[name] = clean(catalogue.by_name[name], base[name], lists)
        except BadValues:
            continue
    return found


def merged(tool: ReportTool, obligation: Obligation, record: Record, mine: Mine, me: int) -> Values:
    """The values to store: only those that differ. Conflict when another person changed the same field meanwhile."""
    current = tokens_of(tool.catalogue, record.values)
    changes: Values = {}
    clashes: list[Clash] = []
    for name, value in mine.values.items():
        one = tool.catalogue.by_name[name]
        stored = record.values.get(name, one.empty)
        if value == stored:
            continue
        if _is_current(one, mine.tokens, current):
            changes[name] = value
            continue
        told = mine.base is not None and name in mine.base
        started = mine.base[name] if told and mine.base is not None else None
        if told and started == stored:
            changes[name] = value
        elif not told or started != value:
            clashes.append(Clash(name, one.label, started, stored, value))
    if clashes:
        raise _conflict(obligation, record, clashes, current, me)
    return changes


def _is_current(one: Field, tokens: Mapping[str, str], current: Mapping[str, str]) -> bool:
    """The client started from what is stored now, as far as this field's section (or the grid) goes."""
    if one.section in tokens:
        return tokens[one.section] == current[one.section]
    return one.in_grid and GRID in tokens and tokens[GRID] == current[GRID]


def _conflict(
    obligation: Obligation, record: Record, clashes: list[Clash], current: dict[str, str], me: int
) -> Conflict:
    theirs = RecordChange.objects.filter(
        obligation__body_id=obligation.body_id,
        obligation__state_area_id=obligation.state_area_id,
        record_key=record.key,
        field__in=[one.field for one in clashes],
    ).select_related("by")
    last = theirs.exclude(by_id=me).order_by("-id").first() or theirs.order_by("-id").first()
    by = "" if last is None else "You, in another window," if last.by_id == me else str(last.by)
    at = last.at.isoformat() if last else record.updated_at
    return Conflict(tuple(clashes), by=by, at=at, tokens=current)


def refuse_contradictory(tool: ReportTool, before: Values, after: Values) -> None:
    """Values that cannot both hold are not stored; what was so before does not stop a change elsewhere."""
    known = {(one.code, one.field) for one in tool.cross_checks(before)} if before else set()
    found = [one for one in tool.cross_checks(after) if (one.code, one.field) not in known]
    if found:
        raise BadValues(
            tuple(FieldProblem(one.field, one.code, str(after.get(one.field, "")), one.sentence) for one in found)
        )


def naming_field(catalogue: Catalogue) -> Field | None:
    """The field by which people know a record: it can never be blank."""
    named = (one for one in catalogue.fields if one.required and one.kind == Kind.TEXT and one.holder == Holder.PLAN)
    return next(named, None)


def refuse_nameless(catalogue: Catalogue, values: Mapping[str, Value]) -> None:
    named = naming_field(catalogue)
    if named is not None and is_empty(values.get(named.name, "")):
        raise BadValues((FieldProblem(named.name, "required", "", f"{named.label}: write what it is called."),))
