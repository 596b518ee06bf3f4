"""Pages of one report of a record set: what it holds, what comes next, versions, findings, the worklist. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone

from adme.accounts.models import User
from adme.ingest import pages as ingest_pages
from adme.ingest.models import BatchState, ImportBatch
from adme.jobs.models import Job
from adme.reporting import access as reporting
from adme.reporting.models import Obligation, Revision
from adme.reporting.pages.reports import Head, head
from adme.reporting.selectors.readiness import KeptContradiction, RecordReadiness, readiness
from adme.reporting.services.common import owes_reason, why_closed
from adme.reporting.services.merging import tokens_of
from adme.reporting.services.revisions import approved
from adme.reporting.states import State
from adme.reporting.tools import Contradiction
from adme.reporting.transitions import Act

from .. import access, holding
from ..fields import CATALOGUE
from ..layout import Layout
from ..models import Finding, RecordSet, SetVersion, Submission, Verdict
from ..selectors import submissions as selectors
from ..services.submissions import MOST_BYTES
from ..tool import RecordSetTool

WORK_SIZE, FINDINGS_SIZE, FIRST_ERRORS = 25, 50, 5
BUILT_IN = {
    "missing_column": "A column is missing",
    "unknown_column": "A column is not of the layout",
    "column_twice": "A column stands twice",
    "wrong_set": "The file is of another record set",
    "wrong_version": "The file has another layout",
    "wrong_period": "The file is of another period",
    "wrong_state": "The file is of another state",
    "no_rows": "The file holds no records",
    "required": "A value is missing",
    "not_a_number": "Not a number",
    "not_whole": "Not a whole number",
    "not_a_day": "Not a day",
    "not_a_year": "Not a year",
    "not_yes_or_no": "Not yes or no",
    "unknown_code": "Not in the list",
    "out_of_range": "Outside the possible range",
    "too_long": "Too long",
    "control_characters": "Characters that cannot be stored",
    "duplicate_same": "The same record twice, merged",
    "duplicate_differs": "One record, two contents",
    "total_row": "A row of totals",
    "formula_text": "Text that looks like a formula",
}
LEVEL_TITLES = {Finding.Level.ERROR: "Errors", Finding.Level.WARNING: "Warnings", Finding.Level.NOTE: "Notes"}
_MARKS = {
    Verdict.ACCEPTED: ("good", "circle-check"),
    Verdict.WITH_WARNINGS: ("attention", "alert-triangle"),
    Verdict.PARTLY: ("attention", "circle-dashed"),
    Verdict.REJECTED: ("bad", "x"),
}


@dataclass(frozen=True, slots=True)
class VerdictMark:
    """Shape, word and tone; `sentence` says what it means for the report."""

    word: str
    tone: str
    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    submission: Submission
    mark: VerdictMark
    url: str
    layout: str
    counts: Mapping[str, int]
    open_warnings: int
    may_use: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file without a version: being read, or not readable."""

    batch: ImportBatch
    job: Job | None
    problems: list[ingest_pages.ProblemGroup]
    may_read: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding: Finding
    title: str
    level: str
    record: str
    seen: str
    times: int


