"""The fonts of documents, and which text they can set: Latin with Vietnamese, Thai, Khmer, Lao and Burmese.

A PDF that must be read aloud (PDF/UA) may not hold a character without a glyph. So every text goes through `printable`
first, and a text inside an SVG is cut into runs that name the family which has their glyphs.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "fonts"
REPLACEMENT = "\ufffd"
# They steer line breaks and clusters of the scripts above; everything else that is invisible goes.
_JOINERS = frozenset("\u200b\u200c\u200d\u2060")
_SPACES = {"\t": " ", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"}


@cache
def families() -> tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]:
    """(name, first code points, last code points) of each family, the first one that has a character sets it."""
    told = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))["families"]
    return tuple(
        (one["family"], tuple(first for first, _ in one["characters"]), tuple(last for _, last in one["characters"]))
        for one in told
    )


@cache
def family_of(character: str) -> str:
    """The family that sets a character; '' where none has a glyph for it."""
    code = ord(character)
    for name, firsts, lasts in families():
        place = bisect_right(firsts, code) - 1
        if place >= 0 and code <= lasts[place]:
            return name
    return ""


def names() -> list[str]:
    return [name for name, _, _ in families()]


def printable(text: object) -> str:
    """The text as it can be set: line ends as \\n, no control and direction marks, and a replacement sign for what no
    font here has. Full-width and similar forms become their plain ones where those can be set."""
    whole = unicodedata.normalize("NFC", str(text).replace("\r\n", "\n").replace("\r", "\n"))
    return whole if whole.isascii() and whole.isprintable() else "".join(map(_printable, whole))


@cache
def _printable(character: str) -> str:
    character = _SPACES.get(character, character)
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"}:
        return ""
    if category in {"Cs", "Co", "Cn"}:
        return REPLACEMENT
    if category == "Zs" and not family_of(character):
        return " "
    if family_of(character):
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain != character and all(map(family_of, plain)) else REPLACEMENT


def runs(text: str) -> Iterator[tuple[str, str]]:
    """(family, part) for a printable text. A mark, joiner or sign goes with the letter before it."""
    found, current = [], names()[0]
    for character in text:
        if not (unicodedata.category(character)[0] == "M" and _has(current, character)) and character not in _JOINERS:
            current = family_of(character) or current
        found.append((current, character))
    for family, part in groupby(found, key=lambda one: one[0]):
        yield family, "".join(character for _, character in part)


@cache
def _has(family: str, character: str) -> bool:
    code = ord(character)
    return any(
        name == family and (place := bisect_right(firsts, code) - 1) >= 0 and code <= lasts[place]
        for name, firsts, lasts in families()
    )
