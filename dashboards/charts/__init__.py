"""Pure functions from rows to Plotly figure dictionaries and SVG paths. No ORM, no plotly at run time."""

from .coverage import coverage
from .data_state import CauseRow, data_state
from .latest import Bar, latest_by_state
from .points import MARKS, Line, Point, Rule
from .sparkline import Sparkline, frame_of, sparkline
from .tiles import tile_grid
from .trend import trend

__all__ = [
    "MARKS",
    "Bar",
    "CauseRow",
    "Line",
    "Point",
    "Rule",
    "Sparkline",
    "coverage",
    "data_state",
    "frame_of",
    "latest_by_state",
    "sparkline",
    "tile_grid",
    "trend",
]
