"""The starting catalogue of record sets as its file has it, checked whole before anything is written.

Shape of an entry: the fields of a RecordSet, `layout` (columns and rules) and `statistics`, each with code, title,
unit, definition and `recipe`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adme.reference.loading import LoadError, LoadProblem
from adme.reference.rows import Row

from .layout import BadLayout, Fault, Layout, read_layout
from .recipes import Recipe, read_recipe
from .shared_lists import faults_of_lists

FIELDS = (
    "code", "title", "kind", "custodian", "legal_basis", "unit_of_record", "population", "coverage", "periodicity",
    "reference_period", "is_personal", "discards_rows", "is_proposed", "provenance", "first_period",
)  # fmt: skip
STATISTIC_FIELDS = ("code", "title", "unit", "definition")
STATISTIC_CODE = re.compile(r"^[A-Z][A-Z0-9_]{0,39}$")
_SET_NAMES = {*FIELDS, "body", "layout", "statistics"}
_STATISTIC_NAMES = {*STATISTIC_FIELDS, "recipe"}


@dataclass(frozen=True, slots=True)
class StatisticEntry:
    row: Row
    fields: dict[str, Any]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class SetEntry:
    row: Row
    fields: dict[str, Any]
    body: str
    layout: Layout
    statistics: list[StatisticEntry]


def read_catalogue(path: Path, known_lists: Container[str]) -> list[SetEntry]:
    """Entries of the file. Raises LoadError with every fault found."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LoadError([LoadProblem(path.name, 0, "", "", f"the file is not JSON ({error})")]) from error
    reader = _Reader(path.name, known_lists)
    found = reader.entries(data)
    if reader.problems:
        raise LoadError(reader.problems)
    return found


class _Reader:
    def __init__(self, file: str, known_lists: Container[str]) -> None:
        self.file = file
        self.known_lists = known_lists
        self.problems: list[LoadProblem] = []
        self.seen: set[str] = set()

    def problem(self, place: str, seen: object, remedy: str) -> None:
        self.problems.append(LoadProblem(self.file, 0, place, str(seen)[:200], remedy))

    def faults(self, key: str, faults: tuple[Fault, ...] | list[Fault]) -> None:
        for one in faults:
            self.problem(f"{key}: {one.place}", one.seen, one.remedy)

    def entries(self, data: Any) -> list[SetEntry]:
        if not isinstance(data, list):
            self.problem("", type(data).__name__, "give a list of record sets")
            return []
        found = [self.entry(one, f"set {place}") for place, one in enumerate(data, start=1)]
        return [one for one in found if one is not None]

    def entry(self, data: Any, place: str) -> SetEntry | None:
        if not self.has_names(data, _SET_NAMES, place):
            return None
        key = self.once(str(data["code"]))
        layout = self.layout(data["layout"], key)
        if layout is None or not isinstance(data["statistics"], list):
            return None
        statistics = [self.statistic(one, layout, key) for one in data["statistics"]]
        return SetEntry(
            row=Row(self.file, 0, {"code": key, "body": str(data["body"])}),
            fields={name: data[name] for name in FIELDS},
            body=str(data["body"]),
            layout=layout,
            statistics=[one for one in statistics if one is not None],
        )

    def layout(self, data: Any, key: str) -> Layout | None:
        try:
            found = read_layout(data)
        except BadLayout as error:
            self.faults(key, error.faults)
            return None
        self.faults(key, faults_of_lists(found, self.known_lists))
        return found

    def statistic(self, data: Any, layout: Layout, key: str) -> StatisticEntry | None:
        if not self.has_names(data, _STATISTIC_NAMES, f"{key}: a statistic"):
            return None
        code = self.once(str(data["code"]))
        if not STATISTIC_CODE.match(code):
            self.problem(f"{key}: code", code, "use capitals, digits and _, a capital first, at most 40")
        try:
            recipe = read_recipe(data["recipe"], layout)
        except BadLayout as error:
            self.faults(f"{key}: {code}", error.faults)
            return None
        row = Row(self.file, 0, {"code": code})
        return StatisticEntry(row, {name: data[name] for name in STATISTIC_FIELDS}, recipe)

    def has_names(self, data: Any, names: set[str], place: str) -> bool:
        if not isinstance(data, Mapping) or set(data) != names:
            held = set(data) if isinstance(data, Mapping) else set()
            told = ", ".join(sorted(held ^ names)) or str(data)
            self.problem(place, told, f"give exactly these: {', '.join(sorted(names))}")
            return False
        return True

    def once(self, code: str) -> str:
        if code in self.seen:
            self.problem("code", code, "stands twice; keep one")
        self.seen.add(code)
        return code
