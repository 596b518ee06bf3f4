"""Made-up rows keep the rules of any layout: those that are shipped, and others."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from adme.observations.periods import TimePeriod
from adme.reporting.vocabularies import Vocabulary
from databases_c.demonstration.hints import Hints, read_hints
from databases_c.demonstration.rows import SIZE, Subject, make_rows, with_refused, with_suspicious
from databases_c.layout import Layout, read_layout
from databases_c.reading import Checked, check

HINTS = settings.BASE_DIR / "fixtures" / "demonstration" / "records.csv"
SETS = json.loads((settings.BASE_DIR / "fixtures" / "records" / "sets.json").read_text(encoding="utf-8"))
CODES = {
    "CL_SEX": Vocabulary("CL_SEX", dict.fromkeys(["_T", "F", "M", "_N", "_O", "_U", "_Z"], "")),
    "CL_URBANISATION": Vocabulary("CL_URBANISATION", dict.fromkeys(["_T", "U", "R"], "")),
}
PERIODS = {"A": "2024", "S": "2025-S1", "Q": "2025-Q2"}


def judged(rows: list[list[str]], layout: Layout, kind: str, period: TimePeriod, folder: Path, **last: Any) -> Checked:
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[one.label for one in layout.columns], *rows])
    return check(
        path, layout=layout, kind=kind, set_code="any", version_number=1, period=period,
        last_sums=last.get("last_sums", {}), out=io.BytesIO(), vocabularies=CODES,
    )  # fmt: skip


@pytest.mark.parametrize("one", SETS, ids=[one["code"] for one in SETS])
def test_rows_of_a_shipped_set_are_accepted_for_small_and_large_states(one: dict[str, Any], tmp_path: Path) -> None:
    layout, period = read_layout(one["layout"]), TimePeriod.parse(PERIODS[one["periodicity"]])
    hints = read_hints(HINTS).get(one["code"], Hints())
    for state in ("BRN", "LAO", "THA", "IDN"):
        rows = make_rows(Subject(one["code"], one["kind"], state, layout, hints, CODES), period)
        checked = judged(rows, layout, one["kind"], period, tmp_path)
        assert checked.verdict == "accepted", (state, checked.findings[:3])
        assert checked.counts["accepted"] == len(rows) > 0


@pytest.mark.parametrize("one", SETS, ids=[one["code"] for one in SETS])
def test_faults_are_refused_and_do_not_spoil_the_rest(one: dict[str, Any], tmp_path: Path) -> None:
    layout, period = read_layout(one["layout"]), TimePeriod.parse(PERIODS[one["periodicity"]])
    subject = Subject(one["code"], one["kind"], "IDN", layout, read_hints(HINTS).get(one["code"], Hints()), CODES)
    rows = make_rows(subject, period)
    checked = judged(with_refused(rows, layout, 3), layout, one["kind"], period, tmp_path)
    assert checked.counts["refused"] == 3
    assert checked.counts["accepted"] == len(rows)
    suspicious = judged(with_suspicious(rows, layout), layout, one["kind"], period, tmp_path)
    assert suspicious.verdict in {"accepted", "with_warnings"}


def test_the_same_seed_gives_the_same_rows_and_another_edition_differs() -> None:
    one = next(one for one in SETS if one["code"] == "student-exchanges")
    subject = Subject("student-exchanges", one["kind"], "VNM", read_layout(one["layout"]), Hints(), CODES)
    period = TimePeriod.parse("2024")
    assert make_rows(subject, period) == make_rows(subject, period)
    assert make_rows(subject, period) != make_rows(subject, period, edition=2)


def test_made_up_names_say_that_they_are_made_up() -> None:
    for one in SETS:
        layout = read_layout(one["layout"])
        texts = [at for at, column in enumerate(layout.columns) if column.type == "text"]
        hints = read_hints(HINTS)[one["code"]]
        period = TimePeriod.parse(PERIODS[one["periodicity"]])
        for row in make_rows(Subject(one["code"], one["kind"], "BRN", layout, hints, CODES), period):
            assert all("demo" in row[at].lower() for at in texts if row[at]), (one["code"], row)


def test_every_hint_is_about_a_column_that_exists() -> None:
    columns = {one["code"]: {column["name"] for column in one["layout"]["columns"]} | {""} for one in SETS}
    for code, hints in read_hints(HINTS).items():
        for column, hint in hints.facts:
            assert column in columns[code], (code, column, hint)


def test_an_unknown_hint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    path.write_text("set,column,hint,value\nmuseums,,colour,red\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no hint 'colour'"):
        read_hints(path)


NUMBERS = ("first", "second", "third", "whole")


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """Counts by one or two codes with rules across columns and rows."""
    codes = [[f"c{number}", f"Code {number}"] for number in range(draw(st.integers(2, 5)))]
    columns: list[dict[str, Any]] = [
        {"name": "group", "label": "Group", "type": "code", "codes": codes, "required": True, "is_key": True},
        {"name": "sex", "label": "Sex", "type": "code", "code_list": "CL_SEX", "required": True, "is_key": True},
    ]
    columns += [
        {"name": name, "label": name.title(), "type": draw(st.sampled_from(["integer", "number"])), "least": 0,
         "required": draw(st.booleans())}
        for name in NUMBERS
    ]  # fmt: skip
    for one in columns[2:]:
        one["type"] = columns[2]["type"]
    said = {"level": "error", "instruction": "Correct it."}
    rules = [
        {"code": "parts", "kind": "sum_to_total", **said, "params": {"parts": ["first", "second"], "total": "whole"}},
        {"code": "within", "kind": "compare", **said,
         "params": {"left": "third", "relation": draw(st.sampled_from(["<=", "<", ">="])), "right": "first"}},
        {"code": "sexes", "kind": "rows_to_total", **said,
         "params": {"column": "whole", "over": "sex", "total_code": "_T", "by": ["group"]}},
        {"code": "once", "kind": "unique", **said, "params": {"columns": ["group", "sex"]}},
    ]  # fmt: skip
    wanted = draw(st.sets(st.sampled_from(["parts", "within", "sexes", "once"])))
    return {"columns": columns, "rules": [one for one in rules if one["code"] in wanted]}


@given(data=layouts(), state=st.sampled_from(sorted(SIZE)), year=st.integers(2022, 2026))
def test_rows_of_any_layout_keep_its_rules(data: dict[str, Any], state: str, year: int, tmp_path_factory: Any) -> None:
    layout, period = read_layout(data), TimePeriod(year)
    rows = make_rows(Subject("any", "aggregate", state, layout, Hints(), CODES), period)
    checked = judged(rows, layout, "aggregate", period, tmp_path_factory.mktemp("rows"))
    strict = any(rule.params.get("relation") == "<" for rule in layout.rules)
    if not (strict and "0" in {row[2] for row in rows}):  # nothing is less than nought
        assert checked.counts["refused"] == 0, checked.findings[:3]
