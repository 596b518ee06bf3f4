"""Reads of KPI values. Every page and export of the Results Framework comes through here."""

from .absence import Absence, absence_of
from .gaps import GapRow, GapsPage, gaps_page
from .home import HomePage, Movement, home_page
from .leaf import ORDERS, VIEWS, LeafFilters, LeafPage, leaf_page, leaf_ref
from .plan import CharacteristicPage, KraPage, characteristic_page, kra_page
from .rows import ASEAN, FRAMEWORK, Item, LeafInfo, Mark, RecipeInfo, Series, State, ValueRow
from .standing import Standing
from .whole import AreaStanding, Whole, WholeLeaf, WholeRow, ratings_of, whole

__all__ = [
    "ASEAN",
    "FRAMEWORK",
    "ORDERS",
    "VIEWS",
    "Absence",
    "AreaStanding",
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
    "Whole",
    "WholeLeaf",
    "WholeRow",
    "absence_of",
    "characteristic_page",
    "gaps_page",
    "home_page",
    "kra_page",
    "leaf_page",
    "leaf_ref",
    "ratings_of",
    "whole",
]
