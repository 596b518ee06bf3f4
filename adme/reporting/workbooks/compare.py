"""What an uploaded workbook would do to a report: per row the differences, three ways against the template. No writes.

A field that only the file changed is taken, one that only the store changed stays, and one that both changed to
different values is a conflict, for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adme.common.text import fold

from ..errors import BadValues, FieldProblem
from ..fields import Field, Kind, Value, Values, clean, is_empty
from ..models import UploadRow
from ..tools import Group, Record, ReportTool
from ..vocabularies import Vocabulary
from . import layout
from .layout import Words
from .reading import Sheet, SheetRow

RowKind = UploadRow.Kind


@dataclass(frozen=True, slots=True)
class Stored:
    """What the rows are compared with. `base`: {key: values} when the workbook was made."""

    tool: ReportTool
    base: Mapping[str, Mapping[str, Value]]
    records: Mapping[str, Record]
    groups: Sequence[Group]
    words: Words


@dataclass(slots=True)
class Outcome:
    """`changes`: {field: [base, stored, in the file]}; of an added row also its group. `remarks` stop nothing."""

    row: SheetRow
    title: str = ""
    kind: RowKind = RowKind.UNCHANGED
    changes: dict[str, list[Any]] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    remarks: list[FieldProblem] = field(default_factory=list)

    def refuse(self, name: str, code: str, hint: str, seen: str = "") -> None:
        self.problems.append(FieldProblem(name, code, seen[:60], hint))

    def remark(self, name: str, code: str, hint: str, seen: str = "") -> None:
        self.remarks.append(FieldProblem(name, code, seen[:60], hint))


def is_clash(change: Sequence[Any]) -> bool:
    """Both sides changed the field, differently."""
    base, stored, wanted = change
    return bool(stored not in (base, wanted) and base != wanted)


def compare(sheet: Sheet, stored: Stored) -> list[Outcome]:
    """One outcome for each row that counts; a row that repeats another word by word counts once."""
    outcomes: list[Outcome] = []
    seen: dict[str, SheetRow] = {}
    new = _New(stored)
    for row in sheet.rows:
        outcome = Outcome(row, _title(row, stored))
        earlier = seen.get(row.key) if row.key else None
        if earlier is not None and (earlier.cells, earlier.group) == (row.cells, row.group):
            continue
        if row.key:
            seen.setdefault(row.key, row)
        if earlier is not None:
            _refuse_twice(outcome, earlier, stored)
        elif row.key:
            _known(outcome, stored)
        else:
            new.add(outcome)
        if outcome.problems:
            outcome.kind = RowKind.REFUSED
        outcomes.append(outcome)
    return outcomes


def _title(row: SheetRow, stored: Stored) -> str:
    typed = row.cells[layout.lead_field(stored.tool.catalogue).name]
    record = stored.records.get(row.key)
    return (typed or (record.title if record else ""))[:300]


def _refuse_twice(outcome: Outcome, earlier: SheetRow, stored: Stored) -> None:
    one = stored.tool.noun[0]
    outcome.refuse(
        layout.KEY,
        "row_twice",
        f"Rows {earlier.number} and {outcome.row.number} are the same {one} with different values. Keep one of them. "
        f"For a new {one}, write its values into a row below the last one instead of copying a whole row.",
    )


def _known(outcome: Outcome, stored: Stored) -> None:
    record = stored.records.get(outcome.row.key)
    if record is None:
        _refuse_unknown(outcome, stored)
        return
    if outcome.row.is_blank:
        outcome.refuse(
            layout.KEY,
            "row_emptied",
            f"All cells of this row were emptied. Nothing is removed by a workbook: delete the row to leave "
            f"the {stored.tool.noun[0]} as it is, or remove it in the form.",
        )
        return
    if fold(outcome.row.group) != fold(record.group):
        outcome.remark(
            layout.GROUP, "moved", "A row cannot be moved to another place; this cell was not read.", outcome.row.group
        )
    base = stored.base.get(record.key, record.values)
    wanted = _wanted(outcome, base, record.values, stored)
    _differences(outcome, base, record.values, wanted, stored)


def _refuse_unknown(outcome: Outcome, stored: Stored) -> None:
    one = stored.tool.noun[0]
    if outcome.row.key in stored.base:
        hint = f"This {one} was removed from the report after the workbook was made. Delete the row."
        outcome.refuse(layout.KEY, "removed_meanwhile", hint, outcome.title)
    else:
        hint = f"This row is not of this report. Delete it; a new {one} goes into a row of its own below the last."
        outcome.refuse(layout.KEY, "not_of_this_report", hint, outcome.title)


def _wanted(outcome: Outcome, base: Mapping[str, Value], now: Mapping[str, Value], stored: Stored) -> Values:
    """The values of the row. A cell that still says what the template wrote is the template's value, whatever that is:
    so a code that was retired since, or text that a cell cannot carry, is no error."""
    found: Values = {}
    for one in stored.tool.catalogue.fields:
        text, before = outcome.row.cells[one.name], base.get(one.name, one.empty)
        if text == stored.words.text(one, before):
            found[one.name] = before
            continue
        try:
            found[one.name] = clean(one, text, _lists(one, (before, now.get(one.name)), stored.words))
        except BadValues as error:
            outcome.problems.extend(error.problems)
            continue
        _doubt_percent(outcome, one, text, before)
    return found


def _lists(one: Field, values: Sequence[Value], words: Words) -> Mapping[str, Vocabulary]:
    """A retired code may not be chosen, but one that stands there may stay."""
    lists = words.vocabularies.get(one.vocabulary)
    if lists is None or not lists.retired or one.kind not in {Kind.CODE, Kind.CODES}:
        return words.vocabularies
    codes = [code for value in values if value for code in ([value] if isinstance(value, str) else value)]
    stale = {code: lists.retired[code] for code in codes if code in lists.retired}
    return {one.vocabulary: replace(lists, choices={**lists.choices, **stale})} if stale else words.vocabularies


def _doubt_percent(outcome: Outcome, one: Field, text: str, before: Value) -> None:
    """A spreadsheet keeps '100%' as 1."""
    if one.kind == Kind.PERCENT and text == "1" and before != 1:
        outcome.remark(
            one.name, "one_per_cent", "This was read as 1 per cent. If 100 is meant, write 100 without the sign.", text
        )


def _differences(
    outcome: Outcome, base: Mapping[str, Value], now: Mapping[str, Value], wanted: Values, stored: Stored
) -> None:
    """Of the cells that could be read: one bad cell does not hide another."""
    for one in stored.tool.catalogue.fields:
        if one.name not in wanted:
            continue
        change = [base.get(one.name, one.empty), now.get(one.name, one.empty), wanted[one.name]]
        if change[2] not in (change[0], change[1]):
            outcome.changes[one.name] = change
    if not outcome.changes:
        return
    outcome.kind = RowKind.CONFLICT if any(map(is_clash, outcome.changes.values())) else RowKind.CHANGED
    after = {**now, **{name: change[2] for name, change in outcome.changes.items()}}
    _check(outcome, now, after, stored)


def _check(outcome: Outcome, before: Mapping[str, Value], after: Values, stored: Stored) -> None:
    """What may not be stored: no name, or values that cannot both hold (unless they stood so before)."""
    lead = layout.lead_field(stored.tool.catalogue)
    told = {one.field for one in outcome.problems}
    if is_empty(after.get(lead.name, "")) and lead.name not in told:
        outcome.refuse(lead.name, "required", f"{lead.label}: write what it is called.")
    known = {(one.code, one.field) for one in stored.tool.cross_checks(dict(before))} if before else set()
    for one in stored.tool.cross_checks(after):
        if (one.code, one.field) not in known and one.field not in told:
            outcome.refuse(one.field, one.code, one.sentence, outcome.row.cells.get(one.field, ""))


class _New:
    """Rows that add a record; finds their group, and what looks like one that is there already."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._groups = {fold(text): group for group in stored.groups for text in (group.title, group.key)}
        lead = layout.lead_field(stored.tool.catalogue).name
        self._lead = lead
        self._titles: dict[str, list[tuple[int, Mapping[str, Value]]]] = {}
        for record in stored.records.values():
            self._titles.setdefault(fold(str(record.values.get(lead, ""))), []).append((0, record.values))

    def add(self, outcome: Outcome) -> None:
        stored, outcome.kind = self._stored, RowKind.ADDED
        group = self._group(outcome)
        values = _wanted(outcome, {}, {}, stored)
        _check(outcome, {}, values, stored)
        if group is None or outcome.problems:
            return
        same = self._titles.setdefault(fold(str(values[self._lead])), [])
        full = layout.held(stored.tool.catalogue, values)
        twin = next((row for row, held in same if layout.held(stored.tool.catalogue, held) == full), None)
        if twin is not None:
            self._repeated(outcome, twin)
            return
        if same:
            self._look_alike(outcome, same[0][0])
        same.append((outcome.row.number, values))
        outcome.changes = {name: [None, None, value] for name, value in values.items() if not is_empty(value)}
        outcome.changes[layout.GROUP] = [None, None, group.key]

    def _group(self, outcome: Outcome) -> Group | None:
        groups = self._stored.groups
        one = self._stored.tool.noun[0]
        if not groups:
            outcome.refuse(
                layout.GROUP,
                "nowhere_to_add",
                f"There is nothing that a new {one} can be put under yet; make it in ADME first.",
            )
            return None
        if not outcome.row.group and len(groups) == 1:
            return groups[0]
        found = self._groups.get(fold(outcome.row.group))
        if found is None:
            some = "; ".join(group.title for group in groups[:3])
            hint = f"Choose from the list where the new {one} belongs, such as: {some}."
            outcome.refuse(layout.GROUP, "unknown_group", hint, outcome.row.group)
        return found

    def _repeated(self, outcome: Outcome, row: int) -> None:
        outcome.kind = RowKind.UNCHANGED
        where = f"row {row} of this file" if row else "the report"
        hint = f"The very same {self._stored.tool.noun[0]} is in {where} already; it is not added again."
        outcome.remark(layout.KEY, "added_already", hint, outcome.title)

    def _look_alike(self, outcome: Outcome, row: int) -> None:
        where = f"row {row}" if row else "the report"
        hint = f"Another {self._stored.tool.noun[0]} of this name is in {where}. Is a second one meant?"
        outcome.remark(self._lead, "same_name", hint, outcome.title)
