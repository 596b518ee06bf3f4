"""Rules of every kind: by example, and against a plain second implementation on generated tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .reading import COLUMNS, checked, column, layout_of, only, rule, told

PARTS = [
    {**column("area", "code"), "codes": [["N", "North"], ["S", "South"], ["T", "All"]]},
    column("men", "integer"),
    column("women", "number"),
    column("all", "number"),
    column("from", "day"),
    column("to", "day"),
    column("year", "year"),
    column("done", "yes_no"),
    column("note", "text"),
]
NAMES = [one["name"] for one in PARTS]


def broken(one: Mapping[str, Any], *rows: Mapping[str, str], last: Mapping[str, Any] | None = None) -> list[int | None]:
    """Rows in which the rule was broken."""
    table = [[row.get(name, "") for name in NAMES] for row in rows]
    found, _ = checked(table, layout_of(PARTS, one), NAMES, last=last)
    return [each.row for each in found.findings if each.rule == one["code"]]


def test_range_holds_nothing_against_a_blank() -> None:
    one = rule("r", "range", column="men", least=1, most=5)
    assert broken(one, {"men": "0"}, {"men": "1"}, {"men": "5"}, {"men": "6"}, {"note": "x"}) == [2, 5]
    assert broken(rule("y", "range", column="year", least=2000), {"year": "1999"}, {"year": "2000"}) == [2]


def test_required_if() -> None:
    one = rule("r", "required_if", **{"column": "note", "when": "done", "is": ["yes"]})
    assert broken(one, {"done": "yes"}, {"done": "yes", "note": "x"}, {"done": "no"}) == [2]


@pytest.mark.parametrize(
    ("left", "relation", "right", "rows", "expected"),
    [
        ("from", "<=", "to", [("2025-02-01", "2025-01-31"), ("2025-01-31", "2025-01-31"), ("2025-01-01", "")], [2]),
        ("men", "<", "all", [("9", "10"), ("10", "9"), ("9", "9.0")], [3, 4]),
        ("year", "=", "from", [("2025", "2025-02-01"), ("2024", "2025-02-01")], [3]),
        ("from", ">=", "year", [("2025-02-01", "2025"), ("2024-02-01", "2025")], [3]),
        ("men", "!=", 7, [("7", ""), ("8", "")], [2]),
        ("from", ">", 2024, [("2024-05-01", ""), ("2025-05-01", "")], [2]),
        ("note", "!=", "area", [("N", "N"), ("x", "N")], [2]),
    ],
)
def test_compare_figures_days_and_texts(left, relation, right, rows, expected) -> None:
    other = right if isinstance(right, str) else "note"
    table = [{left: one, **({other: second} if second else {})} for one, second in rows]
    assert broken(rule("r", "compare", left=left, relation=relation, right=right), *table) == expected


def test_sum_to_total_with_tolerance_and_without_a_known_part() -> None:
    good, off, unknown = (
        {"men": "1", "women": "2.5", "all": "3.5"},
        {"men": "1", "women": "2", "all": "4"},
        {"all": "9"},
    )
    one = rule("r", "sum_to_total", parts=["men", "women"], total="all")
    assert broken(one, good, off, {**unknown, "men": "1"}) == [3]
    assert broken({**one, "params": {**one["params"], "tolerance": 1}}, off) == []
    seen = only(checked([[off.get(name, "") for name in NAMES]], layout_of(PARTS, one), NAMES)[0]).seen
    assert seen == "parts 3, total 4"


def test_decimals_that_add_up_for_people_add_up() -> None:
    one = rule("r", "sum_to_total", parts=["women", "women"], total="all")
    assert broken(one, {"women": "0.1", "all": "0.2"}, {"women": "1e-7", "all": "2e-7"}) == []


TOTALS = rule("t", "rows_to_total", column="persons", over="sex", total_code="_T", by=["province"])


def test_rows_to_total_refuses_the_whole_group_that_does_not_add_up() -> None:
    rows = [["N", "F", "1"], ["N", "M", "2"], ["N", "_T", "3"], ["S", "F", "1"], ["S", "M", "2"], ["S", "_T", "4"]]
    found, kept = checked(rows, layout_of(COLUMNS, TOTALS))
    assert told(found) == [("t", 7, "others 3, total 4")]
    assert found.findings[0].record == "S"
    assert [row[0] for row in kept] == ["2", "3", "4"]
    assert (found.verdict, found.counts["refused"]) == ("partly", 3)
    warned, kept = checked(rows, layout_of(COLUMNS, {**TOTALS, "level": "warning"}))
    assert (warned.verdict, len(kept)) == ("with_warnings", 6)


def test_rows_to_total_says_nothing_where_a_part_is_not_known() -> None:
    assert checked([["N", "F", ""], ["N", "M", "2"], ["N", "_T", "3"]], layout_of(COLUMNS, TOTALS))[0].findings == []


AGAINST = rule("last", "against_last", "warning", column="persons", by=["province"], most_change=20)


def test_sums_are_kept_and_compared_with_the_last_ones() -> None:
    layout = layout_of(COLUMNS, AGAINST)
    rows = [["N", "F", "100"], ["N", "M", "25"], ["S", "F", "119"]]
    first, _ = checked(rows, layout)
    assert (first.verdict, first.sums) == ("accepted", {"last": {"N": 125, "S": 119}})
    found, _ = checked(rows, layout, last={"last": {"N": 100, "S": 100, "X": 5, "Y": 0}})
    assert told(found) == [("last", None, "125 now, 100 before, 25 % apart"), ("last", None, "nothing now, 5 before")]
    assert found.verdict == "with_warnings"
    assert checked(rows, layout, last={"other": {"N": 1}})[0].findings == []


def test_records_are_counted_where_no_column_is_named() -> None:
    layout = layout_of(COLUMNS, rule("last", "against_last", "warning", most_change=50))
    found, _ = checked([["N", "F", ""], ["N", "M", ""]], layout, last={"last": {"": 1}})
    assert found.sums == {"last": {"": 2}}
    assert told(found) == [("last", None, "2 now, 1 before, 100 % apart")]


def test_a_group_that_may_not_vanish_rejects_the_file() -> None:
    layout = layout_of(COLUMNS, {**AGAINST, "level": "error"})
    found, kept = checked([["N", "F", "100"]], layout, last={"last": {"N": 100, "S": 40}})
    assert (found.verdict, found.structural, kept) == ("rejected", True, [])
    assert only(found).seen == "S: nothing now, 40 before"


def test_expected_range_is_of_the_sum_of_its_group() -> None:
    one = rule("e", "expected", "warning", column="persons", by=["province"], bounds={"N": [10, 20], "S": [0, 5]})
    found, _ = checked([["N", "F", "8"], ["N", "M", "8"], ["S", "F", "6"]], layout_of(COLUMNS, one))
    assert told(found) == [("e", 4, "6, expected 0 to 5")]
    assert found.sums == {"e": {"N": 16, "S": 6}}


def test_unique_ignores_blanks_merges_the_same_and_refuses_or_warns_of_others() -> None:
    columns = [column("number", "text"), column("men", "integer")]
    one = rule("u", "unique", columns=["number"])
    rows = [["A", "1"], ["A", "1"], ["", "1"], ["", "1"], ["A", "2"], ["B", "1"]]
    found, kept = checked(rows, layout_of(columns, one), ["number", "men"])
    assert [row[0] for row in kept] == ["4", "5", "7"]
    assert told(found) == [("duplicate_same", 3, ""), ("u", 6, "rows 2 and 6")]
    warned, kept = checked(rows, layout_of(columns, {**one, "level": "warning"}), ["number", "men"])
    assert ([row[0] for row in kept], warned.counts["merged"]) == (["2", "4", "5", "6", "7"], 1)


def test_personal_column_gives_its_name_to_what_is_seen_of_several() -> None:
    columns = [column("men", "integer"), column("women", "integer", is_personal=True)]
    found, _ = checked([["5", "4"]], layout_of(columns, rule("r", "compare", left="men", relation="<=", right="women")),
                       ["men", "women"])  # fmt: skip
    assert (only(found).column, only(found).seen) == ("Women", "5 <= 4")


# --- against a second implementation ---------------------------------------------------------------------------------

TABLE = [
    {**column("g", "code", required=True), "codes": [["A", "A"], ["B", "B"], ["T", "T"]]},
    {**column("h", "code"), "codes": [["X", "X"], ["Y", "Y"]]},
    column("a", "integer"),
    column("b", "integer"),
    column("c", "integer", least=-50, most=50),
]
HEAD = [one["name"] for one in TABLE]
_levels = st.sampled_from(["error", "warning"])
_small = st.integers(-3, 6)
_number_columns = st.sampled_from(["a", "b", "c"])


@st.composite
def rules(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["range", "required_if", "compare", "sum_to_total", "rows_to_total", "against_last",
                                 "unique", "expected"]))  # fmt: skip
    by = draw(st.sampled_from([[], ["h"], ["g", "h"]]))
    params: dict[str, Any] = {
        "range": {"column": draw(_number_columns), "least": draw(_small), "most": draw(st.integers(2, 9))},
        "required_if": {"column": draw(_number_columns), "when": "g", "is": draw(st.sampled_from([["A"], ["B", "T"]]))},
        "compare": {
            "left": draw(_number_columns),
            "relation": draw(st.sampled_from(["<=", "<", "=", "!=", ">=", ">"])),
            "right": draw(st.sampled_from(["a", "b", 2])),
        },
        "sum_to_total": {"parts": ["a", "b"], "total": "c", "tolerance": draw(st.sampled_from([0, 2]))},
        "rows_to_total": {"column": "a", "over": "g", "total_code": "T", "by": draw(st.sampled_from([[], ["h"]]))},
        "against_last": {"by": by, "most_change": 50, **draw(st.sampled_from([{}, {"column": "b"}]))},
        "unique": {"columns": draw(st.sampled_from([["a"], ["a", "h"]]))},
        "expected": {"column": "b", "by": by, "bounds": {"": [0, 4], "X": [0, 4], "A|X": [-1, 2]}},
    }[kind]
    level = draw(_levels)
    return rule(f"rule{number}", kind, level, **params)


_cells = st.sampled_from(["", "0", "1", "2", "3", "7", "-2", "x", "60", "1.5"])
_rows = st.lists(
    st.tuples(st.sampled_from(["A", "B", "T", "", "Q"]), st.sampled_from(["X", "Y", ""]), _cells, _cells, _cells),
    max_size=12,
)
_last = st.dictionaries(st.sampled_from(["", "X", "Y", "A|X", "T|"]), st.integers(0, 9), max_size=3)


class Naive:
    """The same promises, written the long way: the whole table in memory, one rule after the other, exact sums."""

    def __init__(self, table: Sequence[Sequence[str]], key: bool, all_rules: Sequence[Mapping[str, Any]], last) -> None:
        self.rules, self.last = all_rules, last
        self.by_rule: dict[str, int] = defaultdict(int)
        self.structural = False
        numbered = [(n, dict(zip(HEAD, row, strict=True))) for n, row in enumerate(table, 2) if any(row)]
        self.read = len(numbered)
        alone = [(n, row) for n, row in numbered if self.is_good(row)]
        self.refused = self.read - len(alone)
        once = self.without_twins(alone, ["g", "h"] if key else None)
        self.kept = self.after_groups(once)

    def is_good(self, row: dict[str, str]) -> bool:
        bad = 0
        bad += row["g"] == "Q"
        for name in "abc":
            bad += row[name] in {"x", "1.5"} or (name == "c" and row[name] == "60")
        bad += row["g"] == ""
        if bad:
            return False
        return all([self.holds(one, row) for one in self.rules])  # noqa: C419 - every rule is told

    def holds(self, one: Mapping[str, Any], row: Mapping[str, str]) -> bool:
        """False only where the record is refused."""
        p, kind = one["params"], one["kind"]

        def value(name: Any) -> Fraction | None:
            return Fraction(name) if not isinstance(name, str) else Fraction(row[name]) if row[name] else None

        good = True
        if kind == "range":
            found = value(p["column"])
            good = found is None or p["least"] <= found <= p["most"]
        if kind == "required_if":
            good = row[p["when"]] not in p["is"] or row[p["column"]] != ""
        if kind == "compare":
            left, right = value(p["left"]), value(p["right"])
            good = left is None or right is None or {
                "<=": left <= right, "<": left < right, "=": left == right, "!=": left != right, ">=": left >= right,
                ">": left > right,
            }[p["relation"]]  # fmt: skip
        if kind == "sum_to_total":
            given_values = [value(name) for name in [*p["parts"], p["total"]]]
            good = None in given_values or abs(given_values[0] + given_values[1] - given_values[2]) <= p["tolerance"]
        self.by_rule[one["code"]] += not good
        return good or one["level"] == "warning"

    def without_twins(self, rows, key):
        ways = [(key, None)] if key else []
        ways += [(one["params"]["columns"], one) for one in self.rules if one["kind"] == "unique"]
        firsts: list[dict[Any, Any]] = [{} for _ in ways]
        out: set[int] = set()
        stay = []
        self.merged = 0
        for n, row in rows:
            keys = [
                None
                if one is not None and any(row[name] == "" for name in names)
                else tuple(row[name] for name in names)
                for names, one in ways
            ]
            if any(k is not None and k in first and first[k][1] == row for k, first in zip(keys, firsts, strict=True)):
                self.merged += 1
                continue
            stay.append((n, row))
            for k, first, (_, one) in zip(keys, firsts, ways, strict=True):
                if k is None:
                    continue
                if k in first:
                    self.by_rule[one["code"] if one else "duplicate_differs"] += 1
                    if one is None or one["level"] == "error":
                        out |= {n, first[k][0]}
                else:
                    first[k] = (n, row)
        self.refused += len(out)
        return [(n, row) for n, row in stay if n not in out]

    def after_groups(self, rows):
        found = {one["code"]: self.groups(one, rows) for one in self.rules if one["level"] == "error"}
        out = set()
        for one in self.rules:
            if one["level"] == "error" and "by" in one["params"]:
                bad = found[one["code"]]
                self.by_rule[one["code"]] += len(bad)
                present = {self.group(one, row) for _, row in rows}
                if one["kind"] == "against_last" and any(group not in present for group in bad):
                    self.structural = True
                out |= {n for n, row in rows if self.group(one, row) in bad}
        self.refused += len(out)
        rows = [(n, row) for n, row in rows if n not in out]
        for one in self.rules:
            if one["level"] == "warning":
                self.by_rule[one["code"]] += len(self.groups(one, rows))
        return rows

    def group(self, one, row) -> str:
        return "|".join(row[name] for name in one["params"]["by"])

    def groups(self, one, rows) -> set[str]:
        p, kind = one["params"], one["kind"]
        if kind not in {"rows_to_total", "against_last", "expected"}:
            return set()
        members = defaultdict(list)
        for _, row in rows:
            members[self.group(one, row)].append(row)
        bad = set()
        if kind == "rows_to_total":
            for group, each in members.items():
                total = [row["a"] for row in each if row["g"] == "T"]
                parts = [row["a"] for row in each if row["g"] != "T"]
                if total and parts and all(total) and all(parts):
                    bad |= {group} if sum(map(int, total)) != sum(map(int, parts)) else set()
            return bad
        sums = {}
        blank = set()
        for group, each in members.items():
            values = [1 if "column" not in p else int(row["b"]) for row in each if "column" not in p or row["b"]]
            blank |= {group} if len(values) < len(each) else set()
            if values:
                sums[group] = sum(values)
        if kind == "expected":
            return {g for g, v in sums.items() if g in p["bounds"] and not p["bounds"][g][0] <= v <= p["bounds"][g][1]}
        for group, before in (self.last.get(one["code"]) or {}).items():
            if group not in sums:
                bad |= {group} if before and group not in blank else set()
            elif sums[group] != before:
                bad |= {group} if before == 0 or abs(Fraction(sums[group] - before, before)) > Fraction(1, 2) else set()
        return bad


@settings(max_examples=300, deadline=None)
@given(
    table=_rows, key=st.booleans(), some=st.tuples(rules(0), rules(1), rules(2)), last=_last,
    share=st.sampled_from([0.0, 0.3, 1.0]),
)  # fmt: skip
def test_rules_agree_with_a_plain_second_implementation(table, key, some, last, share) -> None:
    columns = [{**one, "is_key": key and one["name"] in {"g", "h"}} for one in TABLE]
    before = {one["code"]: last for one in some if one["kind"] == "against_last"}
    found, kept = checked(table, layout_of(columns, *some, most_refused=share), HEAD, last=before)
    counts = found.counts
    assert counts["read"] == counts["accepted"] + counts["refused"] + counts["merged"]

    naive = Naive(table, key, some, before)
    if not naive.read:
        assert [one.rule for one in found.findings] == ["no_rows"]
        return
    assert (counts["read"], counts["merged"], counts["refused"]) == (naive.read, naive.merged, naive.refused)
    for one in some:
        assert found.by_rule.get(one["code"], 0) == naive.by_rule[one["code"]], one
    assert found.by_rule.get("duplicate_differs", 0) == naive.by_rule["duplicate_differs"]
    rejected = not naive.kept or naive.structural or naive.refused / max(naive.read, 1) > share
    assert (found.verdict == "rejected") is rejected
    if not rejected:
        assert [(int(n), *row) for n, *row in kept] == [(n, *row.values()) for n, row in naive.kept]
        assert found.verdict == ("partly" if naive.refused else "with_warnings" if counts["warnings"] else "accepted")
