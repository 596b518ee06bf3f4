"""Small lines drawn by the server as SVG paths, for lists and small panels: no script, no colour of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .points import Point, segments, value_range

WIDTH, HEIGHT, PAD = 120, 32, 3


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`path` is the `d` of the line, `region` that of a second line behind it; `dots` are (x, y) of lone points."""

    width: int
    height: int
    path: str
    dots: tuple[tuple[float, float], ...]
    end: tuple[float, float]
    label: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The years and values a drawing spans, so that several drawings can share them."""

    years: tuple[int, int]
    values: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT

    def place(self, point: Point) -> tuple[float, float]:
        years, values = self.years[1] - self.years[0] or 1, self.values[1] - self.values[0] or 1.0
        x = PAD + (point.year - self.years[0]) / years * (self.width - 2 * PAD)
        y = self.height - PAD - (point.value - self.values[0]) / values * (self.height - 2 * PAD)
        return round(x, 1), round(y, 1)


def frame_of(points: Sequence[Point], width: int = WIDTH, height: int = HEIGHT, from_zero: bool = False) -> Frame:
    values = [point.value for point in points]
    low, high = value_range(values) if from_zero else (min(values), max(values))
    years = [point.year for point in points]
    return Frame((min(years), max(years)), (low, high), width, height)


def sparkline(
    points: Sequence[Point], label: str, frame: Frame | None = None, region: Sequence[Point] = ()
) -> Sparkline | None:
    """None where there is nothing to draw: a single figure is a number, not a line."""
    if not points or (frame is None and len(points) < 2):
        return None
    frame = frame or frame_of(points)
    path, dots = _path(points, frame)
    return Sparkline(
        frame.width, frame.height, path, dots, frame.place(points[-1]), label, _path(region, frame)[0] if region else ""
    )


def _path(points: Sequence[Point], frame: Frame) -> tuple[str, tuple[tuple[float, float], ...]]:
    """Lines within unbroken runs; a run of one point becomes a dot."""
    parts, dots = [], []
    for run in segments(points):
        places = [frame.place(point) for point in run]
        if len(places) == 1:
            dots.append(places[0])
        else:
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in places))
    return "".join(parts), tuple(dots)
