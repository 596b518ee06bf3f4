"""What can be reported: the protocol of a tool, and the registry in which Tool 1, Tool 2 and Database C put theirs.

Reporting knows obligations, workflow, revisions, forms, grid and workbooks; a tool knows its records. Tools that are
rows of a table (the record sets of Database C) come through a family, which finds them by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

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


@runtime_checkable
class OwnWork(Protocol):
    """A tool whose reports are not written in reporting's form, grid and workbook: it brings pages of its own."""

    own_work: bool
    after_submitting: str  # what becomes of a submitted report, for the page that asks before it is sent

    def work_links(self, obligation: Obligation, user: User, may_edit: bool) -> Sequence[tuple[str, str, str, str]]:
        """(act, title, icon, address) of the ways to work on this report."""
        ...

    def panel(self, obligation: Obligation, user: User) -> tuple[str, dict[str, Any]]:
        """Template and context of what stands on the page of the report in place of the list of records."""
        ...

    def work_url(self, obligation: Obligation, name: str = "") -> str:
        """Where a field (by name) or the whole of the report is worked on."""
        ...

    def concerns(self, user: User, obligation: Obligation) -> bool:
        """This reporter has to do with this report; others of the same state may have it."""
        ...


class Family(Protocol):
    """Tools of one kind that are data. Both ways to read are cheap: called for every row of a list."""

    title: str  # 'Database C: administrative records', over its tools in lists

    def get(self, name: str) -> ReportTool | None: ...

    def all(self) -> Sequence[ReportTool]:
        """Those that are reported now, in the order of lists."""
        ...


_tools: dict[str, ReportTool] = {}
_families: dict[str, Family] = {}


def register(tool: ReportTool) -> None:
    _tools[tool.name] = tool


def register_family(prefix: str, family: Family) -> None:
    """Names that begin with `prefix` ('set:') are looked up in the family."""
    _families[prefix] = family


def get(name: str) -> ReportTool:
    """KeyError for a name that nobody registered."""
    found = _tools.get(name)
    if found is None:
        family = _families.get(f"{name.partition(':')[0]}:")
        found = family.get(name) if family is not None else None
    if found is None:
        raise KeyError(name)
    return found


def own_work(name: str) -> OwnWork | None:
    """The tool, where it brings pages of its own for the work on its reports. None for an unknown name too."""
    try:
        found = get(name)
    except KeyError:
        return None
    return found if isinstance(found, OwnWork) and found.own_work else None


def single_tools() -> list[ReportTool]:
    """Those registered one by one."""
    return list(_tools.values())


def families() -> list[Family]:
    return list(_families.values())


def all_tools() -> list[ReportTool]:
    return [*_tools.values(), *(tool for family in _families.values() for tool in family.all())]
