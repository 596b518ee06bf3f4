"""One cell of a record: text in, canonical text out (layout.Type says how that looks), or a refusal with its remedy.

A reader is made once for each column. Refusals never repeat what was typed in their remedy: it may be about a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import isfinite

from adme.common.numbers import MISSING_MARKS, NumberError, parse_number
from adme.common.text import fold
from adme.reporting.vocabularies import Vocabulary

from ..layout import LARGEST, Column, Type

Read = Callable[[str], str]
ReadMany = Callable[[Sequence[str]], list[str] | None]

LONGEST_TEXT = 2_000
FIRST_YEAR, LAST_YEAR = 1900, 2100
FORMULA_STARTS = frozenset("=+-@")
TOTALS = frozenset({"total", "totals", "grand total", "subtotal", "sub total", "sum total", "overall total", "jumlah"})
_FIRST_LETTERS = frozenset(word[0] for word in TOTALS)
_MAY_BE_TOTAL = re.compile("total|jumlah", re.I)  # every one of TOTALS holds one of these
_END = "\x1f"
_BLANK = frozenset(mark.casefold() for mark in MISSING_MARKS)
_BLANK_TEXTS = frozenset({"", "..", "-"})  # in free text "NA" can be a name
# C0 and C1 controls but tab and line ends, marks that turn the direction of text, noncharacters, a damaged letter.
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd\ufffe\uffff\ud800-\udfff]"
)
_EDGES = " \t\r\n\u00a0\u2007\u2009\u202f\u200b\u200c\u200d\u200e\u200f\ufeff"
_YEAR = re.compile(r"\d{4}", re.ASCII)
_FISCAL = re.compile(r"(?:FY\s*)?\d{4}\s*[-/–]\s*(?:\d{2}|\d{4})", re.ASCII | re.I)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_NUMERIC_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.0+)?", re.ASCII)
_DAY_FORMS = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y")
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_MOST_NEAR = 100  # different texts of one column that get a suggestion of their own; each costs milliseconds


class CellError(ValueError):
    """`code` names the built-in check; `remedy` is asked for only where the finding is kept."""

    def __init__(self, code: str, remedy: str | Callable[[], str]) -> None:
        super().__init__(code)
        self.code, self._remedy = code, remedy

    @property
    def remedy(self) -> str:
        return self._remedy if isinstance(self._remedy, str) else self._remedy()


def clean(text: str) -> str:
    """The text without blanks and invisible characters at its ends, in one Unicode form, with one kind of line end."""
    text = text.strip(_EDGES)
    if text.isascii():
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def reader_of(column: Column, vocabulary: Vocabulary | None, *, last_year: int = LAST_YEAR) -> Read:
    """`last_year`: later years are slips unless the column's own bound allows them."""
    read = _READERS[column.type](column, vocabulary, last_year)

    def guarded(text: str) -> str:
        if text.isascii() and text.isprintable():
            return read(text.strip())
        if _NOT_SHOWN.search(text):
            remedy = "Type the cell anew: it holds characters that cannot be shown, or letters that were damaged."
            raise CellError("control_characters", remedy)
        return read(clean(text))

    return guarded


def many_reader_of(column: Column) -> ReadMany | None:
    """What the reader of the column gives for many texts at once; None for all of them where one needs a closer look.
    Only for types whose texts are mostly new."""
    make = _MANY.get(column.type)
    return make(column) if make else None


def is_total(text: str) -> bool:
    return len(text) <= 30 and text.strip("\"'*( ")[:1].casefold() in _FIRST_LETTERS and fold(text) in TOTALS


def _total_row() -> CellError:
    return CellError("total_row", "This looks like a row of totals. Delete it: ADME adds the records up itself.")


# --- many at once ---------------------------------------------------------------------------------------------------


def _texts(column: Column) -> ReadMany:
    def read(texts: Sequence[str]) -> list[str] | None:
        joined = "".join(texts)
        if not joined.isascii() or not joined.isprintable():
            return None
        found = [text.strip() for text in texts]
        if max(map(len, found)) > LONGEST_TEXT or not _BLANK_TEXTS.isdisjoint(found):
            return None
        if not FORMULA_STARTS.isdisjoint([text[:1] for text in found]):
            return None
        if column.is_key and (_MAY_BE_TOTAL.search(joined) or "'" in joined or "`" in joined):
            return None
        return found

    return read


def _decimals(column: Column) -> ReadMany:
    least = -LARGEST if column.least is None else max(column.least, -LARGEST)
    most = LARGEST if column.most is None else min(column.most, LARGEST)

    def read(texts: Sequence[str]) -> list[str] | None:
        joined = "".join(texts)
        if not joined.isascii() or not joined.isprintable() or "_" in joined:
            return None
        try:
            values = list(map(float, texts))
        except ValueError:
            return None
        if 0.0 in values or not all(map(isfinite, values)) or min(values) < least or max(values) > most:
            return None
        told = _END.join(map(repr, values)) + _END
        return told.replace(f".0{_END}", _END).split(_END)[:-1]

    return read


