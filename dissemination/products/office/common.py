"""What all office files share: clean text, colours, properties, and bytes that are the same for the same content."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from math import ceil

from adme.common.csv_safety import plain_text
from adme.exports import fonts
from adme.exports.svg_canvas import ACCENT, CHOSEN, FAINT, GRID, INK, MUTED, PAPER, TONES, measure
from dissemination.editions.content import Content, Leaf

from ..brief import document_marks, facts
from ..brief_sections import licences

__all__ = ["ACCENT", "CHOSEN", "FAINT", "GRID", "INK", "MUTED", "PAPER", "TONES"]

AUTHOR = "ASEAN Secretariat"
LANGUAGE = "en-GB"
LATIN = "Calibri"
NARROW = 0.85  # Calibri is narrower than the typeface that `measure` knows
ACCENT_PALE = "#e6f0f2"
WARNING, WARNING_PALE = "#8a5a00", "#fdf3dc"
RATINGS = {"on_track": TONES["good"], "attention": TONES["attention"], "off_track": TONES["bad"]}
RATING_SHAPES = {"on_track": "\u25cf", "attention": "\u25b2", "off_track": "\u25a0", "no_rating": "\u25cb"}
_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_LINES = str.maketrans({"\t": " ", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"})
# Direction overrides would let a text be read as another one.
_DIRECTION = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def clean(text: object) -> str:
    """Text that XML can hold: no control or direction marks, line ends as \\n."""
    whole = plain_text(text).replace("\r\n", "\n").replace("\r", "\n").translate(_LINES).translate(_DIRECTION)
    return "".join(letter for letter in whole if letter == "\n" or letter >= " ")


def one_line(text: object) -> str:
    return " ".join(clean(text).split("\n")).strip()


def shorten(text: str, letters: int) -> str:
    """A long text cut at a word."""
    whole = one_line(text)
    return whole if len(whole) <= letters else f"{whole[: letters - 2].rsplit(' ', 1)[0].rstrip(' ,;')} \u2026"


# What readers' machines have for the scripts of the region, and the language that breaks their lines.
_SCRIPTS = {
    "Noto Sans Thai": ("Leelawadee UI", "th-TH"),
    "Noto Sans Khmer": ("Leelawadee UI", "km-KH"),
    "Noto Sans Lao": ("Leelawadee UI", "lo-LA"),
    "Noto Sans Myanmar": ("Myanmar Text", "my-MM"),
}


def script_runs(text: str) -> Iterator[tuple[str, str, str]]:
    """(part, typeface, language) of a clean text; typeface and language are '' for Latin letters and signs."""
    for family, part in fonts.runs(text):
        yield part, *_SCRIPTS.get(family, ("", ""))


def lines_of(text: str, width: float, size: float, *, is_bold: bool = False) -> int:
    """About how many lines a text takes in a box of this width in points, rather too many than too few."""
    room = max(1.0, width - size * 0.6)  # a word goes to the next line whole
    return sum(max(1, ceil(NARROW * measure(part, size, is_bold=is_bold) / room)) for part in clean(text).split("\n"))


def hexed(colour: str) -> str:
    """`#0b6170` as office files write it."""
    return colour.lstrip("#").upper()


def taken(content: Content) -> datetime:
    """When the figures were read, UTC without a zone: what document properties hold."""
    return content.stamp.taken_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def version_name(content: Content) -> str:
    return content.stamp.edition_name or f"Data version {content.stamp.data_version}"


def keywords(content: Content, file_stamp: str) -> str:
    return one_line("; ".join((file_stamp, content.framework, version_name(content))))


def comments(content: Content, file_stamp: str) -> str:
    """The stamp first, so that a program which cuts the property leaves it whole."""
    return one_line(". ".join((file_stamp, *document_marks(content), content.stamp.citation)))


def about_file(content: Content, file_stamp: str, filters: str, leaves: Sequence[Leaf]) -> list[tuple[str, str]]:
    """The pairs that close every document."""
    return [
        *facts(content),
        ("Filters", filters),
        ("Licence", licences(content, leaves)),
        ("Citation", content.stamp.citation),
        ("Stamp", file_stamp),
    ]


def steady(made: bytes) -> bytes:
    """The same zip with fixed times, so that the same content gives the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as given, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in given.infolist():
            same = zipfile.ZipInfo(entry.filename, _SAME_TIME)
            same.compress_type = zipfile.ZIP_DEFLATED
            same.external_attr = 0o600 << 16
            kept.writestr(same, given.read(entry))
    return buffer.getvalue()
