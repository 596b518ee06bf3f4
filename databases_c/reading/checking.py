"""From a file to a verdict: the file is streamed once, its records are checked and written in canonical form.

Passes: the first reads cells, applies row rules and finds records that stand twice, and keeps what is good in a
temporary file; the second leaves out what only the whole file shows to be wrong (both of two records that contradict
each other), gathers the group rules and, when those of level error refuse groups, runs once more. Where nothing is left
out the group rules have been gathered on the way, and the file is only copied. Memory grows with the number of records
by two short keys each, never with what they hold.

Records are taken a block at a time, column by column, as long as nothing in them needs a word; else one by one.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies as shared_lists
from adme.reporting.vocabularies import Vocabulary

from ..layout import Layout, Rule, RuleKind, Type
from . import headings
from .blocks import Block, Numbered, blocks_of
from .cells import FORMULA_STARTS, CellError, Read, ReadMany, many_reader_of, reader_of
from .findings import ERROR, NOTE, WARNING, Findings, Found
from .rows import copy_rows, write_lines, write_rows
from .rules import GroupRule, RowRule, Sums, group_rules, is_error, row_rules
from .streams import About, Source, open_source
from .twins import Twins, digest_of, keys_of

Progress = Callable[[int, str], None]
REMEMBERED = 10_000  # texts of one column whose canonical form is kept
FEW = 10  # new texts of a block that are read one by one
EVERY = 10_000  # records between two words of progress
EARLY = 40  # rows among which a second heading or the template's example may stand
MOST_GROUPS = 5_000  # sums of one rule that are kept
COMPARED_LATER = frozenset({RuleKind.AGAINST_LAST, RuleKind.EXPECTED})
_FOOTERS = ("source", "note", "remark", "last update", "prepared by", "*", "†", "(1)", "1)")
ACCEPTED, WITH_WARNINGS, PARTLY, REJECTED = "accepted", "with_warnings", "partly", "rejected"


@dataclass(frozen=True)
class Checked:
    """Shapes: `counts` {read, accepted, refused, merged, errors, warnings} with read = accepted + refused + merged,
    also where the file as a whole is rejected (then `accepted` is what passed by itself); `sums` {rule code: {group:
    sum}}; `by_rule` {rule code: findings}, complete where `findings` is cut. Rows were written to `out` only if the
    verdict is not 'rejected'."""

    verdict: str
    counts: dict[str, int]
    sums: Sums
    findings: list[Found]
    rows_sha256: str
    structural: bool
    by_rule: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def silent(done: int, message: str) -> None:
    pass


def check(
    path: Path,
    *,
    layout: Layout,
    kind: str,
    set_code: str,
    version_number: int,
    period: TimePeriod,
    last_sums: Mapping[str, Mapping[str, float]],
    out: BinaryIO | None,
    progress: Progress = silent,
    state: str = "",
    vocabularies: Mapping[str, Vocabulary] | None = None,
) -> Checked:
    """Raises FileRefused where the file cannot be read at all; `out` may then hold nothing. `state` is the code of the
    reporter's area; `vocabularies` by name of code list, loaded when they are not given."""
    lists = load_lists(layout) if vocabularies is None else vocabularies
    expected = About(set_code, str(version_number), str(period), state)
    source = open_source(path)
    with closing(source), tempfile.TemporaryFile() as spool:  # type: ignore[type-var]
        return _Check(layout, lists, expected, period, last_sums, progress).run(source, spool, out)


def load_lists(layout: Layout) -> dict[str, Vocabulary]:
    """The shared code lists of the layout's columns; one that does not exist is empty, so that its use is noticed."""
    found: dict[str, Vocabulary] = {}
    for name in {one.code_list for one in layout.columns if one.code_list}:
        try:
            found.update(shared_lists.load([name]))
        except KeyError:
            found[name] = Vocabulary(name, {})
    return found


