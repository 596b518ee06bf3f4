"""From what the selectors read to what the templates show: one module per page, no queries, no requests."""

from .characteristic import build_characteristic
from .gaps import build_gaps
from .home import build_home
from .kra import build_kra
from .leaf import build_leaf
from .passport import compared, passport_context

__all__ = [
    "build_characteristic",
    "build_gaps",
    "build_home",
    "build_kra",
    "build_leaf",
    "compared",
    "passport_context",
]
