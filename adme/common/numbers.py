"""The one place where text becomes a number: imports, forms and the API read figures through `parse_number`.

Python's own `float` is too generous for official figures: it takes 'nan', '1_000' and full-width digits. And what a
person means by '1,234' depends on where the person sits, so it is refused with a question rather than guessed.
"""

from __future__ import annotations

import re

MISSING_MARKS = frozenset({"", "..", "-", "n/a", "NA", "n.a."})
_MISSING_FOLDED = frozenset(mark.casefold() for mark in MISSING_MARKS)

_SPREADSHEET_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)", re.I)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf(?:inity)?|∞)", re.I)
_HEXADECIMAL = re.compile(r"[+-]?0[xbo][0-9a-f]+", re.I)
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(_NUMBER, re.ASCII)
_PERCENT = re.compile(rf"{_NUMBER}\s*[%‰]", re.ASCII)
_FLAGGED = re.compile(
    rf"(?:[<>~≈*]\s*)?{_NUMBER}\s*(?:[a-zA-Z*†‡?!<>~]{{1,3}}\)?|\d?\)|\(.{{1,12}}\)|[\[(].*)?", re.ASCII
)
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:[,. '\u2019]\d{3})+(?:[.,]\d+)?", re.ASCII)
_ONE_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
# Around a figure these are invisible leftovers of web pages and word processors; inside one they are not.
_INVISIBLE_EDGES = " \t\r\n\u00a0\u2007\u2009\u202f\u200b\u200c\u200d\u200e\u200f\ufeff"
_SPACES_INSIDE = re.compile(r"[\s\u00a0\u2007\u2009\u202f]")


class NumberError(ValueError):
    """The text is no number that can be taken without guessing. `code` names the kind, `hint` tells what to do."""

    def __init__(self, code: str, hint: str) -> None:
        super().__init__(hint)
        self.code = code
        self.hint = hint


def parse_number(text: str) -> float | None:
    """Read a plain decimal such as `-12.5` or `5.2E-05`; None for the declared missing marks.

    Never returns NaN or infinity, and `parse_number(repr(x)) == x` for every finite float. Raises NumberError and
    nothing else.
    """
    # Runs a million times per import, so the common case is four cheap steps.
    try:
        value = float(text)
        if value - value == 0.0 and value != 0.0 and text.isascii() and "_" not in text:
            return value
    except (ValueError, TypeError, AttributeError):
        pass
    return _parse_with_care(text)


def _parse_with_care(text: object) -> float | None:
    if text == "0":
        return 0.0
    if text is None:
        return None
    if not isinstance(text, str):
        raise NumberError("not_a_number", "Give the figure as text.")
    bare = text.strip(_INVISIBLE_EDGES)
    if bare.casefold() in _MISSING_FOLDED:
        return None
    if bare[:1] == "\u2212":  # the typographic minus of published tables has one meaning only
        bare = "-" + bare[1:]
    if _PLAIN.fullmatch(bare):
        return _finite(bare)
    raise _explain(bare)


def _finite(plain: str) -> float:
    value = float(plain)
    if value - value != 0.0:
        raise NumberError("too_large", "The number is too large to be stored. Check the unit and the exponent.")
    if value == 0.0:
        mantissa = plain.lower().partition("e")[0]
        if any(digit in "123456789" for digit in mantissa):
            raise NumberError("too_small", "The number is so small that it would become zero. Check the exponent.")
        return 0.0  # also for '-0': a figure has no signed zero
    return value


def _explain(text: str) -> NumberError:
    if _SPREADSHEET_ERROR.fullmatch(text):
        return NumberError("spreadsheet_error", "A spreadsheet error. Correct the formula or leave the cell blank.")
    if _NOT_FINITE.fullmatch(text):
        return NumberError("not_finite", "NaN and infinity are no figures. Leave the cell blank where there is none.")
    if text.casefold() in {"true", "false"}:
        return NumberError("boolean", "TRUE and FALSE are not numbers. Write 1 or 0 if that is meant.")
    if _HEXADECIMAL.fullmatch(text):
        return NumberError("hexadecimal", "Write the number in ordinary decimal digits.")
    if any(character.isdigit() and not character.isascii() for character in text):
        return NumberError("foreign_digits", "Write the number with the digits 0 to 9 (these are other characters).")
    if "_" in text and _PLAIN.fullmatch(text.replace("_", "")):
        return NumberError("underscore", "Write the number without underscores.")
    if _PERCENT.fullmatch(text):
        return NumberError(
            "percent_sign", "Write the number without the percent sign; the unit stands with the indicator."
        )
    return _explain_marks(text)


def _explain_marks(text: str) -> NumberError:
    grouped = _SPACES_INSIDE.sub(" ", text)
    if _GROUPS.fullmatch(grouped):
        return NumberError(
            "thousands_separator",
            "It is not clear whether the mark stands for thousands or for decimals. "
            "Write the number without thousands separators and with a point for decimals, such as 1234.5.",
        )
    if _ONE_COMMA.fullmatch(text):
        return NumberError("decimal_comma", "Write decimals with a point, such as 12.5 instead of 12,5.")
    if _FLAGGED.fullmatch(text):
        return NumberError(
            "flag_in_cell",
            "The cell holds a number and something else. Put the number alone here, "
            "and the mark into the status or note column.",
        )
    return NumberError("not_a_number", "This is not a number. Leave the cell blank or write .. where there is none.")


# No statistic of a state is larger: the world's product in the smallest currency unit stays below it.
LARGEST_FIGURE = 1e18


def is_plausible(value: float) -> bool:
    """Whether a finite number can be a published figure at all; a slip of the keyboard can make any other."""
    return abs(value) <= LARGEST_FIGURE