def readers(layout: Layout, lists: Mapping[str, Vocabulary], period: TimePeriod) -> list[Read]:
    found = []
    for one in layout.columns:
        own = Vocabulary(one.name, dict(one.codes)) if one.codes else lists.get(one.code_list)
        found.append(reader_of(one, own, last_year=period.year + 1))
    return found


class _Memo(dict[str, str]):
    """Canonical forms by text as typed. Only what raises nothing and needs no remark is kept, and not for ever."""

    def __init__(self, read: Read, read_many: ReadMany | None, *, is_text: bool) -> None:
        super().__init__()
        self._read, self._read_many, self._is_text = read, read_many, is_text
        self._all_alike = True

    def of_all(self, texts: Sequence[str]) -> list[str]:
        """Raises CellError where one cannot be read."""
        if self._read_many is None:
            return list(map(self.__getitem__, texts))
        if self._all_alike:
            found = self._read_many(texts)
            if found is not None:
                return found
            self._all_alike = False  # blanks and noughts need a closer look, but only once each
        new = [text for text in set(texts) if text not in self]
        found = self._read_many(new) if len(new) > FEW else None
        if found is None:
            return list(map(self.__getitem__, texts))
        forms = dict(zip(new, found, strict=True))
        if len(self) < REMEMBERED:
            self.update(forms)
            return list(map(self.__getitem__, texts))
        return [forms[text] if text in forms else self[text] for text in texts]

    def __missing__(self, text: str) -> str:
        value = self._read(text)
        if len(self) < REMEMBERED and not (self._is_text and value[:1] in FORMULA_STARTS and value):
            self[text] = value
        return value


