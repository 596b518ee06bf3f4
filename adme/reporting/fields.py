"""The fields of a report's records as data: one catalogue makes forms, grid, workbooks, differences, API and checks.

Values travel in one canonical, JSON-ready form, whatever they came from: text '' when empty; a code or ''; codes as a
list in the order of the vocabulary; a day 'YYYY-MM-DD' or ''; a whole number or None; an amount as text '1250.50' or
''; yes/no True, False or None; items as a list of dicts {"kind", "title", "link"}. Missing is never zero.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import orjson

from adme.common.addresses import web_address
from adme.common.text import fold

from .errors import BadValues, FieldProblem
from .vocabularies import Vocabulary

Value = Any
Values = dict[str, Value]
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2060, 12, 31)
LARGEST_COUNT = 100_000_000
LARGEST_AMOUNT = Decimal(10) ** 12
MOST_ITEMS = 50


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    CODES = "codes"
    DAY = "day"
    NUMBER = "number"  # whole, not negative
    PERCENT = "percent"  # whole, 0 to 100
    AMOUNT = "amount"  # money, two decimals
    YES_NO = "yes_no"
    ITEMS = "items"


_LISTS = frozenset({Kind.CODES, Kind.ITEMS})
_UNKNOWN = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.YES_NO})


class Holder(StrEnum):
    """What a value belongs to: the plan (kept from period to period) or the report of one period."""

    PLAN = "plan"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Field:
    """`vocabulary` names a list of `vocabularies`; `required`: must be there before the report is handed in."""

    name: str
    label: str
    section: str
    kind: Kind
    holder: Holder
    vocabulary: str = ""
    help: str = ""
    max_length: int = 300
    required: bool = False
    in_grid: bool = False

    @property
    def empty(self) -> Value:
        if self.kind in _LISTS:
            return []
        return None if self.kind in _UNKNOWN else ""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    help: str = ""


@dataclass(frozen=True)
class Catalogue:
    """All fields of a tool's record in the order of the form. `layout` changes whenever the fields do."""

    layout: str
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    by_name: dict[str, Field] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})

    def of_section(self, section: str) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.section == section)

    @property
    def vocabularies(self) -> frozenset[str]:
        return frozenset(one.vocabulary for one in self.fields if one.vocabulary)

    @property
    def grid(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.in_grid)


def is_empty(value: Value) -> bool:
    """Nothing was given. Zero and 'no' are given."""
    return value is None or value == "" or value == []


