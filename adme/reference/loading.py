"""The registry of loaders, and what a loader tells: changes made, or problems found in the files.

A loader is `loader(directory, apply) -> list[Change]`. Each package registers its own in `AppConfig.ready`; those of
this package are in `loaders.py`, the run over all of them is `services.load_reference`, and `rows.py` and `tables.py`
hold what loaders share. The rule for edits by hand: what a file holds, the file decides, and the dry run lists every
difference before it is written; a row that only a person added is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Kind = Literal["new", "changed", "unchanged", "retired", "returned"]
KINDS: tuple[Kind, ...] = ("new", "changed", "unchanged", "retired", "returned")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of one table: `before` and `after` hold just the fields that differ. "returned" was retired before."""

    table: str
    key: str
    kind: Kind
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadProblem:
    """What is wrong where. `line` counts as a text editor does (the heading is line 1); 0 is the file as a whole."""

    file: str
    line: int
    column: str
    seen: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        if self.column:
            place += f", column {self.column}"
        return f"{place}: seen '{self.seen}'; {self.remedy}" if self.seen else f"{place}: {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class LoadError(Exception):
    """The files cannot be loaded. Carries every problem found; nothing was written."""

    def __init__(self, problems: Iterable[LoadProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


Loader = Callable[[Path, bool], list[Change]]


@dataclass(frozen=True, slots=True)
class Registered:
    name: str
    load: Loader
    after: tuple[str, ...]


_loaders: dict[str, Registered] = {}


def register(name: str, loader: Loader, *, after: Iterable[str] = ()) -> None:
    """Add a loader; it runs in the order of registration. With problems in one of `after` it is not tried at all.

    `apply` tells the loader whether its writes will stay. It may write either way: the service runs every loader in one
    transaction and takes a dry run back, so that later loaders find what earlier ones made. Other lasting effects
    (files, queued jobs) belong behind `transaction.on_commit`.
    """
    _loaders[name] = Registered(name=name, load=loader, after=tuple(after))


def registered() -> tuple[Registered, ...]:
    return tuple(_loaders.values())
