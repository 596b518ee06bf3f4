"""Everything that can be refused in reporting, each with a sentence for the person."""

from __future__ import annotations

from dataclasses import dataclass


class ReportingError(Exception):
    """A rule of reporting was broken. The message is a sentence that helps."""


class NotAllowedNow(ReportingError):
    """The state of the report, or the calendar, does not allow this act."""


class ReasonNeeded(ReportingError):
    """The act, or the change of an approved value, needs a written reason. `fields` names what was approved."""

    def __init__(self, sentence: str, fields: tuple[str, ...] = ()) -> None:
        self.fields = fields
        super().__init__(sentence)


class NoSuchRecord(ReportingError):
    """The record is not, or no longer, part of this report."""


class OwnReport(ReportingError):
    """Who wrote a report does not approve it."""


class NotReady(ReportingError):
    """The report cannot be handed in yet. `blockers` has a sentence for each thing to do, the first twenty of them."""

    def __init__(self, sentence: str, blockers: tuple[str, ...] = ()) -> None:
        self.blockers = blockers
        super().__init__(sentence)


class Outdated(ReportingError):
    """The person acts on a version of the report that is no longer the current one."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one value: which field, what was seen, and the remedy, as one sentence in `hint`."""

    field: str
    code: str
    seen: str
    hint: str


class BadValues(ReportingError):
    """Some values were refused; nothing was stored. `problems` names each."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.hint for problem in problems))


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that two people changed: what both started from, what is stored now, what this person wants."""

    field: str
    label: str
    base: object
    theirs: object
    mine: object


class Conflict(ReportingError):
    """Somebody else changed the same section in the meantime. Nothing was stored; both texts are here.

    `at` is the ISO time of their save; `tokens` are those of what is stored now: sent again with a choice, it is saved.
    """

    def __init__(self, clashes: tuple[Clash, ...], *, by: str, at: str, tokens: dict[str, str]) -> None:
        self.clashes, self.by, self.at, self.tokens = clashes, by, at, tokens
        super().__init__(f"{by or 'Somebody else'} changed this in the meantime. Choose which text stays.")


class FileNotTaken(ReportingError):
    """An attachment was refused: too large, of a kind not taken, or not what its name says."""
