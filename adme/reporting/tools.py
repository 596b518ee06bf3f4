"""What can be reported: the protocol of a tool, and the registry in which Tool 1, Tool 2 (later Database C) put theirs.

Reporting knows obligations, workflow, revisions, forms, grid and workbooks; a tool knows its records.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from adme.reference.models import Area, SectoralBody

from .fields import Catalogue, Values

if TYPE_CHECKING:
    from adme.accounts.models import User

    from .models import Obligation, Publication, ReportingRound


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a report as it stands now (working copy). `key` is the public id of the activity or action.

    `group` is what the list gathers by (work plan; declaration and clause). `kept` are contradictions that the officer
    keeps: {code: reason}. `approved` are plan values that stood in an approved report before: changing one of them
    needs a reason.
    """

    key: str
    title: str
    group: str
    values: Values
    kept: Mapping[str, str] = field(default_factory=dict)
    approved: Mapping[str, Any] = field(default_factory=dict)
    updated_at: str = ""  # ISO time of the last save
    updated_by: str = ""
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things said that do not go together. A warning: the officer mends it or keeps it with a reason."""

    code: str
    sentence: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that must be done before the report can be handed in."""

    code: str
    sentence: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Reporters:
    bodies: tuple[SectoralBody, ...] = ()
    states: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Where a new record can be put: a work plan, a clause."""

    key: str
    title: str


class ReportTool(Protocol):
    name: str  # 'tool1'
    title: str  # 'Tool 1'
    subject: str  # 'work-plan implementation'
    noun: tuple[str, str]  # ('activity', 'activities')
    catalogue: Catalogue

    def reporters(self, round_: ReportingRound) -> Reporters:
        """Who owes a report for this round, by the membership and the bodies of its last day."""
        ...

    def framework(self, obligation: Obligation) -> str:
        """Code of the framework whose KRAs and measures the records may name."""
        ...

    def may_edit(self, user: User, obligation: Obligation) -> bool:
        """Asked after reporting has found the user to be of this body or state; a tool may narrow it."""
        ...

    def records(
        self, obligation: Obligation, *, keys: Collection[str] | None = None, for_user: User | None = None
    ) -> list[Record]:
        """Working copies in the order of the list, in a constant number of statements."""
        ...

    def groups(self, obligation: Obligation, *, for_user: User | None = None) -> list[Group]: ...

    def without_groups(self, obligation: Obligation) -> tuple[str, str, str]:
        """What to do where there is no group to add a record to: a sentence, an address, and the link's words."""
        ...

    def previous(self, obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
        """Per record the values of the latest earlier report that was handed in."""
        ...

    def create(self, obligation: Obligation, *, group: str, values: Values, by: User) -> str:
        """Store a new record with these (clean) values, and return its key. Called inside reporting's transaction."""
        ...

    def store(self, obligation: Obligation, key: str, *, changed: Values, by: User) -> None:
        """Write changed (clean) values of one record, whose row reporting has locked. Same transaction."""
        ...

    def store_many(self, obligation: Obligation, changed: Mapping[str, Values], *, by: User) -> None:
        """The same for many records, set-based: uploads and copies."""
        ...

    def keep(self, obligation: Obligation, key: str, *, code: str, reason: str) -> None:
        """Remember that the officer keeps a contradiction, or (reason blank) no longer does."""
        ...

    def remove(self, obligation: Obligation, key: str, *, by: User) -> bool:
        """Take a record out of the report: delete it if it never was in a revision, else retire it. False: unknown."""
        ...

    def cross_checks(self, values: Values) -> list[Blocker]:
        """Errors across fields that may not even be saved, such as an end before its start."""
        ...

    def contradictions(self, values: Values, previous: Values | None, *, period_end: str) -> list[Contradiction]: ...

    def blockers(self, values: Values) -> list[Blocker]:
        """What is missing beyond the fields marked as required, such as an explanation of a delay."""
        ...

    def publish(
        self, obligation: Obligation, publication: Publication, records: list[dict[str, Any]], *, standing: str
    ) -> None:
        """Make the records of a revision readable by others: standing 'submitted' or 'approved'. Closes earlier facts
        of the same obligation and standing; an approval also closes what was submitted. Sends `series_changed` and
        bumps the data version where approved facts changed."""
        ...

    def withdraw_published(self, obligation: Obligation, publication: Publication, *, standing: str) -> None:
        """The report was returned: its submitted facts are no longer readable by others."""
        ...

    def record_url(self, key: str) -> str:
        """Page where others read this record."""
        ...


_tools: dict[str, ReportTool] = {}


def register(tool: ReportTool) -> None:
    _tools[tool.name] = tool


def get(name: str) -> ReportTool:
    return _tools[name]


def all_tools() -> list[ReportTool]:
    return list(_tools.values())