_MANY: Mapping[Type, Callable[[Column], ReadMany]] = {Type.TEXT: _texts, Type.NUMBER: _decimals}


# --- one reader for each type ---------------------------------------------------------------------------------------


def _text(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    def read(text: str) -> str:
        if text in _BLANK_TEXTS:
            return ""
        if len(text) > LONGEST_TEXT:
            raise CellError("too_long", f"Write at most {LONGEST_TEXT:,} characters.")
        if column.is_key and is_total(text):
            raise _total_row()
        return text

    return read


def _code(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    codes = vocabulary or Vocabulary(column.name, {})
    near: dict[str, str] = {}

    def remedy(text: str) -> str:
        key = text[:200]
        if key not in near and len(near) < _MOST_NEAR:
            near[key] = codes.remedy(key)
        told = near.get(key) or "choose from the list of codes on the sheet Columns."
        return f"Not in the list of codes: {told}"

    def read(text: str) -> str:
        code = codes.find(text) if text else ""
        if code is not None:
            return code
        if text.casefold() in _BLANK:
            return ""
        if is_total(text):
            raise _total_row()
        raise CellError("unknown_code", lambda: remedy(text))

    return read


def _bounds(column: Column, least: float | None = None, most: float | None = None) -> Callable[[float], None]:
    low = column.least if column.least is not None else least
    high = column.most if column.most is not None else most
    ends = [f"at least {low:,.15g}"] if low is not None else []
    ends += [f"at most {high:,.15g}"] if high is not None else []
    told = " and ".join(ends)

    def check(value: float) -> None:
        if (low is not None and value < low) or (high is not None and value > high):
            raise CellError("out_of_range", f"The value must be {told}. Correct it.")

    return check


def _number(text: str) -> float | None:
    try:
        value = parse_number(text)
    except NumberError as error:
        if is_total(text):
            raise _total_row() from None
        raise CellError("not_a_number", error.hint) from None
    if value is not None and abs(value) > LARGEST:
        raise CellError("out_of_range", f"No figure here is larger than {LARGEST:,.0f}. Check the unit.")
    return value


def _integer(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    check = _bounds(column)

    def read(text: str) -> str:
        value = _number(text)
        if value is None:
            return ""
        if not value.is_integer():
            raise CellError("not_whole", "Write a whole number, without decimals.")
        check(value)
        return str(int(value))

    return read


def _decimal(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    check = _bounds(column)

    def read(text: str) -> str:
        value = _number(text)
        if value is None:
            return ""
        check(value)
        return repr(value).removesuffix(".0")

    return read


def _day(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    def read(text: str) -> str:
        if text.casefold() in _BLANK:
            return ""
        found = _day_of(text)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise CellError("not_a_day", f"Check the year: it is outside {FIRST_YEAR} to {LAST_YEAR}.")
        return found.isoformat()

    return read


def _day_of(text: str) -> date:
    iso = _ISO.fullmatch(text)
    if iso:
        try:
            return date.fromisoformat(iso[1])
        except ValueError:
            raise CellError("not_a_day", "There is no such day. Check month and day.") from None
    for form in _DAY_FORMS if len(text) <= 30 and text.isascii() else ():
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise _no_day(text)


def _no_day(text: str) -> CellError:
    if is_total(text):
        return _total_row()
    if _NUMERIC_DAY.fullmatch(text):
        hint = "Day and month can be mistaken for each other here. Write the day as 2026-03-31 or 31 Mar 2026."
        return CellError("not_a_day", hint)
    if _SERIAL.fullmatch(text):
        meant = date(1899, 12, 30) + timedelta(days=int(float(text)))
        hint = f"This may be Excel's number of a day ({meant.isoformat()}). Give the cell the format of a date."
        return CellError("not_a_day", hint)
    return CellError("not_a_day", "Write the day as 2026-03-31 or 31 Mar 2026.")


def _year(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    check = _bounds(column, FIRST_YEAR, last_year)

    def read(text: str) -> str:
        if text.casefold() in _BLANK:
            return ""
        if _YEAR.fullmatch(text):
            check(int(text))
            return text
        if is_total(text):
            raise _total_row()
        if _FISCAL.fullmatch(text):
            hint = "This looks like a fiscal year. Decide which calendar year it belongs to, and write that."
            raise CellError("not_a_year", hint)
        raise CellError("not_a_year", "Write the year with four digits 0 to 9, such as 2026.")

    return read


def _yes_no(column: Column, vocabulary: Vocabulary | None, last_year: int) -> Read:
    def read(text: str) -> str:
        folded = text.casefold()
        if folded in _YES:
            return "yes"
        if folded in _NO:
            return "no"
        if folded in _BLANK:
            return ""
        if is_total(text):
            raise _total_row()
        raise CellError("unknown_code", "Write yes or no.")

    return read


_READERS: Mapping[Type, Callable[[Column, Vocabulary | None, int], Read]] = {
    Type.TEXT: _text,
    Type.CODE: _code,
    Type.INTEGER: _integer,
    Type.NUMBER: _decimal,
    Type.DAY: _day,
    Type.YEAR: _year,
    Type.YES_NO: _yes_no,
}
