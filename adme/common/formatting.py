"""How figures, shares, periods and dates are written. Pure functions; the template filters and exports call them.

Signs: `..` not available, `-` nil (certified that there is none), `n.a.` not applicable; marks `(p)` provisional and so
on stand after the figure. A missing value is never written as 0, and percent is never written for percentage points.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext

# No break, and a fifth of an em in our typeface: a thin space. It has no glyph for U+202F, which shows far too narrow.
THIN_SPACE = "\u00a0"
MINUS = "\u2212"
NOT_AVAILABLE = ".."
NIL = "-"
NOT_APPLICABLE = "n.a."

# Letters of SDMX CL_OBS_STATUS as the reader sees them.
_MARKS = {
    "B": ("(b)", "break in series"),
    "D": ("(d)", "definition differs"),
    "E": ("(e)", "estimated"),
    "F": ("(f)", "forecast"),
    "G": ("(x)", "experimental"),
    "I": ("(i)", "imputed"),
    "N": ("(n)", "not significant"),
    "P": ("(p)", "provisional"),
    "U": ("(u)", "low reliability"),
    "V": ("(v)", "not validated"),
}
REVISED = ("(r)", "revised")
_WITHOUT_VALUE = {"L": NOT_AVAILABLE, "M": NOT_APPLICABLE, "O": NOT_AVAILABLE, "Q": NOT_AVAILABLE}
_WIDE = Context(prec=700)  # the largest double has 309 digits, the smallest 324 places
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _decimal(value: object) -> Decimal | None:
    """The value as a finite decimal, or None where there is none to write."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def number(value: object, decimals: int | None = None, *, sign: bool = False) -> str:
    """`1234.5` as `1 234.5`. Without `decimals`, as many as the value has, at most three. None is `..`."""
    exact = _decimal(value)
    if exact is None:
        return NOT_AVAILABLE
    places = _own_decimals(exact) if decimals is None else max(0, int(decimals))
    with_places = _rounded(exact, Decimal(1).scaleb(-places))
    text = f"{abs(with_places):,f}".replace(",", THIN_SPACE)
    if with_places < 0:
        return MINUS + text
    return f"+{text}" if sign and with_places > 0 else text


def _own_decimals(exact: Decimal) -> int:
    with localcontext(_WIDE):
        short = _rounded(exact, Decimal("0.001")).normalize()
    return max(0, -int(short.as_tuple().exponent))


def _rounded(exact: Decimal, step: Decimal) -> Decimal:
    """Any finite double can be rounded: the default context gives up beyond 28 digits, and a page must not."""
    return exact.quantize(step, rounding=ROUND_HALF_UP, context=_WIDE)


def figure(value: object, decimals: int | None = None, obs_status: str = "A", *, nil: bool = False) -> str:
    """A value with its status: a sign where there is none, else the number with its mark: `12.4 (p)`."""
    if obs_status in _WITHOUT_VALUE:
        return _WITHOUT_VALUE[obs_status]
    if nil:
        return NIL
    text = number(value, decimals)
    mark = status_mark(obs_status)
    return f"{text}{THIN_SPACE}{mark}" if mark and text != NOT_AVAILABLE else text


def percent(value: object, decimals: int | None = None) -> str:
    """A value that is already in per cent: `84` as `84 %`."""
    text = number(value, decimals)
    return text if text == NOT_AVAILABLE else f"{text}{THIN_SPACE}%"


def share(value: object, decimals: int = 0) -> str:
    """A share from 0 to 1 as per cent: `0.84` as `84 %`."""
    exact = _decimal(value)
    return NOT_AVAILABLE if exact is None else percent(exact * 100, decimals)


def points(value: object, decimals: int = 1) -> str:
    """A difference of two percentages: `+1.2 percentage points`."""
    text = number(value, decimals, sign=True)
    if text == NOT_AVAILABLE:
        return text
    return f"{text} percentage point{'' if text.lstrip('+' + MINUS) == '1' else 's'}"


def change(value: object, unit: str = "", decimals: int = 1) -> str:
    """A signed difference in the indicator's own unit; percentages change by percentage points."""
    if unit.strip().lower() in {"%", "percent", "per cent", "percentage"}:
        return points(value, decimals)
    text = number(value, decimals, sign=True)
    return text if text == NOT_AVAILABLE or not unit else f"{text} {unit}"


def status_mark(obs_status: str) -> str:
    """`(p)` for P and so on; nothing for a normal value."""
    return _MARKS.get(obs_status, ("", ""))[0]


def status_key(statuses: object) -> list[tuple[str, str]]:
    """The key below a table: mark and word for each status that occurs in it, in the order of the code list."""
    present = {str(status) for status in statuses}  # type: ignore[attr-defined]
    return [pair for letter, pair in _MARKS.items() if letter in present]


def coverage(states: int | None, expected: int | None, population_share: float | None = None) -> str:
    """`9 of 11 states, 84 % of population`."""
    if states is None or expected is None:
        return "Coverage not known"
    text = f"{states} of {expected} states"
    return text if population_share is None else f"{text}, {share(population_share)} of population"


def period(value: object) -> str:
    """A time period as text: `2025`, `2025, first half`, `2025 Q3`, `Jul 2025`. Takes its key, its text or itself."""
    text = _period_from_key(value) if isinstance(value, int) else str(value or "").strip()
    year, _, rest = text.partition("-")
    if not rest:
        return text or NOT_AVAILABLE
    if rest[0] == "S":
        return f"{year}, {'first' if rest[1:] == '1' else 'second'} half"
    if rest[0] == "Q":
        return f"{year} {rest}"
    return f"{_MONTHS[int(rest) - 1]} {year}" if rest.isdigit() and 1 <= int(rest) <= 12 else text


def _period_from_key(key: int) -> str:
    """The integer key of observations.periods (year * 1000 + offset); this package may not import that one."""
    if key < 10_000:
        return str(key)
    year, rest = divmod(key, 1000)
    if rest > 300:
        return f"{year}-{rest - 300:02d}"
    if rest > 200:
        return f"{year}-Q{rest - 200}"
    return f"{year}-S{rest - 100}" if rest > 100 else str(year)


def day(value: date | datetime | str | None) -> str:
    """`21 Nov 2026`; an ISO text is read, other text is left as it is."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return value if isinstance(value, str) else NOT_AVAILABLE
    return NOT_AVAILABLE if value is None else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime | str | None) -> str:
    """`21 Nov 2026, 14:05 UTC`: always with the zone."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value if isinstance(value, str) else NOT_AVAILABLE
    if value is None:
        return NOT_AVAILABLE
    zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"{day(zoned)}, {zoned:%H:%M} {zoned.tzname() or 'UTC'}"


def file_size(value: int | None) -> str:
    """Bytes as `1.4 MB` (powers of 1000)."""
    if value is None:
        return NOT_AVAILABLE
    if value < 1000:
        return f"{value} bytes"
    power = min(3, int(math.log10(value) // 3))
    return f"{number(value / 1000**power, 0 if power == 1 else 1)}{THIN_SPACE}{('', 'kB', 'MB', 'GB')[power]}"
