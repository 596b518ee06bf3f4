"""What still stands between a report and its submission: blockers, and contradictions that nobody has decided on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adme.observations.periods import TimePeriod

from .. import tools
from ..fields import is_empty
from ..models import Obligation, Revision
from ..tools import Blocker, Contradiction, Record, ReportTool
from ..transitions import Act


@dataclass(frozen=True, slots=True)
class KeptContradiction:
    contradiction: Contradiction
    reason: str


@dataclass(frozen=True, slots=True)
class RecordReadiness:
    """`contradictions` are open: neither mended nor kept. `kept` are kept with a reason, and block nothing."""

    record: Record
    blockers: tuple[Blocker, ...]
    contradictions: tuple[Contradiction, ...]
    kept: tuple[KeptContradiction, ...]

    @property
    def is_ready(self) -> bool:
        return not self.blockers and not self.contradictions

    @property
    def open_count(self) -> int:
        return len(self.blockers) + len(self.contradictions)


@dataclass(frozen=True, slots=True)
class Readiness:
    """`report_blockers` concern the report as a whole, such as that it is empty."""

    records: list[RecordReadiness]
    report_blockers: tuple[Blocker, ...] = ()

    @property
    def blocker_count(self) -> int:
        """Everything that must be done: fields, and contradictions to mend or keep."""
        return len(self.report_blockers) + sum(one.open_count for one in self.records)

    @property
    def is_ready(self) -> bool:
        return self.blocker_count == 0

    def sentences(self) -> Iterator[str]:
        yield from (one.sentence for one in self.report_blockers)
        for record in self.records:
            sentences = [one.sentence for one in record.blockers] + [one.sentence for one in record.contradictions]
            yield from (f"{record.record.title}: {sentence}" for sentence in sentences)


def readiness(obligation: Obligation, records: list[Record] | None = None) -> Readiness:
    """Three statements or fewer beyond those of the tool, whatever the number of records."""
    tool = tools.get(obligation.tool)
    records = tool.records(obligation) if records is None else records
    previous = tool.previous(obligation, [one.key for one in records]) if records else {}
    period_end = TimePeriod.from_key(obligation.round.period).last_day.isoformat()
    checked = [check_record(tool, one, previous.get(one.key), period_end) for one in records]
    return Readiness(checked, () if records else _empty_report(obligation, tool))


def _empty_report(obligation: Obligation, tool: ReportTool) -> tuple[Blocker, ...]:
    """An empty report is no report, unless it corrects one that was approved with records."""
    if Revision.objects.filter(obligation=obligation, act=Act.APPROVE.value).exists():
        return ()
    sentence = f"The report holds no {tool.noun[0]}. Add one, or certify that there is nothing to report."
    return (Blocker("empty_report", sentence),)


def check_record(
    tool: ReportTool, record: Record, previous: dict[str, object] | None, period_end: str
) -> RecordReadiness:
    """One record against required fields, the tool's own rules, and its contradictions."""
    missing = [
        Blocker("required", f"{one.label} is missing.", one.name)
        for one in tool.catalogue.fields
        if one.required and is_empty(record.values.get(one.name, one.empty))
    ]
    found = tool.contradictions(record.values, previous, period_end=period_end)
    return RecordReadiness(
        record=record,
        blockers=(*missing, *tool.cross_checks(record.values), *tool.blockers(record.values)),
        contradictions=tuple(one for one in found if one.code not in record.kept),
        kept=tuple(KeptContradiction(one, record.kept[one.code]) for one in found if one.code in record.kept),
    )
