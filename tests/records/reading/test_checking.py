"""From file to verdict: headings, what a file says of itself, twins, totals, and the arithmetic of it all."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import unicodedata

import pytest

from adme.common.refusals import FileRefused
from databases_c.reading import KEPT_PER_RULE

from .reading import COLUMNS, HEAD, PERSONS, PROVINCE, checked, column, csv_of, layout_of, only, rule, told

GOOD = [["N", "F", "12"], ["N", "M", "30"], ["S", "F", "8"], ["S", "M", "40"]]


def test_good_file_is_accepted_and_its_rows_are_canonical() -> None:
    found, rows = checked([["North", "female", "12.0"], ["S", "M", ""]])
    assert (found.verdict, found.findings, found.structural) == ("accepted", [], False)
    assert rows == [["2", "N", "F", "12"], ["3", "S", "M", ""]]
    assert found.counts == {"read": 2, "accepted": 2, "refused": 0, "merged": 0, "errors": 0, "warnings": 0}


def test_equal_content_has_an_equal_checksum_and_it_is_that_of_the_rows() -> None:
    first, rows = checked(GOOD)
    other, _ = checked([["North", "Female", "12.0"], *GOOD[1:]], head=["Province", "Sex", "Persons"])
    assert first.rows_sha256 == other.rows_sha256
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([["_row", *HEAD], *rows])
    assert first.rows_sha256 == hashlib.sha256(stream.getvalue().encode()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_usual_encodings_and_delimiters_are_read(encoding: str, delimiter: str) -> None:
    layout = layout_of([column("name", "text"), PERSONS])
    text = f"Name{delimiter}Persons\r\nCaf\u00e9 Sao Jos\u00e9{delimiter}3\r\n"
    _, rows = checked(text.encode(encoding), layout)
    assert rows == [["2", "Caf\u00e9 Sao Jos\u00e9", "3"]]


@pytest.mark.parametrize(("encoding", "text"), [("gb18030", "中华人民共和国"), ("tis-620", "ประเทศไทย")])
def test_other_encodings_are_asked_about_and_never_stored_as_wrong_letters(encoding: str, text: str) -> None:
    with pytest.raises(FileRefused) as caught:
        checked(f"Name,Persons\n{text},1\n{text},2\n".encode(encoding), layout_of([column("name", "text"), PERSONS]))
    assert caught.value.code == "wrong_encoding"


def test_moved_columns_headings_below_a_title_and_composed_letters_are_found() -> None:
    layout = layout_of([column("tinh", "text", label="Tỉnh"), PERSONS])
    label = unicodedata.normalize("NFD", "Tỉnh")
    _, rows = checked(csv_of([["Our records", ""], ["", ""], ["PERSONS", label], ["4", "Huế"]], None), layout)
    assert rows == [["4", "Huế", "4"]]


def test_labels_below_names_are_no_record() -> None:
    found, rows = checked([["Province", "Sex", "Persons"], *GOOD])
    assert found.counts["read"] == len(rows) == 4


@pytest.mark.parametrize(
    ("head", "rows", "expected"),
    [
        (["province", "persons"], [["N", "1"]], [("missing_column", "Sex")]),
        (
            ["province", "sex", "people"],
            [["N", "F", "1"]],
            [("unknown_column", "people"), ("missing_column", "Persons")],
        ),
        (["province", "sex", "persons", "sex"], [["N", "F", "1", "M"]], [("column_twice", "Sex")]),
        (["province", "sex", "persons", "extra"], [["N", "F", "1", "x"]], [("unknown_column", "extra")]),
        (["a", "b"], [["1", "2"]], [("missing_column", "")]),
    ],
)
def test_columns_that_do_not_fit_reject_the_file_by_their_names(head, rows, expected) -> None:
    found, kept = checked(rows, head=head)
    assert (found.verdict, found.structural, found.counts["read"], kept) == ("rejected", True, 0, [])
    assert [(one.rule, one.column) for one in found.findings] == expected
    assert all(one.is_structural and one.remedy for one in found.findings)


def test_optional_column_may_be_absent_and_is_blank_not_zero() -> None:
    found, rows = checked([["N", "F"]], head=["province", "sex"])
    assert (found.verdict, rows) == ("accepted", [["2", "N", "F", ""]])
    assert (only(found).rule, only(found).level) == ("missing_column", "note")


@pytest.mark.parametrize(
    ("line", "rule_code", "level"),
    [
        ("adme-records-1 set=other version=2 period=2025 state=VNM", "wrong_set", "error"),
        ("adme-records-1 set=trained version=2 period=2024 state=VNM", "wrong_period", "error"),
        ("adme-records-1 set=trained version=2 period=2025 state=LAO", "wrong_state", "error"),
        ("adme-records-1 set=trained version=1 period=2025 state=VNM", "wrong_version", "note"),
    ],
)
def test_a_file_says_what_it_was_made_for(line: str, rule_code: str, level: str) -> None:
    found, _ = checked([[line], HEAD, *GOOD], head=None)
    assert (only(found).rule, only(found).level) == (rule_code, level)
    assert found.verdict == ("rejected" if level == "error" else "accepted")


def test_older_layout_that_does_not_fit_says_to_fetch_the_template_anew() -> None:
    line = "adme-records-1 set=trained version=1 period=2025 state=VNM"
    found, _ = checked([[line], ["province", "persons"], ["N", "1"]], head=None)
    assert [(one.rule, one.level) for one in found.findings] == [
        ("missing_column", "error"),
        ("wrong_version", "error"),
    ]
    assert "fetch it anew" in found.findings[0].remedy


def test_heading_without_records_and_a_file_without_rows() -> None:
    found, _ = checked([])
    assert (only(found).rule, found.verdict) == ("no_rows", "rejected")


def test_every_bad_cell_of_a_record_is_told_with_record_column_value_and_remedy() -> None:
    found, rows = checked([["N", "Femal", "1,5"], ["", "M", "7"], ["S", "M", "7"]])
    assert told(found) == [("unknown_code", 2, "Femal"), ("not_a_number", 2, "1,5"), ("required", 3, "")]
    assert [one.column for one in found.findings] == ["Sex", "Persons", "Province"]
    assert rows == [["4", "S", "M", "7"]]
    assert found.counts == {"read": 3, "accepted": 1, "refused": 2, "merged": 0, "errors": 3, "warnings": 0}


def test_verdict_follows_the_share_of_refused_records() -> None:
    bad = [["N", "F", "x"]]
    rows = [[province, sex, "1"] for province, sex in itertools.product("NS", "FM")]
    assert checked(bad + rows[1:], layout_of(most_refused=0.25))[0].verdict == "partly"
    rejected, kept = checked(bad + rows[1:], layout_of(most_refused=0.2))
    assert (rejected.verdict, rejected.counts["accepted"], kept, rejected.rows_sha256) == ("rejected", 3, [], "")
    assert checked(bad + rows[1:], layout_of(most_refused=0))[0].verdict == "rejected"
    assert checked(bad, layout_of(most_refused=1))[0].verdict == "rejected"  # nothing is left


def test_same_record_twice_counts_once_and_contradiction_takes_neither() -> None:
    found, rows = checked([["N", "F", "12"], ["North", "Female", "12"], ["S", "F", "1"], ["S", "Female", "2"]])
    assert [row[0] for row in rows] == ["2"]
    assert told(found) == [("duplicate_same", 3, ""), ("duplicate_differs", 5, "rows 4 and 5")]
    assert "Rows 4 and 5" in found.findings[1].remedy
    assert found.counts == {"read": 4, "accepted": 1, "refused": 2, "merged": 1, "errors": 1, "warnings": 0}


def test_row_of_totals_is_refused_once_unless_the_list_has_a_code_for_it() -> None:
    found, _ = checked([*GOOD, ["Total", "", "90"]])
    assert told(found) == [("total_row", 6, "Total")]
    assert checked([["N", "Total", "42"]])[0].verdict == "accepted"


def test_blank_lines_and_footnotes_below_the_table_are_no_records() -> None:
    found, rows = checked(csv_of([*GOOD, ["", "", ""], []]) + b"Source: Ministry of Labour\r\n* preliminary,,\r\n")
    assert (found.verdict, len(rows), found.counts["read"]) == ("accepted", 4, 4)


def test_a_line_that_is_cut_or_too_long_is_refused() -> None:
    found, _ = checked(csv_of(GOOD) + b"S,F\r\nN,F,1,234\r\n")
    assert [(one.rule, one.row) for one in found.findings] == [("ragged_row", 6), ("ragged_row", 7)]
    assert "comma" in found.findings[1].remedy


def test_text_that_begins_like_a_formula_is_kept_and_told_each_time() -> None:
    layout = layout_of([column("name", "text"), PERSONS])
    found, rows = checked([["=1+1", "1"], ["=1+1", "2"], ["+62 21", "3"]], layout, ["name", "persons"])
    assert [row[1] for row in rows] == ["=1+1", "=1+1", "+62 21"]
    assert [(one.rule, one.level) for one in found.findings] == [("formula_text", "note")] * 3
    assert found.verdict == "accepted"


def test_of_each_rule_a_thousand_findings_are_kept_and_all_are_counted() -> None:
    found, _ = checked([["N", "x", str(n % 1000)] for n in range(2500)])
    assert len(found.findings) == KEPT_PER_RULE
    assert sum(one.times for one in found.findings) == found.by_rule["unknown_code"] == found.counts["errors"] == 2500
    assert found.findings[-1].times == 1501


def test_what_is_personal_stands_in_no_name_of_a_record_and_no_remedy() -> None:
    columns = [column("case", "text", is_key=True, is_personal=True), PROVINCE, column("born", "day", is_personal=True)]
    found, _ = checked([["Ana Case", "N", "03/04/2001"]], layout_of(columns), ["case", "province", "born"])
    one = only(found)
    assert (one.record, one.column, one.seen) == ("N", "Born", "03/04/2001")
    assert "Ana" not in one.remedy


def test_long_lists_of_unknown_codes_do_not_hold_the_reading_up() -> None:
    many = {**PROVINCE, "codes": [[f"P{n}", f"Province number {n}"] for n in range(500)]}
    columns = [many, *COLUMNS[1:]]
    found, _ = checked([[f"Provinze {n}", "F", "1"] for n in range(3000)], layout_of(columns))
    assert found.counts["refused"] == 3000
    assert "did you mean" in found.findings[0].remedy


def test_rules_see_only_what_is_good_by_itself() -> None:
    layout = layout_of(COLUMNS, rule("few", "range", "warning", column="persons", least=10))
    found, _ = checked([["N", "F", "3"], ["N", "M", "-3"]], layout)
    assert told(found) == [("few", 2, "3"), ("out_of_range", 3, "-3")]