class _Check:
    def __init__(
        self, layout: Layout, lists: Mapping[str, Vocabulary], expected: About, period: TimePeriod,
        last_sums: Mapping[str, Mapping[str, float]], progress: Progress,
    ) -> None:  # fmt: skip
        self.layout, self.expected, self.progress = layout, expected, progress
        self.findings = Findings()
        self.labels = [one.label for one in layout.columns]
        self.memos = [
            _Memo(read, many_reader_of(one), is_text=one.type == Type.TEXT)
            for one, read in zip(layout.columns, readers(layout, lists, period), strict=True)
        ]
        self.required = [at for at, one in enumerate(layout.columns) if one.required]
        self.texts = [at for at, one in enumerate(layout.columns) if one.type == Type.TEXT]
        self.record_key = [at for at, one in enumerate(layout.columns) if one.is_key and not one.is_personal]
        self.rules: list[RowRule] = row_rules(layout)
        self.twins = [Twins(layout, key, self.findings, self.name_of) for key in keys_of(layout)]
        self.groups: list[GroupRule] = group_rules(layout, last_sums)
        self.read = self.refused = self.merged = 0
        self.left_out: set[int] = set()  # rows that were good by themselves
        self.notes: tuple[str, ...] = ()

    # --- the whole ----------------------------------------------------------------------------------------------------

    def run(self, source: Source, spool: Any, out: BinaryIO | None) -> Checked:
        self.notes = source.notes
        for note in source.notes:
            self.findings.structural("encoding", note, level=NOTE)
        heading, about, rows = headings.find_heading(source, self.layout)
        if about is None:
            about = source.look_up()
            if about.record_set and heading is not None and heading.marks < 0:
                # Without it the help lines and the example of the template would be read as records.
                self.findings.structural("marks_missing", "The hidden first column of the sheet is gone. Fetch the "
                                         "template again and copy your values into it.")  # fmt: skip
        self._check_about(about, heading)
        if heading is None or self.findings.is_structural:
            return self._checked("")
        self._spool(self._records(rows, heading, source), spool)
        if not self.read:
            self.findings.structural("no_rows", "There is a heading but no record below it. If there is nothing to "
                                     "report, say so on the page of the report.")  # fmt: skip
            return self._checked("")
        self._leave_out_twins()
        sums = self._gather(spool)
        if self._verdict() == REJECTED:
            return self._checked("", sums)
        self.progress(self.read, "Writing the records")
        if self.left_out:
            return self._checked(write_rows(self._kept(spool), self.layout, out), sums)
        spool.seek(0)
        return self._checked(copy_rows(spool, self.layout, out), sums)

    def _checked(self, sha256: str, sums: Sums | None = None) -> Checked:
        counts = {
            "read": self.read,
            "accepted": self._accepted(),
            "refused": self.refused + len(self.left_out),
            "merged": self.merged,
            "errors": self.findings.levels[ERROR],
            "warnings": self.findings.levels[WARNING],
        }
        structural = self.findings.is_structural
        by_rule = dict(self.findings.by_rule)
        found = self.findings.all()
        return Checked(self._verdict(), counts, sums or {}, found, sha256, structural, by_rule, self.notes)

    def _accepted(self) -> int:
        return self.read - self.refused - self.merged - len(self.left_out)

    def _verdict(self) -> str:
        refused = self.refused + len(self.left_out)
        if self.findings.is_structural or not self._accepted():
            return REJECTED
        if refused:
            return REJECTED if refused / self.read > self.layout.most_refused else PARTLY
        return WITH_WARNINGS if self.findings.levels[WARNING] else ACCEPTED

    # --- what the file says of itself ---------------------------------------------------------------------------------

    def _check_about(self, about: About, heading: headings.Heading | None) -> None:
        add, expected = self.findings.structural, self.expected
        if about.record_set and about.record_set != expected.record_set:
            add("wrong_set", "This file was made for another record set. Send it on the page of that report, or fetch "
                "the template of this one.", seen=about.record_set)  # fmt: skip
            return
        if about.period and about.period != expected.period:
            add("wrong_period", f"This file was made for another period; this report is for {expected.period}. Send it "
                "on the page of that report, or fetch the template of this one.", seen=about.period)  # fmt: skip
        if about.state and expected.state and about.state != expected.state:
            add("wrong_state", "This file was made for another Member State. Fetch the template of this report.",
                seen=about.state)  # fmt: skip
        other = bool(about.version) and about.version != expected.version
        hint = "The template has changed since: fetch it anew and copy your values into it." if other else ""
        twice = headings.twice_in(heading.cells, self.layout) if heading else []
        headings.report_heading(heading, self.layout, self.findings, twice, hint=hint)
        if other:
            fits = not self.findings.is_structural
            told = "Its columns still fit, so it was read." if fits else hint
            add("wrong_version", f"The file has the layout of version {about.version[:10]}, and version "
                f"{expected.version} holds now. {told}", level=NOTE if fits else ERROR, seen=about.version)  # fmt: skip

    # --- records ------------------------------------------------------------------------------------------------------

    def _records(self, rows: Iterator[Numbered], heading: headings.Heading, source: Source) -> Iterator[Sequence[Any]]:
        """Canonical records that are good by themselves, their row first."""
        early = list(islice(rows, EARLY))
        yield from self._one_by_one(early, heading)
        if not early:
            return
        number = early[-1][0] + 1
        for block in blocks_of(rows, source, number):
            found = self._at_once(block, heading)
            if found is not None:
                yield from found
                continue
            for part in block.parts():
                found = self._at_once(part, heading)
                yield from self._one_by_one(part.numbered(), heading) if found is None else found

    def _at_once(self, block: Block, heading: headings.Heading) -> Iterable[Sequence[Any]] | None:
        """What `_one_by_one` gives, for a block in which every row is a record, every cell can be read and no record
        stands twice; None, and nothing is done, where that is not so."""
        numbers: Sequence[int] = block.numbers
        columns = self._canonical_columns(block, heading)
        if columns is None:
            return None
        records: Sequence[Sequence[str]] = list(zip(*columns, strict=True))
        if not all(map(any, records)):
            return None
        broken = [
            (at, rank, seen)
            for rank, one in enumerate(self.rules)
            for at, seen in enumerate(map(one.broken, records))
            if seen is not None
        ]
        refused = {at for at, rank, _ in broken if is_error(self.rules[rank].rule)}
        kept = numbers
        if refused:
            kept = [number for at, number in enumerate(numbers) if at not in refused]
            columns = [[text for at, text in enumerate(column) if at not in refused] for column in columns]
        good = list(zip(*columns, strict=True)) if refused else records
        keys = [one.new_keys(good) for one in self.twins]
        if any(found is None for found in keys):
            return None
        for at, rank, seen in sorted(broken):
            self._broken(self.rules[rank], numbers[at], records[at], seen)
        if keys:
            marks = [number << 64 | digest_of(record) for number, record in zip(kept, good, strict=True)]
            for one, found in zip(self.twins, keys, strict=True):
                one.add_new(found or [], marks)
        for group in self.groups:
            group.add_all(kept, columns)
        self.refused += len(refused)
        self._count(numbers[-1], len(numbers))
        return zip(kept, *columns, strict=True)

    def _canonical_columns(self, block: Block, heading: headings.Heading) -> list[list[str]] | None:
        """None where a row or a cell needs a word."""
        cells = block.columns
        if len(cells) < heading.width:
            return None
        if any(map(any, cells[heading.width :])) or (heading.marks >= 0 and any(cells[heading.marks])):
            return None
        blank = [""] * len(block.numbers)
        try:
            columns = [
                memo.of_all(cells[place]) if place >= 0 else blank
                for memo, place in zip(self.memos, heading.places, strict=True)
            ]
        except CellError:
            return None
        if any("" in columns[at] for at in self.required):
            return None
        if any(not FORMULA_STARTS.isdisjoint([text[:1] for text in columns[at]]) for at in self.texts):
            return None
        return columns

    def _one_by_one(self, rows: Iterable[Numbered], heading: headings.Heading) -> Iterator[Sequence[Any]]:
        marks, width, places = heading.marks, heading.width, heading.places
        plan = list(zip(self.memos, places, strict=True))
        whole = all(place >= 0 for place in places)
        required, rules = self.required, self.rules
        formulas, twins = self.texts, self.twins
        for number, row in rows:
            if len(row) != width and (len(row) < width or any(row[width:])):
                row = self._fitted(number, row, width)
                if not row:
                    continue
            if not any(row) or (marks >= 0 and row[marks].startswith("#")):
                continue
            if number <= EARLY and (headings.repeats(row, heading, self.layout) or headings.is_example(row)):
                continue
            try:
                if whole:
                    record = [memo[row[at]] for memo, at in plan]
                else:
                    record = [memo[row[at]] if at >= 0 else "" for memo, at in plan]
            except CellError:
                self._slowly(number, row, places, marks)
                continue
            if not any(record):
                if any(cell.strip() for at, cell in enumerate(row) if at != marks):
                    self._count(number)  # only marks of missing values: a record about which nothing is known
                    self._refuse_blank(number)
                continue
            if not all([record[at] for at in required]):  # noqa: C419 - a generator costs more here
                if self._is_footer(row):
                    continue
                self._count(number)
                self._missing(number, record)
                continue
            self._count(number)
            for at in formulas:
                if record[at][:1] in FORMULA_STARTS and record[at]:
                    self._note_formula(number, record, at)
            good = True
            for one in rules:
                seen = one.broken(record)
                if seen is not None:
                    self._broken(one, number, record, seen)
                    good = good and not is_error(one.rule)
            if not good:
                self.refused += 1
                continue
            if twins and self._is_merged(number, record):
                continue
            for group in self.groups:
                group.add(number, record)
            record.insert(0, number)  # type: ignore[arg-type]
            yield record

    def _count(self, number: int, records: int = 1) -> None:
        before, self.read = self.read, self.read + records
        if self.read // EVERY > before // EVERY:
            self.progress(self.read, "Checking records")

    def _fitted(self, number: int, row: list[str], width: int) -> list[str]:
        """A row with more or fewer cells than the heading: [] when it was blank, a footnote, or refused."""
        filled = [cell for cell in row if cell.strip()]
        if not filled or row[0].startswith("#") or (len(filled) == 1 and self._is_footer(row)):
            return []
        if len(row) >= width and not any(cell.strip() for cell in row[width:]):
            return row[:width]
        self._count(number)
        self.refused += 1
        many = len(row) > width
        remedy = (
            "The record has more cells than there are headings. A comma inside a text needs quotation marks around it."
            if many
            else "The record has fewer cells than there are headings: the line may be cut, or a quotation mark missing."
        )
        self.findings.add("ragged_row", ERROR, row=number, seen=f"{len(row)} cells, {width} headings", remedy=remedy)
        return []

    def _is_footer(self, row: Sequence[str]) -> bool:
        """A single text that begins as footnotes do, in a table of several columns."""
        filled = [cell.strip().casefold() for cell in row if cell.strip()]
        return len(self.labels) > 1 and len(filled) == 1 and filled[0].startswith(_FOOTERS)

    def _slowly(self, number: int, row: list[str], places: Sequence[int], marks: int) -> None:
        """A record with at least one bad cell: every bad cell is told, and obligatory blanks too."""
        if self._is_footer(row):
            return
        self._count(number)
        self.refused += 1
        record: list[str] = []
        wrong: list[tuple[int, CellError]] = []
        for at, (memo, place) in enumerate(zip(self.memos, places, strict=True)):
            try:
                record.append(memo[row[place]] if place >= 0 else "")
            except CellError as refused:
                wrong.append((at, refused))
                record.append("?")
        name = self.name_of(record)
        totals = [one for one in wrong if one[1].code == "total_row"]
        for at, error in totals[:1] or wrong:
            seen = row[places[at]].strip()
            self.findings.add(
                error.code, ERROR, row=number, record=name, column=self.labels[at], seen=visible(seen),
                remedy=partial(_remedy_of, error),
            )  # fmt: skip
        if not totals:
            self._tell_missing(number, record, name)

    def _missing(self, number: int, record: list[str]) -> None:
        self.refused += 1
        self._tell_missing(number, record, self.name_of(record))

    def _tell_missing(self, number: int, record: Sequence[str], name: str) -> None:
        for at in self.required:
            if not record[at]:
                self.findings.add("required", ERROR, row=number, record=name, column=self.labels[at], remedy="Fill in "
                                  "this cell: every record needs it. Zero is a figure, a blank is not.")  # fmt: skip

    def _refuse_blank(self, number: int) -> None:
        self.refused += 1
        remedy = "No cell of this record says anything. Delete the row, or fill it in."
        self.findings.add("required", ERROR, row=number, remedy=remedy)

    def _note_formula(self, number: int, record: Sequence[str], at: int) -> None:
        remedy = "Kept as text: it begins as formulas do. Check that it is meant so."
        self.findings.add(
            "formula_text", NOTE, row=number, record=self.name_of(record), column=self.labels[at], seen=record[at],
            remedy=remedy,
        )  # fmt: skip

    def _broken(self, one: RowRule, number: int, record: Sequence[str], seen: str) -> None:
        rule = one.rule
        self.findings.add(
            rule.code, str(rule.level), row=number, record=self.name_of(record), column=one.column, seen=seen,
            remedy=rule.instruction,
        )  # fmt: skip

    def name_of(self, record: Sequence[str]) -> str:
        """What people call the record by: its key, without what is personal."""
        return ", ".join(record[at] for at in self.record_key)

    # --- records that stand twice -------------------------------------------------------------------------------------

    def _is_merged(self, number: int, record: Sequence[str]) -> bool:
        """Whether the same record stood above already; contradictions are remembered for later."""
        whole = digest_of(record)
        keys = [one.key_of(record) for one in self.twins]
        for one, key in zip(self.twins, keys, strict=True):
            same = one.first_of_same(key, whole)
            if same:
                self.merged += 1
                self.findings.add(
                    "duplicate_same", NOTE, row=number, record=self.name_of(record),
                    remedy=f"The same record stands in row {same} already; it was counted once.",
                )  # fmt: skip
                return True
        for one, key in zip(self.twins, keys, strict=True):
            one.add(key, number, record, whole)
        return False

    def _leave_out_twins(self) -> None:
        for one in self.twins:
            self.left_out |= one.left_out

    # --- after the first pass -----------------------------------------------------------------------------------------

    def _spool(self, records: Iterable[Sequence[Any]], spool: Any) -> None:
        self.progress(0, "Reading the file")
        text = io.TextIOWrapper(spool, encoding="utf-8", newline="")
        write_lines(records, text)
        text.flush()
        text.detach()

    def _kept(self, spool: Any) -> Iterator[list[str]]:
        """The records of the temporary file that are not left out."""
        spool.seek(0)
        text = io.TextIOWrapper(spool, encoding="utf-8", newline="")
        rows, left_out = csv.reader(text), self.left_out
        try:
            yield from (row for row in rows if int(row[0]) not in left_out) if left_out else rows
        finally:
            text.detach()

    def _gather(self, spool: Any) -> Sums:
        """Group rules over what is left; those of level error refuse the records of their groups, and sums are then
        made of what remains. Errors are judged before, all on the same records."""
        if not self.groups:
            return {}
        self.progress(self.read, "Comparing sums")
        if self.left_out:
            self._add_up_again(spool)
        refusing = [one for one in self.groups if is_error(one.rule)]
        bad = [(one, self._tell_groups(one)) for one in refusing]
        out = [(one, groups) for one, groups in bad if groups]
        if out:
            self._leave_out_groups(spool, out)
            self._add_up_again(spool)
        for one in self.groups:
            if not is_error(one.rule):
                self._tell_groups(one)
        return {one.rule.code: self._sums(one) for one in self.groups if one.rule.kind in COMPARED_LATER}

    def _sums(self, one: GroupRule) -> dict[str, float]:
        """What is kept to compare with; nothing where there are too many groups to keep."""
        found = one.sums()
        if len(found) <= MOST_GROUPS:
            return found
        remedy = (
            f"The rule makes {len(found):,} groups, too many to keep for a comparison with the next period. Tell the "
            "Secretariat, so that the rule groups by less."
        )
        self.findings.structural("too_many_groups", remedy, level=NOTE, column=one.column, seen=one.rule.code)
        return {}

    def _add_up_again(self, spool: Any) -> None:
        """The groups of what is left; so far they hold all records that are good by themselves."""
        self.groups = [GroupRule(one.rule, self.layout, one.last) for one in self.groups]
        for row in self._kept(spool):
            number = int(row.pop(0))
            for one in self.groups:
                one.add(number, row)

    def _leave_out_groups(self, spool: Any, out: Sequence[tuple[GroupRule, set[str]]]) -> None:
        found: list[int] = []
        for row in self._kept(spool):
            number = int(row.pop(0))
            if any(one.group_of(row) in groups for one, groups in out):
                found.append(number)
        self.left_out.update(found)

    def _tell_groups(self, one: GroupRule) -> set[str]:
        """Stores what is found; the groups that it concerns."""
        rule: Rule = one.rule
        concerned: set[str] = set()
        for found in one.findings():
            group = found.group.replace("|", ", ") or "all records"
            if found.concerns_file and is_error(rule):
                self.findings.structural(rule.code, rule.instruction, column=one.column, seen=f"{group}: {found.seen}")
                continue
            concerned.add(found.group)
            self.findings.add(
                rule.code, str(rule.level), row=found.row, record=group, column=one.column, seen=found.seen,
                remedy=rule.instruction,
            )  # fmt: skip
        return concerned


def _remedy_of(error: CellError) -> str:
    return error.remedy


def visible(text: str) -> str:
    """What was typed, with characters that cannot be shown as a mark."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text[:300])
