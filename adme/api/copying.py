"""Long lists as CSV by PostgreSQL itself: COPY writes the lines, and Python only hands them on.

A list opts in with `copied`: the same rows in the same order, whose columns are already text as `csv_cell` would
write it. Expressions of this module make them so (`Text`, `Number`, `Period` ...); tests hold both ways beside each
other, byte for byte. Other databases take the rows through Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from threading import Thread
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import BooleanField, Func, QuerySet, TextField

PART = 1 << 18  # bytes handed on at once
PARTS = 8  # how many wait for a reader who is slower than the database
PATIENCE = 120.0  # seconds in which a reader must take a part: an open COPY keeps old rows from being cleared away

# What csv_safety takes off, what it looks behind, and every character that it folds to the start of a formula.
_CONTROLS = "".join(f"\\x{code:02x}" for code in range(1, 32) if code not in (9, 10, 13)) + "\\uFFFE\\uFFFF"
_BLANKS = " \\u00a0\\u200b\\ufeff"
_STARTS = "=+@\\t\\r\\n\\uff1d\\ufe66\\u207c\\u208c\\uff0b\\ufe62\\u207a\\u208a\\ufb29\\uff0d\\ufe63\\uff20\\ufe6b-"


class _Shown(Func):
    """One column as the text of a CSV cell; `{}` in `shape` is the column, as often as it is needed."""

    arity = 1
    output_field = TextField()
    shape: str

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        (source,) = self.get_source_expressions()
        sql, given = compiler.compile(source)
        return self.of(f"({sql})"), list(given) * self.shape.count("{}")

    @classmethod
    def of(cls, sql: str) -> str:
        """For a column that no query set has: the SQL is the program's own."""
        return cls.shape.replace("{}", sql)


class Text(_Shown):
    """As `csv_text`: without control characters, and with an apostrophe where a formula would start."""

    _clean = f"translate({{}}, E'{_CONTROLS}', '')"
    shape = (
        "CASE WHEN {} COLLATE \"C\" ~ '^[A-Za-z0-9][ -~]*$' THEN {} "
        f"WHEN {_clean} COLLATE \"C\" ~ E'^[{_BLANKS}]*[{_STARTS}]' THEN '''' || {_clean} "
        f"ELSE NULLIF({_clean}, '') END"
    )


class Number(_Shown):
    """As `repr` of a float, without `.0`. Both write the fewest digits that give the same double again.

    They differ from 1e15 on: PostgreSQL begins to write exponents one step earlier, and never takes a number that lies
    exactly between two doubles, such as 1e23, though it is shorter. Whatever is not finite is empty.
    """

    _rounded = "round({{}}::text::numeric, {} - split_part({{}}::text, 'e+', 2)::int)"
    _scientific = f"regexp_replace(trim(to_char({_rounded}, '9.{{}}EEEE')), '\\.?0*e', 'e')"
    _shorter, _short = _scientific.format(14, "9" * 14), _scientific.format(15, "9" * 15)
    shape = (
        "CASE WHEN abs({}) < 1e15 THEN {}::text "
        "WHEN abs({}) < 1e16 THEN trim_scale({}::text::numeric)::text "
        # So close to the largest double, fewer digits may be too many for it.
        "WHEN abs({}) < 1.797693134862e308 THEN "
        f"CASE WHEN {_shorter}::float8 = {{}} THEN {_shorter} WHEN {_short}::float8 = {{}} THEN {_short} "
        "ELSE {}::text END "
        "WHEN abs({}) <= 1.7976931348623157e308 THEN {}::text END"
    )


class Whole(_Shown):
    shape = "{}::text"


class Day(_Shown):
    shape = "to_char({}, 'YYYY-MM-DD')"


class Moment(_Shown):
    """As `str` of a datetime in UTC: microseconds only where there are some."""

    _fraction = "CASE WHEN to_char({}, 'US') = '000000' THEN '' ELSE to_char({}, '.US') END"
    shape = f"to_char({{}} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || {_fraction} || '+00:00'"


class Truth(_Shown):
    shape = "CASE WHEN {} THEN 'true' WHEN NOT {} THEN 'false' END"


class Period(_Shown):
    """A period key (adme.observations.periods) as `2025`, `2025-S1`, `2025-Q3` or `2025-07`."""

    _year, _rest = "({} / 1000)::text", "mod({}, 1000)"
    shape = (
        f"CASE WHEN {_rest} = 0 THEN {_year} "
        f"WHEN {_rest} > 300 THEN {_year} || to_char({_rest} - 300, 'FM\"-\"00') "
        f"WHEN {_rest} > 200 THEN {_year} || '-Q' || {_rest} - 200 "
        f"WHEN {_rest} > 100 THEN {_year} || '-S' || {_rest} - 100 ELSE {_year} END"
    )


