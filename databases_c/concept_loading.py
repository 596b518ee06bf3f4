"""Loader of concepts and their candidates from fixtures/records/concepts.json, run by `load_reference`.

The file brings what could feed a KPI; it chooses nothing: a choice is made by a named person. Candidates that a person
added are left alone. Codes of Database B are not looked up, for its series are imported later.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from adme.observations import registry
from adme.reference.loading import Change, LoadError, LoadProblem
from adme.reference.rows import Problems, Row
from adme.reference.tables import Wanted, sync, unique

from .models import DATASET, Candidate, Concept, Statistic


def load_concepts(directory: Path, apply: bool) -> list[Change]:
    path = directory.parent / "records" / "concepts.json"
    if not path.exists():
        return []  # another folder of reference files need not bring concepts
    entries = _read(path)
    problems = Problems()
    rows = {one["code"]: Row(path.name, number, {"code": one["code"]}) for number, one in enumerate(entries, start=1)}
    concepts = [
        Wanted(one["code"], {name: one[name] for name in ("code", "title", "definition", "leaf")}, rows[one["code"]])
        for one in entries
    ]
    _check_series(entries, rows, problems)
    existing = {one.code: one for one in Concept.objects.all()}
    changes = sync("concept", Concept, unique(concepts, "code", problems), existing, problems)
    stored = {one.code: one for one in Concept.objects.all()}
    candidates = [
        _candidate(stored[one["code"]], candidate, rows[one["code"]])
        for one in entries
        for candidate in one["candidates"]
    ]
    held = {(one.concept.code, one.series, one.dimensions): one for one in Candidate.objects.select_related("concept")}
    return changes + sync("candidate", Candidate, unique(candidates, "code", problems), held, problems)


def _candidate(concept: Concept, entry: dict[str, Any], row: Row) -> Wanted:
    dimensions = entry.get("dimensions", "")
    fields = {"concept": concept, "dimensions": dimensions}
    fields |= {name: entry[name] for name in ("source", "series", "distance", "difference")}
    return Wanted((concept.code, entry["series"], dimensions), fields, row)


def _read(path: Path) -> list[dict[str, Any]]:
    """Entries with all their fields; LoadError says what is missing where."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LoadError([LoadProblem(path.name, 0, "", "", f"the file is not JSON ({error})")]) from error
    problems = []
    for number, one in enumerate(entries, start=1):
        for name in ("code", "title", "definition", "leaf", "candidates"):
            if name not in one:
                problems.append(LoadProblem(path.name, number, name, "", "this field is missing in the entry"))
        for candidate in one.get("candidates", []):
            seen = str(candidate.get("series", ""))
            problems += [
                LoadProblem(path.name, number, name, seen, "this field is missing in the candidate")
                for name in ("source", "series", "distance", "difference")
                if name not in candidate
            ]
            if candidate.get("distance") and not candidate.get("difference"):
                problems.append(LoadProblem(path.name, number, "difference", seen, "say in words what is different"))
    if problems:
        raise LoadError(problems)
    return entries


def _check_series(entries: list[dict[str, Any]], rows: dict[str, Row], problems: Problems) -> None:
    ours = set(Statistic.objects.values_list("code", flat=True))
    for one in entries:
        for candidate in one["candidates"]:
            series = candidate["series"]
            dataset, _, code = series.partition(":")
            if dataset == DATASET and code not in ours:
                problems.add(rows[one["code"]], "code", f"sets.json has no statistic {code}; correct '{series}'")
            for fault in registry.faults([series]):
                problems.add(rows[one["code"]], "code", fault)
            if candidate["source"] not in Candidate.Source.values:
                problems.add(rows[one["code"]], "code", f"the source of '{series}' is one of A, B, C")
            if candidate["distance"] not in Candidate.Distance.values:
                problems.add(rows[one["code"]], "code", f"the distance of '{series}' is 0, 1, 2 or 3")