def token(values: Mapping[str, Value], fields: Iterable[Field]) -> str:
    """Names the stored values of some fields exactly; a form hands it back to show what it started from."""
    held = {one.name: values.get(one.name, one.empty) for one in fields}
    return hashlib.sha256(orjson.dumps(held, option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]


def clean_all(raw: Mapping[str, Any], catalogue: Catalogue, vocabularies: Mapping[str, Vocabulary]) -> Values:
    """Canonical values of what was given; BadValues with every problem, unknown names included."""
    problems: list[FieldProblem] = []
    values: Values = {}
    for name, given in raw.items():
        one = catalogue.by_name.get(name)
        if one is None:
            problems.append(FieldProblem(name, "unknown_field", name, f"There is no field '{name}' in this report."))
            continue
        try:
            values[name] = clean(one, given, vocabularies)
        except BadValues as error:
            problems.extend(error.problems)
    if problems:
        raise BadValues(tuple(problems))
    return values


def clean(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> Value:
    """The canonical value of what a form, a cell or JSON gave; BadValues with what was seen and the remedy."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return one.empty
    return _CLEANERS[one.kind](one, given, vocabularies)


def _refuse(one: Field, code: str, seen: Any, remedy: str) -> BadValues:
    shown = str(seen)
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    return BadValues((FieldProblem(one.name, code, shown, f"{one.label}: {remedy}"),))


def _text(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> str:
    if not isinstance(given, str | int | float):
        raise _refuse(one, "not_text", given, "write text.")
    text = str(given).replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\x00" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise _refuse(
            one,
            "bad_character",
            text.encode("unicode_escape").decode(),
            "it holds a character that cannot be stored; type it anew.",
        )
    if len(text) > one.max_length:
        counts = f"{len(text):,} characters were given and at most {one.max_length:,} can be kept"
        raise _refuse(one, "too_long", text, f"{counts}; shorten it or attach a file.")
    return text


def _code(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> str:
    vocabulary = vocabularies[one.vocabulary]
    found = vocabulary.find(str(given))
    if found is None:
        raise _refuse(
            one, "unknown_code", given, f"'{str(given)[:60]}' is not in the list; {vocabulary.remedy(str(given))}"
        )
    return found


def _codes(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> list[str]:
    parts = given if isinstance(given, list | tuple) else str(given).replace("\n", ";").split(";")
    found = {_code(one, part, vocabularies) for part in parts if str(part).strip()}
    return [code for code in vocabularies[one.vocabulary].all_codes() if code in found]


_DAY_FORMS = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%d/%m/%Y")


def _day(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> str:
    text = str(given).strip().removesuffix(" 00:00:00")
    for form in _DAY_FORMS:
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if not FIRST_DAY <= found <= LAST_DAY:
            raise _refuse(
                one, "day_out_of_range", text, f"{text} is outside {FIRST_DAY.year} to {LAST_DAY.year}; check the year."
            )
        return found.isoformat()
    raise _refuse(one, "not_a_day", text, f"'{text[:60]}' is not a day; write it as 2026-03-31 or 31 Mar 2026.")


def _whole(one: Field, given: Any, highest: int) -> int:
    text = str(given).strip().replace("\u202f", "").replace("\u00a0", "").replace(",", "")
    text = text.removesuffix("%").strip() if one.kind == Kind.PERCENT else text
    text = text[:-2] if text.endswith(".0") else text
    if isinstance(given, bool) or not (text.isascii() and text.isdigit()):
        raise _refuse(
            one, "not_a_number", given, f"'{str(given)[:60]}' is not a whole number; write digits only, such as 25."
        )
    if len(text) > 12 or int(text) > highest:
        raise _refuse(one, "too_large", given, f"{text[:20]} is more than {highest:,}; check the number.")
    return int(text)


def _number(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> int:
    return _whole(one, given, LARGEST_COUNT)


def _percent(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> int:
    return _whole(one, given, 100)


def _amount(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> str:
    text = str(given).strip().replace("\u202f", "").replace("\u00a0", "").replace(",", "")
    try:
        amount = Decimal(text) if text.isascii() and not set(text) - set("0123456789.") else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise _refuse(
            one, "not_an_amount", given, f"'{str(given)[:60]}' is not an amount; write 1250.50, the currency beside it."
        )
    if amount > LARGEST_AMOUNT:
        raise _refuse(one, "too_large", given, "no activity costs that much; check the amount.")
    return str(amount.quantize(Decimal("0.01")))


_YES, _NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}


def _yes_no(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> bool:
    text = fold(str(given))
    if text in _YES or text in _NO:
        return text in _YES
    raise _refuse(one, "not_yes_or_no", given, "write yes or no.")


def _items(one: Field, given: Any, vocabularies: Mapping[str, Vocabulary]) -> list[dict[str, str]]:
    """From JSON a list of dicts; from a cell or a text box one line each: 'kind | title | link'."""
    if isinstance(given, str):
        given = [_item_of_line(line) for line in given.splitlines() if line.strip()]
    if not isinstance(given, list | tuple) or any(not isinstance(item, Mapping) for item in given):
        raise _refuse(one, "not_items", given, "write one line for each: kind | title | link.")
    items = [_item(one, item, vocabularies) for item in given if any(str(part).strip() for part in item.values())]
    if len(items) > MOST_ITEMS:
        raise _refuse(one, "too_many", len(items), f"at most {MOST_ITEMS} can be listed.")
    return items


def _item_of_line(line: str) -> dict[str, str]:
    kind, _, rest = line.partition("|")
    title, _, link = rest.partition("|")
    return {"kind": kind, "title": title, "link": link}


def _item(one: Field, item: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> dict[str, str]:
    kind = _code(one, item.get("kind", ""), vocabularies)
    title = _text(one, item.get("title", "") or "", vocabularies)[:300]
    link = str(item.get("link", "") or "").strip()
    if not title:
        raise _refuse(one, "no_title", "", "each needs a title.")
    if link and not web_address(link):
        raise _refuse(one, "not_a_link", link, f"'{link[:60]}' is not a web address; it begins with https://.")
    return {"kind": kind, "title": title, "link": link}


_Cleaner = Callable[[Field, Any, Mapping[str, Vocabulary]], Value]
_CLEANERS: dict[Kind, _Cleaner] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.DAY: _day,
    Kind.NUMBER: _number,
    Kind.PERCENT: _percent,
    Kind.AMOUNT: _amount,
    Kind.YES_NO: _yes_no,
    Kind.ITEMS: _items,
}


def stored_form(one: Field, value: Value) -> Any:
    """The canonical value as a model column takes it."""
    if one.kind == Kind.DAY:
        return date.fromisoformat(value) if value else None
    if one.kind == Kind.AMOUNT:
        return Decimal(value) if value else None
    return value


def canonical_form(one: Field, column: Any) -> Value:
    """A model column as a canonical value."""
    if column is None:
        return one.empty
    if isinstance(column, date):
        return column.isoformat()
    if isinstance(column, Decimal):
        return str(column.quantize(Decimal("0.01")))
    return column


def shown(one: Field, value: Value, vocabularies: Mapping[str, Vocabulary]) -> str:
    """A value as people read it, in differences, workbooks and mails; '' when empty."""
    if is_empty(value):
        return ""
    if one.kind == Kind.CODE:
        return vocabularies[one.vocabulary].label(value)
    if one.kind == Kind.CODES:
        return "; ".join(vocabularies[one.vocabulary].label(code) for code in value)
    if one.kind == Kind.YES_NO:
        return "yes" if value else "no"
    if one.kind == Kind.ITEMS:
        return "\n".join(_item_line(item, vocabularies[one.vocabulary]) for item in value)
    return str(value)


def _item_line(item: Mapping[str, str], kinds: Vocabulary) -> str:
    parts: Sequence[str] = (kinds.label(item["kind"]), item["title"], item["link"])
    return " | ".join(part for part in parts if part)
