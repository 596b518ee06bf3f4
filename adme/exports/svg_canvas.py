"""Drawing for `svg.py`: numbers written short, text measured, wrapped and cut into fonts, shapes and patterns. Pure.

Lengths are points (1/72 inch), y grows downwards. Nothing here reads a clock or a random number, so the same chart is
always the same text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from adme.common import formatting

from . import fonts

INK, MUTED, FAINT, GRID, PAPER = "#17212b", "#54616e", "#98a3ad", "#dfe4e8", "#ffffff"
ACCENT = "#0b6170"
CHOSEN = ("#1351ad", "#b16300", "#736da2", "#028765", "#8c2357", "#6a5100")
TONES = {
    "good": "#1f6b3a",
    "going": "#80c8d7",
    "attention": "#8a5a00",
    "late": "#54616e",
    "bad": "#a8231c",
    "none": FAINT,
}
SIZE, SMALL = 7.5, 6.5
BOLD = 1.08  # how much wider bold letters are

# Widths in em of the Latin letters of our typeface, rounded up; other letters are wide, marks have no width.
_NARROW, _WIDE = "iljtfrI.,:;'|!()[] \u00a0", "mwMW%@\u2014"


def short(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def compact(value: float, decimals: int) -> str:
    """A number as a chart writes it: millions as M, with as many digits as tell values apart."""
    if abs(value) < 1_000_000:
        return formatting.number(value, decimals)
    places = 0 if value % 1_000_000 == 0 else 1
    return f"{formatting.number(value / 1_000_000, places)}{formatting.THIN_SPACE}M"


def measure(text: str, size: float, *, is_bold: bool = False) -> float:
    """About how wide a text is, rather too wide than too narrow."""
    em = 0.0
    for letter in text:
        if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            continue
        if letter in _NARROW:
            em += 0.33
        elif letter in _WIDE or "\u1000" <= letter <= "\u109f":  # Burmese letters are wide
            em += 0.92
        else:
            em += 0.68 if letter.isupper() or letter >= "\u0e00" else 0.585
    return em * size * (BOLD if is_bold else 1.0)


def wrap(text: str, width: float, size: float, lines: int, *, is_bold: bool = False) -> list[str]:
    """The text in at most `lines` lines of `width`; what does not fit ends in an ellipsis."""
    width = width / BOLD if is_bold else width
    found: list[str] = []
    rest = " ".join(fonts.printable(text).split())
    while rest and len(found) < lines:
        taken = _fitting(rest, width, size)
        found.append(taken.rstrip(" \u200b"))
        rest = rest[len(taken) :].lstrip(" \u200b")
    if rest:
        last = found[-1]
        while last and measure(f"{last}...", size) > width:
            last = _without_last(last)
        last = last.rsplit(" ", 1)[0] if " " in last else last
        found[-1] = f"{last.rstrip(' ,;:')}\u2026"
    return found


def _fitting(text: str, width: float, size: float) -> str:
    """As much of the beginning as fits, cut at a blank where there is one, else between two clusters."""
    if measure(text, size) <= width:
        return text
    end, used = 0, 0.0
    for place, letter in enumerate(text):
        used += measure(letter, size)
        if used > width:
            break
        end = place + 1
    blank = max(text.rfind(" ", 0, end + 1), text.rfind("\u200b", 0, end + 1), text.rfind("-", 0, end) + 1)
    if blank > 0:
        return text[:blank]
    cut = text[: max(end, 1)]
    while cut and len(cut) < len(text) and _joins(cut[-1], text[len(cut)]) and len(cut) > 1:
        cut = cut[:-1]
    return cut


def _joins(before: str, after: str) -> bool:
    """May no line end between these two? Marks hang on, vowels written first wait, a virama stacks what follows."""
    return unicodedata.category(after)[0] == "M" or before in "เแโใไເແໂໃໄ\u17d2\u1039"


def _without_last(text: str) -> str:
    while text and unicodedata.category(text[-1])[0] == "M":
        text = text[:-1]
    return text[:-1]


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text on the baseline y; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: str
    is_bold: bool


class Canvas:
    """Collects the parts of one drawing. Every method draws; texts stand above all shapes.

    `document` returns the whole as SVG, or without its texts: where a page sets them itself, beside the drawing.
    """

    def __init__(self, width: float, height: float, key: str) -> None:
        self.width, self.height = width, height
        self._key = "".join(letter if letter.isalnum() else "-" for letter in key)
        self._parts: list[str] = []
        self.labels: list[Label] = []
        self._patterns: dict[str, str] = {}

    def document(self, title: str, description: str, *, with_text: bool = True) -> str:
        """The drawing with its words for those who do not see it."""
        patterns = "".join(self._patterns.values())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{short(self.width)}pt" height="{short(self.height)}pt" '
            f'viewBox="0 0 {short(self.width)} {short(self.height)}" role="img">'
            f"<title>{escape(fonts.printable(title))}</title><desc>{escape(fonts.printable(description))}</desc>"
            + (f"<defs>{patterns}</defs>" if patterns else "")
            + "".join(self._parts)
            + ("".join(map(_label, self.labels)) if with_text else "")
            + "</svg>"
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: str, width: float = 0.6, dash: str = ""
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}" fill="none" stroke="{colour}" '
            f'stroke-width="{short(width)}"{dashes}/>'
        )

    def polyline(self, points: Sequence[tuple[float, float]], *, colour: str, width: float, dash: str = "") -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        path = "L".join(f"{short(x)} {short(y)}" for x, y in points)
        self._parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{short(width)}" stroke-linejoin="round" '
            f'stroke-linecap="round"{dashes}/>'
        )

    def box(self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "") -> None:
        stroke = f' stroke="{edge}" stroke-width="0.6"' if edge else ""
        self._parts.append(
            f'<rect x="{short(x)}" y="{short(y)}" width="{short(max(width, 0))}" height="{short(max(height, 0))}" '
            f'fill="{fill}"{stroke}/>'
        )

    def shape(self, kind: str, x: float, y: float, size: float, *, colour: str, is_hollow: bool = False) -> None:
        """circle, square, triangle, diamond or cross about (x, y), `size` across."""
        half = size / 2
        look = f'fill="{PAPER if is_hollow else colour}" stroke="{colour}" stroke-width="0.9"'
        if kind == "circle":
            self._parts.append(f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(half)}" {look}/>')
            return
        corners = {
            "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
            "triangle": ((0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
            "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        }[kind]
        path = "L".join(f"{short(x + dx * half)} {short(y + dy * half)}" for dx, dy in corners)
        self._parts.append(f'<path d="M{path}Z" {look}/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SIZE,
        colour: str = INK,
        anchor: str = "start",
        is_bold: bool = False,
    ) -> None:
        whole = fonts.printable(text).replace("\n", " ")
        self.labels.append(Label(x, y, whole, size, colour, anchor, is_bold))

    def halo(self, x: float, y: float, text: str, *, size: float, colour: str, is_bold: bool = False) -> None:
        """A text that may stand on lines: on a piece of paper of its own size."""
        self.box(x - 0.5, y - size * 0.78, measure(text, size, is_bold=is_bold) * 0.97, size, fill=PAPER)
        self.text(x, y, text, size=size, colour=colour, is_bold=is_bold)

    def pattern(self, kind: str, colour: str) -> str:
        """A fill that differs without its colour: '' is plain; hatch, dots, cross."""
        if not kind:
            return colour
        name = f"{self._key}-{kind}-{colour.lstrip('#')}"
        marks = {
            "hatch": f'<path d="M-1 5L5 -1M3 9L9 3" stroke="{colour}" stroke-width="1.1"/>',
            "dots": f'<circle cx="2" cy="2" r="0.9" fill="{colour}"/><circle cx="6" cy="6" r="0.9" fill="{colour}"/>',
            "cross": f'<path d="M0 4H8M4 0V8" stroke="{colour}" stroke-width="0.9"/>',
        }[kind]
        self._patterns[name] = (
            f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{PAPER}"/>{marks}</pattern>'
        )
        return f"url(#{name})"


def _label(one: Label) -> str:
    """Each run names the family that has its glyphs."""
    spans = [f"<tspan font-family={quoteattr(family)}>{escape(part)}</tspan>" for family, part in fonts.runs(one.text)]
    weight = ' font-weight="700"' if one.is_bold else ""
    return (
        f'<text x="{short(one.x)}" y="{short(one.y)}" font-size="{short(one.size)}" fill="{one.colour}" '
        f'text-anchor="{one.anchor}"{weight} xml:space="preserve">{"".join(spans)}</text>'
    )
