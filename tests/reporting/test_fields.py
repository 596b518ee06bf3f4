"""One cleaner for form, grid, workbook and API: each kind of value, good beside bad."""

from __future__ import annotations

import pytest

from adme.reporting.errors import BadValues
from adme.reporting.fields import (
    Catalogue,
    Field,
    Holder,
    Kind,
    Section,
    canonical_form,
    clean,
    clean_all,
    shown,
    stored_form,
    token,
)
from adme.reporting.vocabularies import Vocabulary

LISTS = {
    "status": Vocabulary("status", {"ongoing": "On-going", "completed": "Completed"}, {"old": "Old one"}),
    "kinds": Vocabulary("kinds", {"policy": "Policy or guideline", "media": "Media product"}),
}


def field(kind: Kind, vocabulary: str = "", **options) -> Field:
    return Field("value", "The value", "main", kind, Holder.REPORT, vocabulary, **options)


def cleaned(kind: Kind, given, vocabulary: str = "", **options):
    return clean(field(kind, vocabulary, **options), given, LISTS)


def refused(kind: Kind, given, vocabulary: str = "", **options):
    with pytest.raises(BadValues) as error:
        cleaned(kind, given, vocabulary, **options)
    (problem,) = error.value.problems
    assert problem.hint.startswith("The value: ")
    assert len(problem.seen) <= 60
    return problem


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("given", [None, "", "  \n\t "])
def test_missing_stays_missing_and_is_never_zero(kind, given):
    assert cleaned(kind, given, "kinds") == field(kind).empty
    assert field(kind).empty in ("", None, [])


@pytest.mark.parametrize("given", ["2025-03-31", "31 Mar 2025", "31 March 2025", "31/03/2025", "2025-03-31 00:00:00"])
def test_days_are_read_in_the_ways_people_write_them(given):
    assert cleaned(Kind.DAY, given) == "2025-03-31"


@pytest.mark.parametrize(
    "given",
    [
        "2025-02-30",
        "31/02/2025",
        "03/31/2025",
        "2025",
        "tomorrow",
        "31.3.25",
        "２０２５-０３-３１",
        "2025-03-31\x00",
        True,
        [],
    ],
)
def test_what_is_no_day_is_refused_with_a_way_to_write_it(given):
    if given == []:
        return
    problem = refused(Kind.DAY, given)
    assert "2026-03-31" in problem.hint


@pytest.mark.parametrize("given", ["1025-03-31", "9999-12-31", "2061-01-01"])
def test_days_far_away_are_refused(given):
    assert refused(Kind.DAY, given).code == "day_out_of_range"


@pytest.mark.parametrize(
    ("given", "found"),
    [("25", 25), (25, 25), ("25.0", 25), (25.0, 25), ("1,250", 1250), ("1\u202f250", 1250), ("0", 0)],
)
def test_whole_numbers(given, found):
    assert cleaned(Kind.NUMBER, given) == found


@pytest.mark.parametrize("given", ["-1", "1.5", "abc", "２５", "٢٥", "1e3", "²", "=1+1", True, "25 people", "nan", 1.5])
def test_what_is_no_whole_number_is_refused(given):
    assert refused(Kind.NUMBER, given).code == "not_a_number"


@pytest.mark.parametrize("given", ["100000001", "9" * 5000])
def test_numbers_that_cannot_be_are_refused(given):
    assert refused(Kind.NUMBER, given).code == "too_large"


def test_percent_goes_from_0_to_100():
    assert [cleaned(Kind.PERCENT, given) for given in ("0", "100", "40 %")] == [0, 100, 40]
    assert refused(Kind.PERCENT, "101").code == "too_large"
    assert refused(Kind.PERCENT, "-1").code == "not_a_number"


@pytest.mark.parametrize(
    ("given", "found"), [("1250.5", "1250.50"), (1250, "1250.00"), ("1,250.50", "1250.50"), ("0", "0.00")]
)
def test_amounts(given, found):
    assert cleaned(Kind.AMOUNT, given) == found


@pytest.mark.parametrize("given", ["-5", "USD 5", "1.2.3", "５", "1e9", "NaN", "Infinity", "."])
def test_what_is_no_amount_is_refused(given):
    assert refused(Kind.AMOUNT, given).code == "not_an_amount"


def test_an_absurd_amount_is_refused():
    assert refused(Kind.AMOUNT, "9" * 30).code == "too_large"


@pytest.mark.parametrize("given", ["ongoing", "On-going", "on going", "ONGOING", "ongoing On-going"])
def test_codes_are_found_by_code_and_label(given):
    assert cleaned(Kind.CODE, given, "status") == "ongoing"


