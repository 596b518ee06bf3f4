"""Records become cells of a statistic: pure functions over rows, without the ORM."""

from .cells import COMPILER, Cell, Compiled, DenominatorValue, compile_records
from .measure import CannotCompile

__all__ = ["COMPILER", "CannotCompile", "Cell", "Compiled", "DenominatorValue", "compile_records"]