@dataclass(frozen=True, slots=True)
class Step:
    """`url`: where on the page it is done; blank where the sentence needs no place."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RuleGroup:
    rule: str
    title: str
    number: int
    url: str
    is_active: bool


@dataclass(frozen=True)
class SubmissionPage:
    head: Head
    set: RecordSet
    layout: Layout | None
    version: SetVersion | None
    current: Submission | None
    mark: VerdictMark | None
    figures: list[tuple[str, str, str]]
    steps: list[Step]
    closed: str  # why nothing can be changed now; blank while it can
    can_edit: bool
    behalf: str  # whose report a reviewer writes in, while a reason is owed
    reason_for_use: str  # why a reason is asked for when a version is put into the report
    to_use: VersionRow | None
    first_errors: list[FindingRow]  # of the newest version, where it was rejected
    errors: int
    files: list[FileRow]
    versions: list[VersionRow]
    worklist: Page[FindingRow] | None
    rules: list[RuleGroup]
    rule: str
    undecided: int
    decided: list[FindingRow]
    decided_count: int
    contradictions: Sequence[Contradiction]
    kept: Sequence[KeptContradiction]
    tokens: Mapping[str, str]
    sees_rows: bool
    is_counts: bool
    has_earlier: bool
    act_url: str
    max_bytes: int

    typed: Mapping[str, str] = field(default_factory=dict)  # units and remarks as sent, where they were refused

    @property
    def rule_tabs(self) -> list[dict[str, Any]]:
        return [
            {"title": one.title, "url": one.url, "active": one.is_active, "count": one.number} for one in self.rules
        ]

    @property
    def shown(self) -> Mapping[str, Any]:
        """Values of the form of units and remarks: what was typed stays."""
        held = self.current
        stored = {name: getattr(held, name) for name in ("units_known", "units_reporting", "remarks")} if held else {}
        return {**stored, **{name: value for name, value in self.typed.items() if name in stored}}

    @property
    def needs_remarks(self) -> bool:
        return self.current is not None and self.current.verdict == Verdict.PARTLY


def mark_of(submission: Submission) -> VerdictMark:
    verdict, counts = Verdict(submission.verdict), submission.counts
    refused, accepted = counts.get("refused", 0), counts.get("accepted", 0)
    sentence = {
        Verdict.ACCEPTED: "Every record was taken.",
        Verdict.WITH_WARNINGS: "Every record was taken. Some values need a decision: are they right?",
        Verdict.PARTLY: f"{_records(accepted)} taken, {_records(refused)} refused. "
        "Mend these, or say why they are missing.",
        Verdict.REJECTED: "Nothing was taken. Mend what is listed and send the file again.",
    }[verdict]
    tone, icon = _MARKS[verdict]
    return VerdictMark(str(verdict.label), tone, icon, sentence)


def _records(number: int) -> str:
    return f"{number:,} record{' was' if number == 1 else 's were'}"


def submission_page(
    user: User,
    obligation: Obligation,
    tool: RecordSetTool,
    *,
    query: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
) -> SubmissionPage:
    record_set = RecordSet.objects.select_related("body", "current").get(pk=tool.pk)
    now = timezone.now()
    may_edit = reporting.may_edit(user, obligation)
    is_open = obligation.is_editable(now)
    can_edit = may_edit and is_open
    sees = access.may_see_rows_of(user, obligation)
    # Files before versions: one that is read in between is then in both lists, not in neither.
    files = [_file_row(one, may_edit, sees) for one in selectors.files_without_version(obligation)]
    rows = [_version_row(one, can_edit) for one in selectors.versions(obligation)]
    current = next((row for row in rows if row.submission.is_current), None)
    ready = next(iter(readiness(obligation).records), None) if current else None
    rule = query.get("rule", "")
    work = _worklist(current.submission, rule, query) if current and sees else None
    decided = _decided(current.submission) if current and sees else []
    to_use = _to_use(rows, current) if can_edit else None
    undecided = current.open_warnings if current else 0
    layout = record_set.current.read_layout() if record_set.current else None
    before = holding.earlier(obligation) if sees else None
    first_errors, errors = _first_errors(rows, sees=sees)
    return SubmissionPage(
        head=head(user, obligation, ("Records", "")), set=record_set, layout=layout, version=record_set.current,
        current=current.submission if current else None, mark=current.mark if current else None,
        figures=_figures(current) if current else [],
        steps=[
            *(_asked_for(obligation) if can_edit else ()),
            *_steps(rows, current, to_use, files, ready, can_edit, before),
        ],
        closed="" if is_open or not may_edit else why_closed(obligation, now), can_edit=can_edit,
        behalf=obligation.reporter_label if can_edit and owes_reason(obligation, user) else "",
        reason_for_use=_reason_for_use(obligation, user) if can_edit else "", to_use=to_use,
        first_errors=first_errors, errors=errors, files=files,
        versions=rows, worklist=work, rules=_rules(current.submission, rule) if current and undecided else [],
        rule=rule, undecided=undecided, decided=decided[:WORK_SIZE], decided_count=len(decided),
        contradictions=ready.contradictions if ready else (), kept=ready.kept if ready else (),
        tokens=tokens_of(CATALOGUE, ready.record.values) if ready else {}, sees_rows=sees,
        is_counts=record_set.kind == RecordSet.Kind.AGGREGATE,
        has_earlier=before is not None,
        act_url=reverse("report", args=[obligation.public_id]), max_bytes=MOST_BYTES,
        typed=typed or {},
    )  # fmt: skip


def _version_row(submission: Any, can_edit: bool) -> VersionRow:
    usable = submission.verdict != Verdict.REJECTED and submission.rows_discarded_at is None
    return VersionRow(
        submission=submission,
        mark=mark_of(submission),
        url=reverse("submission_version", args=[submission.obligation.public_id, submission.number]),
        layout=f"version {submission.version.number}",
        counts=submission.counts,
        open_warnings=submission.open_warnings,
        may_use=can_edit and usable and not submission.is_current,
    )


def _to_use(rows: Sequence[VersionRow], current: VersionRow | None) -> VersionRow | None:
    """The newest version, where it could be in the report and is not."""
    newest = rows[0] if rows else None
    if newest is None or not newest.may_use:
        return None
    return newest if current is None or newest.submission.number > current.submission.number else None


def _file_row(batch: ImportBatch, may_edit: bool, sees: bool) -> FileRow:
    job = ingest_pages.open_job(batch)
    sentences = {
        BatchState.RECEIVED: "waits to be read",
        BatchState.READING: "is being read",
        BatchState.REFUSED: "could not be read",
        BatchState.FAILED: "was not read to its end",
    }
    return FileRow(
        batch=batch,
        job=job if job is not None and (job.is_open or job.error) else None,
        problems=ingest_pages.problem_groups(batch) if sees and batch.state == BatchState.REFUSED else [],
        may_read=may_edit and batch.state == BatchState.FAILED,
        sentence=sentences[BatchState(batch.state)],
    )


def _figures(row: VersionRow) -> list[tuple[str, str, str]]:
    counts = row.counts
    found = [
        ("Records accepted", _number(counts.get("accepted")), f"of {_number(counts.get('read'))} read"),
        ("Refused", _number(counts.get("refused")), "records with an error"),
        ("To decide", _number(row.open_warnings), f"of {_number(counts.get('warnings'))} warnings"),
    ]
    if counts.get("merged"):
        found.insert(2, ("Merged", _number(counts["merged"]), "the same record more than once"))
    submission = row.submission
    if submission.units_known is not None or submission.units_reporting is not None:
        known, here = _number(submission.units_known), _number(submission.units_reporting)
        found.append(("Units", here, f"of {known} that should report"))
    return found


def _number(value: int | None) -> str:
    return ".." if value is None else f"{value:,}".replace(",", "\u2009")


def _first_errors(rows: Sequence[VersionRow], *, sees: bool) -> tuple[list[FindingRow], int]:
    """The first errors of a rejected newest version, what is structural first, and how many there are."""
    newest = rows[0].submission if rows else None
    if newest is None or newest.verdict != Verdict.REJECTED:
        return [], 0
    layout = newest.version.read_layout()
    found = selectors.findings(newest, level=Finding.Level.ERROR)[:FIRST_ERRORS]
    number = selectors.by_level(newest).get(Finding.Level.ERROR, 0)
    return [finding_row(one, layout, sees=sees) for one in found], number


def _asked_for(obligation: Obligation) -> list[Step]:
    """What the Secretariat asked for when it returned the report; it stands first."""
    if obligation.state != State.RETURNED:
        return []
    last = Revision.objects.filter(obligation=obligation, act=Act.RETURN.value).order_by("-number").first()
    address = reverse("report", args=[obligation.public_id])
    return [Step(f"Mend what the Secretariat asks for: {last.reason}", address)] if last else []


def _steps(
    rows: Sequence[VersionRow],
    current: VersionRow | None,
    to_use: VersionRow | None,
    files: Sequence[FileRow],
    ready: RecordReadiness | None,
    can_edit: bool,
    before: Submission | None,
) -> list[Step]:
    """What comes next, the first step first; none where nobody may do anything here."""
    if not can_edit:
        return []
    if any(one.job is not None and one.job.is_open for one in files):
        return [Step("The file is being read. You may leave this page; the result waits here.")]
    found = []
    if to_use is not None:
        number = to_use.submission.number
        if period := holding.same_as(before, to_use.submission):
            found.append(Step(f"Version {number} repeats every record of {period}. Is it the right file?"))
        found.append(Step(f"Look at version {number} ({to_use.mark.word.lower()}) and put it into the report."))
    elif rows and rows[0].submission.verdict == Verdict.REJECTED:
        newest = rows[0].submission.number
        found.append(Step(f"Version {newest} was rejected: see what to mend, correct the file, and send it again."))
    elif current is None:
        found.append(
            Step("Get the template, fill it in, and send it. If there is nothing to report, certify that instead.")
        )
    if ready is not None and to_use is None:
        found += [Step(one.sentence, f"#field-{one.field}" if one.field else "") for one in ready.blockers]
        found += [Step(one.sentence, f"#field-{one.fields[0]}") for one in ready.contradictions]
        found += _wishes(ready)
        if ready.is_ready:
            found.append(Step("Nothing that is required is missing: submit the report."))
    return found


def _wishes(ready: RecordReadiness) -> list[Step]:
    """What a reader of the figures would miss, and what stops nothing."""
    values, asked = ready.record.values, {one.field for one in ready.blockers}
    empty = [
        (words, name)
        for name, words in (
            ("units_known", "how many units should report"),
            ("units_reporting", "how many of them are in the file"),
            ("remarks", "what a reader must know (remarks)"),
        )
        if values.get(name) in {None, ""} and name not in asked
    ]
    told = ", ".join(words for words, _ in empty)
    return [Step(f"Where you know it, tell below: {told}.", f"#field-{empty[0][1]}")] if empty else []


def _reason_for_use(obligation: Obligation, user: User) -> str:
    if obligation.state in {State.REOPENED, State.RETURNED} and approved(obligation) is not None:
        return "Records of this report were approved before. Say why others take their place."
    if owes_reason(obligation, user):
        return f"You write on behalf of {obligation.reporter_label}. Say why."
    return ""


def title_of_rule(rule: str, layout: Layout | None) -> str:
    """A built-in check by its name; a rule of the set by what the ministry should do."""
    if rule in BUILT_IN:
        return BUILT_IN[rule]
    for one in layout.rules if layout is not None else ():
        if one.code == rule:
            return one.instruction
    return rule.replace("_", " ").capitalize()


def finding_row(one: Finding, layout: Layout, *, sees: bool = True) -> FindingRow:
    return FindingRow(
        finding=one,
        title=title_of_rule(one.rule, layout),
        level=str(LEVEL_TITLES[Finding.Level(one.level)])[:-1],
        record=one.record if sees else "",
        seen=one.seen if sees else "",
        times=one.times,
    )


def _worklist(submission: Submission, rule: str, query: Mapping[str, str]) -> Page[FindingRow]:
    found = holding.worklist(submission).filter(decision="").order_by("id")
    if rule:
        found = found.filter(rule=rule)
    page: Page[Any] = Paginator(found, WORK_SIZE).get_page(query.get("page", "1"))
    layout = submission.version.read_layout()
    page.object_list = [finding_row(one, layout) for one in page.object_list]
    return page


def _decided(submission: Submission) -> list[FindingRow]:
    found = holding.worklist(submission).exclude(decision="").select_related("decided_by").order_by("-decided_at", "id")
    layout = submission.version.read_layout()
    return [finding_row(one, layout) for one in found[:500]]


def _rules(submission: Submission, rule: str) -> list[RuleGroup]:
    layout = submission.version.read_layout()
    held = [one for one in selectors.by_rule(submission, level=Finding.Level.WARNING) if one.open]
    groups = [RuleGroup("", "All", sum(one.open for one in held), "?#worklist", not rule)]
    groups += [
        RuleGroup(one.rule, title_of_rule(one.rule, layout), one.open, f"?rule={one.rule}#worklist", one.rule == rule)
        for one in held
    ]
    return groups if len(held) > 1 else []


# --- one version ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VersionPage:
    head: Head
    row: VersionRow
    submission: Submission
    facts: list[tuple[str, str]]
    tabs: list[dict[str, Any]]
    findings: Page[FindingRow]
    filters: list[dict[str, Any]]
    is_filtered: bool
    total: int
    sees_rows: bool
    has_rows: bool
    has_file: bool
    reason_for_use: str
    discarded_at: datetime | None


def version_page(
    user: User, obligation: Obligation, submission: Submission, *, query: Mapping[str, str]
) -> VersionPage:
    sees = access.may_see_rows_of(user, obligation)
    can_edit = reporting.may_edit(user, obligation) and obligation.is_editable()
    layout = submission.version.read_layout()
    levels = selectors.by_level(submission)
    level = query.get("level", "")
    level = level if level in levels else ""
    rules = selectors.by_rule(submission, level=level)
    rule = query.get("rule", "")
    rule = rule if rule in {one.rule for one in rules} else ""
    page: Page[Any] = Paginator(selectors.findings(submission, level=level, rule=rule), FINDINGS_SIZE).get_page(
        query.get("page", "1")
    )
    page.object_list = [finding_row(one, layout, sees=sees) for one in page.object_list]
    open_warnings = holding.waiting(submission)["open"]
    submission.open_warnings = open_warnings  # type: ignore[attr-defined]
    total = sum(levels.values())
    tabs = [{"title": "All", "url": "?#findings", "active": not level, "count": total}]
    tabs += [
        {
            "title": LEVEL_TITLES[one],
            "url": f"?level={one}#findings",
            "active": level == one,
            "count": levels.get(one, 0),
        }
        for one in selectors.LEVELS
    ]
    options = [
        ("", "All kinds"),
        *((one.rule, f"{title_of_rule(one.rule, layout)} ({one.number:,})"[:90]) for one in rules),
    ]
    return VersionPage(
        head=head(user, obligation, ("Records", reverse("submission", args=[obligation.public_id])),
                  (f"Version {submission.number}", "")),
        row=_version_row(submission, can_edit), submission=submission, facts=_facts(submission), tabs=tabs,
        findings=page,
        filters=[{"name": "rule", "label": "Kind", "value": rule, "options": options}] if len(rules) > 1 else [],
        is_filtered=bool(rule), total=total, sees_rows=sees,
        has_rows=bool(submission.rows_file) and submission.rows_discarded_at is None,
        has_file=bool(submission.batch and submission.batch.file) and submission.rows_discarded_at is None,
        reason_for_use=_reason_for_use(obligation, user) if can_edit else "",
        discarded_at=submission.rows_discarded_at,
    )  # fmt: skip


def _facts(submission: Submission) -> list[tuple[str, str]]:
    counts = submission.counts
    found = [
        ("Sent as", f"{submission.get_channel_display()}{': ' + submission.filename if submission.filename else ''}"),
        ("Layout", f"Version {submission.version.number} of {submission.version.record_set.title}"),
        ("Records read", _number(counts.get("read"))),
        ("Without an error" if submission.verdict == Verdict.REJECTED else "Accepted", _number(counts.get("accepted"))),
        ("Refused", _number(counts.get("refused"))),
        ("Merged", _number(counts.get("merged"))),
        ("Checksum", submission.sha256[:16] + "…" if submission.sha256 else ""),
    ]
    return [(label, value) for label, value in found if value]


# --- on the page of the report ----------------------------------------------------------------------------------------


def work_links(
    tool: RecordSetTool, obligation: Obligation, user: User, may_edit: bool
) -> list[tuple[str, str, str, str]]:
    sees = access.may_see_rows_of(user, obligation)
    own = [obligation.public_id]
    links = [("records", "Send and check records" if may_edit else "See the records", "database", "submission", True)]
    is_counts = tool.kind == RecordSet.Kind.AGGREGATE
    links.append(("form", "Enter the counts", "table", "submission_form", may_edit and is_counts))
    found = [(act, title, icon, reverse(name, args=own)) for act, title, icon, name, shown in links if shown]
    if may_edit and sees:
        address = reverse("submission_template_xlsx", args=own)
        found.append(("template", "Get the template", "download", address))
    return found


def panel(tool: RecordSetTool, obligation: Obligation, user: User) -> tuple[str, dict[str, Any]]:
    """What the report holds, in short, in place of a list of records."""
    rows = [_version_row(one, False) for one in selectors.versions(obligation)]
    current = next((row for row in rows if row.submission.is_current), None)
    context = {
        "obligation": obligation,
        "tool": tool,
        "current": current,
        "figures": _figures(current) if current else [],
        "versions": len(rows),
        "sees": access.may_see_rows_of(user, obligation),
        "can_edit": reporting.may_edit(user, obligation) and obligation.is_editable(),
        "is_counts": tool.kind == RecordSet.Kind.AGGREGATE,
    }
    return "records/submissions/_panel.html", context
