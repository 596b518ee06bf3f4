"""Reads of KPI values. Every page and export of the Results Framework comes through here."""

from .absence import Absence, absence_of
from .gaps import GapRow, GapsPage, gaps_page
from .home import HomePage, Movement, home_page
from .leaf import ORDERS, VIEWS, LeafFilters, LeafPage, leaf_page, leaf_ref
from .plan import CharacteristicPage, KraPage, characteristic_page, kra_page
from .rows import ASEAN, Item, LeafInfo, Mark, RecipeInfo, Series, State, ValueRow
from .standing import Standing

__all__ = [
    "ASEAN",
    "ORDERS",
    "VIEWS",
    "Absence",
    "CharacteristicPage",
    "GapRow",
    "GapsPage",
    "HomePage",
    "Item",
    "KraPage",
    "LeafFilters",
    "LeafInfo",
    "LeafPage",
    "Mark",
    "Movement",
    "RecipeInfo",
    "Series",
    "Standing",
    "State",
    "ValueRow",
    "absence_of",
    "characteristic_page",
    "gaps_page",
    "home_page",
    "kra_page",
    "leaf_page",
    "leaf_ref",
]
