"""Cells: what each type takes, what it asks back, and that nothing is guessed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from databases_c.layout import Column, Type
from databases_c.reading.cells import CellError, clean, reader_of

from .reading import SEX

CODES = SEX
READERS = {
    kind: reader_of(Column("c", "C", kind, is_key=True), CODES if kind == Type.CODE else None, last_year=2026)
    for kind in Type
}


def refused(kind: Type, text: str) -> str:
    with pytest.raises(CellError) as caught:
        READERS[kind](text)
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        (Type.TEXT, "  Hà Nội\u00a0", "Hà Nội"),
        (Type.TEXT, unicodedata.normalize("NFD", "Hà Nội"), "Hà Nội"),
        (Type.TEXT, "a\r\nb", "a\nb"),
        (Type.TEXT, "-", ""),
        (Type.TEXT, "NA", "NA"),
        (Type.CODE, "female", "F"),
        (Type.CODE, " F Female ", "F"),
        (Type.CODE, "_T", "_T"),
        (Type.CODE, "Total", "_T"),
        (Type.CODE, "n/a", ""),
        (Type.INTEGER, "12", "12"),
        (Type.INTEGER, "12.0", "12"),
        (Type.INTEGER, "1.2e3", "1200"),
        (Type.INTEGER, "-0", "0"),
        (Type.INTEGER, "n.a.", ""),
        (Type.INTEGER, "..", ""),
        (Type.NUMBER, "012.50", "12.5"),
        (Type.NUMBER, "\u221212", "-12"),
        (Type.DAY, "2025-03-31", "2025-03-31"),
        (Type.DAY, "2025-03-31 00:00:00", "2025-03-31"),
        (Type.DAY, "31 Mar 2025", "2025-03-31"),
        (Type.DAY, "March 31, 2025", "2025-03-31"),
        (Type.YEAR, "2025", "2025"),
        (Type.YES_NO, "YES", "yes"),
        (Type.YES_NO, "FALSE", "no"),
        (Type.YES_NO, "", ""),
    ],
)
def test_what_is_meant_is_read(kind: Type, text: str, canonical: str) -> None:
    assert READERS[kind](text) == canonical
    assert READERS[kind](canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Type.INTEGER, "1,234", "not_a_number"),
        (Type.INTEGER, "1.234,5", "not_a_number"),
        (Type.INTEGER, "1_000", "not_a_number"),
        (Type.INTEGER, "１２３", "not_a_number"),
        (Type.INTEGER, "٣", "not_a_number"),
        (Type.INTEGER, "0x10", "not_a_number"),
        (Type.INTEGER, "TRUE", "not_a_number"),
        (Type.INTEGER, "12.5%", "not_a_number"),
        (Type.INTEGER, "NaN", "not_a_number"),
        (Type.INTEGER, "Infinity", "not_a_number"),
        (Type.INTEGER, "1e400", "not_a_number"),
        (Type.INTEGER, "#N/A", "not_a_number"),
        (Type.INTEGER, "#DIV/0!", "not_a_number"),
        (Type.INTEGER, "1e17", "out_of_range"),
        (Type.INTEGER, "12.5", "not_whole"),
        (Type.INTEGER, "Grand total", "total_row"),
        (Type.CODE, "Femal", "unknown_code"),
        (Type.TEXT, "TOTAL", "total_row"),
        (Type.TEXT, "a\x1b[31m", "control_characters"),
        (Type.TEXT, "abc\u202edef", "control_characters"),
        (Type.TEXT, "damaged \ufffd", "control_characters"),
        (Type.TEXT, "x" * 2001, "too_long"),
        (Type.DAY, "03/04/2025", "not_a_day"),
        (Type.DAY, "45000", "not_a_day"),
        (Type.DAY, "2025-02-30", "not_a_day"),
        (Type.DAY, "2025-03-31 14:00", "not_a_day"),
        (Type.DAY, "0202-01-01", "not_a_day"),
        (Type.YEAR, "20204", "not_a_year"),
        (Type.YEAR, "202", "not_a_year"),
        (Type.YEAR, "2O24", "not_a_year"),
        (Type.YEAR, "2019-20", "not_a_year"),
        (Type.YEAR, "２０２４", "not_a_year"),
        (Type.YEAR, "2031", "out_of_range"),
        (Type.YEAR, "1066", "out_of_range"),
        (Type.YES_NO, "maybe", "unknown_code"),
    ],
)
def test_what_may_mean_several_things_is_asked_about(kind: Type, text: str, code: str) -> None:
    assert refused(kind, text) == code


def test_remedies_name_the_near_code_the_day_and_the_bounds() -> None:
    with pytest.raises(CellError) as caught:
        READERS[Type.CODE]("Femal")
    assert "Female" in caught.value.remedy
    with pytest.raises(CellError) as caught:
        READERS[Type.DAY]("45000")
    assert "2023-03-15" in caught.value.remedy
    bounded = reader_of(Column("c", "C", Type.INTEGER, least=0, most=120), None)
    with pytest.raises(CellError) as caught:
        bounded("130")
    assert "at least 0 and at most 120" in caught.value.remedy
    assert caught.value.code == "out_of_range"


@pytest.mark.parametrize("kind", list(Type))
@given(text=st.text(max_size=40) | st.from_regex(r"[-+0-9eE.,:/% ]{0,20}", fullmatch=True))
@example("\u0660")
@example("0000-01-01")
@example("9" * 400)
def test_reading_a_cell_never_fails_in_another_way_and_its_form_stays(kind: Type, text: str) -> None:
    try:
        canonical = READERS[kind](text)
    except CellError as error:
        told = error
    else:
        told = None
    if told is not None:
        assert told.code
        assert told.remedy
        return
    assert READERS[kind](canonical) == canonical
    assert clean(canonical) == canonical
    canonical.encode()


@given(value=st.integers(-(10**15), 10**15))
def test_whole_numbers_stay_exact(value: int) -> None:
    assert READERS[Type.INTEGER](str(value)) == str(value)


@given(value=st.floats(-1e15, 1e15))
def test_numbers_come_back_as_they_were(value: float) -> None:
    assert float(READERS[Type.NUMBER](repr(value))) == value