def test_an_unknown_code_is_refused_with_the_one_that_was_meant():
    problem = refused(Kind.CODE, "Complete", "status")
    assert (problem.code, "did you mean 'Completed'?" in problem.hint) == ("unknown_code", True)
    assert "such as On-going, Completed" in refused(Kind.CODE, "zzz", "status").hint
    assert refused(Kind.CODE, "old", "status").code == "unknown_code"
    assert refused(Kind.CODE, {"a": 1}, "status").code == "unknown_code"


def test_several_codes_come_in_the_order_of_the_list_and_once():
    assert cleaned(Kind.CODES, "Completed; on-going;;completed", "status") == ["ongoing", "completed"]
    assert cleaned(Kind.CODES, ["completed", "ongoing"], "status") == ["ongoing", "completed"]
    assert refused(Kind.CODES, ["completed", "x"], "status").code == "unknown_code"
    assert refused(Kind.CODES, [None], "status").code == "unknown_code"


HOSTILE = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "';--",
    "\u202eabc",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_and_scripts_are_kept_as_the_plain_text_they_are(text):
    assert cleaned(Kind.LONG_TEXT, text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_characters_that_cannot_be_stored_are_refused(text):
    problem = refused(Kind.LONG_TEXT, text)
    assert problem.code == "bad_character"
    problem.seen.encode()


def test_ten_thousand_characters_are_refused_with_the_count_and_four_thousand_kept():
    assert len(cleaned(Kind.LONG_TEXT, "x" * 4000, max_length=4000)) == 4000
    problem = refused(Kind.LONG_TEXT, "x" * 10_000, max_length=4000)
    assert "10,000 characters" in problem.hint
    assert "4,000" in problem.hint


def test_lines_end_alike_wherever_text_comes_from():
    assert cleaned(Kind.LONG_TEXT, "one\r\ntwo\rthree\n") == "one\ntwo\nthree"


@pytest.mark.parametrize("given", [{"a": 1}, ["a"], True])
def test_text_is_text(given):
    if given is True:
        assert cleaned(Kind.TEXT, given) == "True"
    else:
        assert refused(Kind.TEXT, given).code == "not_text"


@pytest.mark.parametrize(("given", "found"), [("Yes", True), (True, True), ("no", False), (0, False), ("FALSE", False)])
def test_yes_and_no(given, found):
    assert cleaned(Kind.YES_NO, given) is found


def test_maybe_is_neither():
    assert refused(Kind.YES_NO, "maybe").code == "not_yes_or_no"


def test_items_come_from_lines_and_from_data():
    line = "Policy or guideline | A guide | https://example.org/a\n\nmedia | A film |"
    items = [
        {"kind": "policy", "title": "A guide", "link": "https://example.org/a"},
        {"kind": "media", "title": "A film", "link": ""},
    ]
    assert cleaned(Kind.ITEMS, line, "kinds") == items
    assert cleaned(Kind.ITEMS, items, "kinds") == items


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("policy | A guide | javascript:alert(1)", "not_a_link"),
        ("policy | A guide | data:text/html,x", "not_a_link"),
        ("policy | | https://example.org/a", "no_title"),
        ("poem | A guide |", "unknown_code"),
        ("policy | A\x00guide |", "bad_character"),
        ([1, 2], "not_items"),
        ({"kind": "policy"}, "not_items"),
        ("policy | A | \n" * 51, "too_many"),
    ],
)
def test_items_that_are_not_right_are_refused(given, code):
    assert refused(Kind.ITEMS, given, "kinds").code == code


CATALOGUE = Catalogue(
    layout="T",
    sections=(Section("main", "Main"),),
    fields=(
        Field("day", "Day", "main", Kind.DAY, Holder.PLAN),
        Field("amount", "Amount", "main", Kind.AMOUNT, Holder.PLAN),
        Field("status", "Status", "main", Kind.CODE, Holder.REPORT, "status", in_grid=True),
    ),
)


def test_all_problems_are_told_at_once():
    with pytest.raises(BadValues) as error:
        clean_all({"day": "x", "amount": "y", "status": "ongoing", "nothing": 1}, CATALOGUE, LISTS)
    assert [one.code for one in error.value.problems] == ["not_a_day", "not_an_amount", "unknown_field"]


def test_a_value_survives_its_column_and_is_shown_in_words():
    values = clean_all({"day": "1 Mar 2025", "amount": "12.5", "status": "ongoing"}, CATALOGUE, LISTS)
    for one in CATALOGUE.fields:
        assert canonical_form(one, stored_form(one, values[one.name])) == values[one.name]
    assert shown(CATALOGUE.by_name["status"], "ongoing", LISTS) == "On-going"
    assert shown(CATALOGUE.by_name["status"], "old", LISTS) == "Old one"


def test_a_token_names_values_exactly():
    fields = CATALOGUE.fields
    assert token({}, fields) == token({"day": "", "amount": ""}, fields)
    assert token({"day": "2025-03-01"}, fields) != token({"day": "2025-03-02"}, fields)
    assert token({"other": 1}, fields) == token({}, fields)