class Among(Func):
    """A condition: the whole number is one of these, which may be tens of thousands, given as one parameter."""

    arity = 1
    output_field = BooleanField()

    def __init__(self, source: Any, numbers: Iterable[int]) -> None:
        super().__init__(source)
        self.numbers = "{" + ",".join(map(str, numbers)) + "}"

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        (source,) = self.get_source_expressions()
        sql, given = compiler.compile(source)
        return f"{sql} = ANY(%s::bigint[])", [*given, self.numbers]


@dataclass(frozen=True)
class Copied:
    """`rows`: ordered, each column presented. With `beside` {name: query set} they are joined instead: `rows` (named
    `rows`, of `values` with names, not ordered) hold `<name>_id`, the query sets an `id` and columns that are presented
    once for all rows that share them; `columns` and `order` are then SQL over these names, written by the list and
    never made of what was asked."""

    rows: QuerySet[Any, Any]
    beside: Mapping[str, QuerySet[Any, Any]] = field(default_factory=dict)
    columns: Sequence[str] = ()
    order: Sequence[str] = ()

    def statement(self) -> tuple[str, list[Any]] | None:
        """SQL and its parameters; None where no row can be found."""
        try:
            sql, given = self.rows.query.sql_with_params()
            if not self.beside:
                return sql, list(given)
            known = {name: found.query.sql_with_params() for name, found in self.beside.items()}
        except EmptyResultSet:
            return None
        first = ", ".join(f"{name} AS MATERIALIZED ({one})" for name, (one, _) in known.items())
        joins = " ".join(f"JOIN {name} ON {name}.id = rows.{name}_id" for name in known)
        told, by = ", ".join(self.columns), ", ".join(self.order)
        whole = f"WITH {first} SELECT {told} FROM ({sql}) AS rows {joins} ORDER BY {by}"  # noqa: S608 - own names
        return whole, [*(value for _, values in known.values() for value in values), *given]


def copied_lines(heading: bytes, wanted: Copied, patience: float = PATIENCE) -> Iterator[bytes]:
    """The heading and all lines, in parts. Memory does not grow with the list.

    Where the reader goes away the database stops at once. A reader who takes no part for `patience` seconds gets a
    ConnectionError, so the answer breaks off instead of looking complete.
    """
    statement = wanted.statement()
    if statement is None:
        yield heading
        return
    copy = _Copy(wanted.rows.db, *statement, patience)
    try:
        for part in copy:
            yield heading + part
            heading = b""
    finally:
        copy.end()
    if heading:
        yield heading


class _Copy:
    """A thread in which the database writes into a queue. Nothing else may use the connection meanwhile."""

    def __init__(self, using: str, sql: str, given: list[Any], patience: float) -> None:
        self._connection = connections[using]
        self._cursor = self._connection.cursor()
        # In a transaction a cancelled statement would take everything before it along: there the rest is let pass.
        self._may_cancel = not transaction.get_connection(using).in_atomic_block
        self._statement = b"COPY (" + self._cursor.mogrify(sql, given) + b") TO STDOUT WITH (FORMAT csv)"
        self._patience = patience
        self._queue: Queue[bytes | None] = Queue(PARTS)
        self._lines: list[bytes] = []
        self._size = 0
        self._is_wanted = True
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, name="copy", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[bytes]:
        while (part := self._queue.get()) is not None:
            yield part
        if self._failure is not None:
            raise self._failure

    def write(self, line: bytes) -> None:
        """Called by the driver with each line."""
        self._lines.append(line)
        self._size += len(line)
        if self._size >= PART:
            self._hand_on()

    def end(self) -> None:
        """Whether or not everything was read: afterwards the connection is free again."""
        if self._thread.is_alive():
            self._stop()
            self._empty()
            self._thread.join()
        self._cursor.close()

    def _run(self) -> None:
        try:
            with self._connection.wrap_database_errors:
                self._cursor.copy_expert(self._statement, self)
            self._hand_on()
        except BaseException as failure:  # raised where the lines are read
            self._failure = self._failure or failure
        if not self._is_wanted:
            self._empty()
        self._queue.put(None)

    def _hand_on(self) -> None:
        part = b"".join(self._lines)
        self._lines.clear()
        self._size = 0
        if not part or not self._is_wanted:
            return
        try:
            self._queue.put(part, timeout=self._patience)
        except Full:
            self._failure = ConnectionError("The reader took nothing for too long; the list was broken off.")
            self._stop()

    def _stop(self) -> None:
        self._is_wanted = False
        if self._may_cancel:
            self._connection.connection.cancel()

    def _empty(self) -> None:
        while True:
            try:
                self._queue.get_nowait()
            except Empty:
                return
