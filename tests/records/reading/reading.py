"""Small layouts and files for tests of reading, without a database."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adme.observations.periods import TimePeriod
from adme.reporting.vocabularies import Vocabulary
from databases_c.layout import Layout, read_layout
from databases_c.reading import Checked, Found, check, read_canonical

SEX = Vocabulary("CL_SEX", {"F": "Female", "M": "Male", "_T": "Total"})
LISTS = {"CL_SEX": SEX}
PROVINCE = {
    "name": "province", "label": "Province", "type": "code", "required": True, "is_key": True,
    "codes": [["N", "North"], ["S", "South"]],
}  # fmt: skip
SEXES = {"name": "sex", "label": "Sex", "type": "code", "code_list": "CL_SEX", "required": True, "is_key": True}
PERSONS = {"name": "persons", "label": "Persons", "type": "integer", "least": 0, "most": 1000}
COLUMNS: list[dict[str, Any]] = [PROVINCE, SEXES, PERSONS]
HEAD = ["province", "sex", "persons"]


def column(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name.capitalize(), "type": kind, **more}


def rule(code: str, kind: str, level: str = "error", **params: Any) -> dict[str, Any]:
    return {"code": code, "kind": kind, "level": level, "instruction": f"Look at {code}.", "params": params}


def layout_of(
    columns: Sequence[Mapping[str, Any]] = COLUMNS, *rules: Mapping[str, Any], most_refused: float = 1.0
) -> Layout:
    return read_layout({"columns": list(columns), "rules": list(rules), "most_refused": most_refused})


def csv_of(rows: Sequence[Sequence[str]], head: Sequence[str] | None = HEAD) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows] if head is not None else rows)
    return stream.getvalue().encode()


def checked_path(
    path: Path, layout: Layout, *, last: Mapping[str, Mapping[str, float]] | None = None, **options: Any
) -> tuple[Checked, list[list[str]]]:
    """The verdict, and the canonical rows with their numbers."""
    given = {"set_code": "trained", "version_number": 2, "period": TimePeriod(2025), "state": "VNM", **options}
    with tempfile.TemporaryFile() as out:
        found = check(path, layout=layout, kind="aggregate", last_sums=last or {}, out=out, vocabularies=LISTS, **given)  # type: ignore[arg-type]
        out.seek(0)
        return found, list(read_canonical(out))


def checked(
    content: bytes | Sequence[Sequence[str]], layout: Layout | None = None, head: Sequence[str] | None = HEAD,
    **options: Any,
) -> tuple[Checked, list[list[str]]]:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        path.write_bytes(content if isinstance(content, bytes) else csv_of(content, head))
        return checked_path(path, layout or layout_of(), **options)


def told(found: Checked) -> list[tuple[str, int | None, str]]:
    """Rule, row and what was seen."""
    return [(one.rule, one.row, one.seen) for one in found.findings]


def only(found: Checked) -> Found:
    (one,) = found.findings
    return one
