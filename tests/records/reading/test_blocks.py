"""Records taken many at once come out as they do one by one: rows, findings, counts, sums and checksum."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adme.common.numbers import NumberError
from databases_c.layout import read_layout
from databases_c.reading import blocks, checking
from databases_c.reading.cells import CellError, many_reader_of, reader_of
from tests.common.workbooks import workbook

from .reading import checked, checked_path, column, csv_of, rule, told

LAYOUT = read_layout(
    {
        "columns": [
            column("case", "text", required=True, is_key=True),
            column("area", "code", codes=[["N", "North"], ["S", "South"]]),
            column("persons", "integer", least=0),
            column("cost", "number", least=-5, most=5000),
            column("opened", "day"),
            column("closed", "day"),
            column("remark", "text"),
        ],
        "rules": [
            rule("in_order", "compare", left="opened", relation="<=", right="closed"),
            rule("costly", "range", "warning", column="cost", most=900),
            rule("one_remark", "unique", "warning", columns=["remark"]),
            rule("like_last", "against_last", "warning", by=["area"], most_change=10),
            rule("cost_usual", "expected", "warning", column="cost", by=["area", "persons"], bounds={"N|1": [0, 1]}),
        ],
        "most_refused": 1.0,
    }
)
HEAD = [one.label for one in LAYOUT.columns]
LAST = {"like_last": {"N": 3, "S": 100_000}}


def _records(count: int, seed: int, dirt: float) -> list[list[str]]:
    rng = random.Random(seed)  # noqa: S311
    odd: list[Callable[[], tuple[int, str]]] = [
        lambda: (0, ""),
        lambda: (0, "Grand to'tal"),
        lambda: (0, f"K{rng.randrange(count)}"),
        lambda: (1, rng.choice(["north", "Nowhere", "..", "total"])),
        lambda: (2, rng.choice(["1.5", "-1", "n/a", "1,200", "0"])),
        lambda: (3, rng.choice(["0", "-0.0", "", "nan", "1e999", "6000", "901", "1_0", " 7.50 ", "12 %", "1e-7"])),
        lambda: (4, rng.choice(["2026-01-01", "31 Mar 2025", "01/02/2025", "45000", ""])),
        lambda: (
            6,
            rng.choice(["=1+1", '"quoted", and more', "two\nlines", "caf\u00e9", "same", "\u202ex", "-", "x" * 60]),
        ),
    ]
    rows = []
    for number in range(count):
        row = [f"K{number}", "NS"[number % 2], str(rng.randrange(5)), repr(rng.uniform(1, 890)),
               f"2025-0{rng.randrange(1, 5)}-11", f"2025-0{rng.randrange(5, 9)}-11", f"Remark {number}"]  # fmt: skip
        while rng.random() < dirt:
            at, text = rng.choice(odd)()
            row[at] = text
        rows.append(row)
        if rng.random() < dirt / 8:
            rows.append(rng.choice([list(row), ["" for _ in row], ["Note: provisional", *[""] * 6], row[:4]]))
    return rows


@pytest.mark.parametrize("dirt", [0.0, 0.002, 0.02, 0.3])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_many_at_once_is_as_one_by_one(kind: str, dirt: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _records(2_400, seed=int(dirt * 1000) + len(kind), dirt=dirt)
    if kind == "csv":
        path = tmp_path / "records.csv"
        path.write_bytes(csv_of(rows, HEAD))
    else:
        # Figures as figures, and no row shorter than the others: a sheet has none.
        cells = [[float(cell) if at == 3 and cell[:1].isdigit() and cell.replace(".", "").isdigit() else cell
                  for at, cell in enumerate([*row, *[""] * (7 - len(row))])] for row in rows]  # fmt: skip
        path = workbook(tmp_path / "records.xlsx", {"Records": [HEAD, *cells]})
    taken: list[bool] = []
    at_once = checking._Check._at_once

    def counted(self: Any, *given: Any) -> Any:
        found = at_once(self, *given)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(checking._Check, "_at_once", counted)
    found, kept = checked_path(path, LAYOUT, last=LAST)
    if dirt < 0.1:
        assert any(taken)
    if not dirt:
        assert all(taken)
    monkeypatch.setattr(checking._Check, "_at_once", lambda *given: None)
    slowly, kept_slowly = checked_path(path, LAYOUT, last=LAST)
    assert kept == kept_slowly
    assert found == slowly
    assert found.counts["read"] >= 2_300


def test_a_bad_cell_far_down_is_told_with_its_own_row() -> None:
    rows = _records(blocks.BLOCK + 300, seed=1, dirt=0)
    rows[blocks.BLOCK + 200][3] = "much"
    found, kept = checked(csv_of(rows, HEAD), LAYOUT)
    assert ("not_a_number", blocks.BLOCK + 202, "much") in told(found)
    assert found.counts["refused"] == 1
    assert len(kept) == len(rows) - 1


def test_a_contradiction_across_blocks_leaves_both_out_and_their_sums() -> None:
    rows = _records(3 * blocks.BLOCK, seed=2, dirt=0)
    rows[2 * blocks.BLOCK + 500] = ["K100", "N", "4", "1.0", "", "", "Another one"]
    found, kept = checked(csv_of(rows, HEAD), LAYOUT)
    assert ("duplicate_differs", 2 * blocks.BLOCK + 502, f"rows 102 and {2 * blocks.BLOCK + 502}") in told(found)
    assert not {row[1] for row in kept} & {"K100", f"K{2 * blocks.BLOCK + 500}"}
    assert found.sums["like_last"] == {"N": 3 * blocks.BLOCK / 2 - 2, "S": 3 * blocks.BLOCK / 2}


_TEXT = st.one_of(
    st.text(max_size=12),
    st.floats(allow_nan=True).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(
        ["", " ", "..", "-", "0", "-0", "0.0", "total", "to'tal", "JUMLAH", "=x", " 5 ", "1_0", "a\x1fb", "٣"]
    ),
)


@given(st.lists(_TEXT, min_size=1, max_size=6), st.sampled_from(["text", "number"]), st.booleans())
def test_a_reader_of_many_says_what_the_reader_says_or_nothing(texts: list[str], kind: str, key: bool) -> None:
    bounds = {"least": -1000, "most": 1e6} if key and kind == "number" else {}
    one = read_layout({"columns": [column("one", kind, is_key=key, required=key, **bounds)]}).columns[0]
    many, read = many_reader_of(one), reader_of(one, None)
    assert many is not None
    found = many(texts)
    if found is not None:
        assert found == [read(text) for text in texts]


@given(st.lists(st.floats(min_value=0.01, max_value=999, allow_nan=False), min_size=1, max_size=20))
def test_ordinary_figures_are_read_many_at_once(values: list[float]) -> None:
    many = many_reader_of(read_layout({"columns": [column("one", "number")]}).columns[0])
    assert many is not None
    assert many(list(map(repr, values))) == [repr(value).removesuffix(".0") for value in values]


def test_refusals_of_the_reader_are_never_swallowed() -> None:
    one = read_layout({"columns": [column("one", "number", most=10)]}).columns[0]
    many, read = many_reader_of(one), reader_of(one, None)
    assert many is not None
    for text in ("11", "nan", "1e999", "x", "1 2", "1_0"):
        assert many(["5", text]) is None
        with pytest.raises((CellError, NumberError)):
            read(text)
