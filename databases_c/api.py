"""Submissions under /api/v1/records/submissions/: send records from a ministry's system, and read how they stand.

The rules are those of the pages: your own state's reports, while they are open. A file is read in the background; rows
sent as JSON are read at once and used where none was refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Max
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.models import User
from adme.api.errors import refused as _refused
from adme.api.parsers import JsonParser
from adme.api.scopes import Scope
from adme.api.tables import Endpoint, TableView
from adme.common.refusals import FileRefused
from adme.ingest.api import TakesFile
from adme.ingest.errors import FileTooLarge
from adme.ingest.models import ImportBatch
from adme.reporting.api_errors import refusing
from adme.reporting.api_serializers import Refusal
from adme.reporting.errors import BadValues, FieldProblem
from adme.reporting.models import Obligation

from . import access
from .layout import Layout
from .models import Channel, Submission
from .selectors import submissions as selectors
from .services import submissions as services

MOST_FINDINGS = 1_000
TAG = "Records"
_REFUSALS = {400: Refusal, 404: Refusal, 409: Refusal, 413: Refusal, 422: Refusal}


class SubmissionFilters(serializers.Serializer):
    report = serializers.UUIDField(required=False)


class SubmissionOrder(serializers.Serializer):
    report = serializers.UUIDField()
    file = serializers.FileField(required=False, help_text="XLSX or CSV in the layout of the set, as multipart.")
    rows = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="Or records as JSON: one object each, by name of the column. Missing is null or left out.",
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class UseOrder(serializers.Serializer):
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2000,
        help_text="Needed where approved records are replaced, and when you write on behalf.",
    )  # fmt: skip


class FindingRow(serializers.Serializer):
    rule = serializers.CharField()
    level = serializers.CharField()
    is_structural = serializers.BooleanField()
    row = serializers.IntegerField(allow_null=True, help_text="Row in the file, as a spreadsheet counts.")
    record = serializers.CharField(help_text="Key of the record; blank for those who may not see records.")
    column = serializers.CharField()
    seen = serializers.CharField(help_text="Blank for those who may not see records.")
    remedy = serializers.CharField()
    times = serializers.IntegerField()
    decision = serializers.CharField()


class SubmissionRow(serializers.Serializer):
    submission = serializers.UUIDField()
    report = serializers.UUIDField()
    record_set = serializers.CharField()
    state = serializers.CharField()
    period = serializers.CharField()
    number = serializers.IntegerField()
    layout = serializers.IntegerField(help_text="Version of the layout that it was checked under.")
    channel = serializers.CharField()
    filename = serializers.CharField()
    sha256 = serializers.CharField()
    verdict = serializers.CharField()
    counts = serializers.DictField()
    is_current = serializers.BooleanField(help_text="The report holds this version.")
    sent_at = serializers.DateTimeField()
    is_demonstration = serializers.BooleanField()
    url = serializers.CharField()


class SubmissionDetail(SubmissionRow):
    findings = FindingRow(many=True, help_text=f"The first {MOST_FINDINGS:,}, structural ones first.")


class Sent(serializers.Serializer):
    """What became of what was sent. A file that waits to be read has no submission yet: ask again under `url`."""

    status = serializers.ChoiceField(choices=["waiting", "used", "to_mend", "unreadable"])
    sha256 = serializers.CharField()
    url = serializers.CharField(help_text="List of submissions of the report.")
    submission = SubmissionRow(allow_null=True)


def _user(request: Request) -> User:
    return cast(User, request.user)


def _row(one: Submission) -> dict[str, Any]:
    report = one.obligation
    return {
        "submission": one.public_id,
        "report": report.public_id,
        "record_set": one.version.record_set.code,
        "state": report.state_area.code if report.state_area else "",
        "period": report.round.period_label,
        "number": one.number,
        "layout": one.version.number,
        "channel": one.channel,
        "filename": one.filename,
        "sha256": one.sha256,
        "verdict": one.verdict,
        "counts": one.counts,
        "is_current": one.is_current,
        "sent_at": one.created_at,
        "is_demonstration": one.is_demonstration,
        "url": f"/reports/{report.public_id}/submission/{one.number}/",
    }


def _finding(one: Any, sees: bool) -> dict[str, Any]:
    return {
        "rule": one.rule, "level": one.level, "is_structural": one.is_structural, "row": one.row,
        "record": one.record if sees else "", "column": one.column, "seen": one.seen if sees else "",
        "remedy": one.remedy, "times": one.times, "decision": one.decision,
    }  # fmt: skip


class _View(Endpoint):
    scope = Scope.RECORDS
    tag = TAG

    def submission(self, request: Request, public_id: UUID, *, edit: bool = False) -> Submission:
        """One that this user may know of; who may not gets the same answer as for one that is not there."""
        found = selectors.visible(request.user).filter(public_id=public_id).first()
        if found is None:
            raise Http404("There is no such submission.")
        found.obligation, _ = access.report_for(request.user, found.obligation.public_id, edit=edit)
        return found


class SubmissionList(TakesFile, TableView):
    """Submissions of your reports, newest first; and where new ones are sent."""

    scope = Scope.RECORDS
    tag = TAG
    parser_classes = (JsonParser, MultiPartParser)
    filters = SubmissionFilters
    row = SubmissionRow

    def most_bytes(self) -> int:
        return services.MOST_BYTES

    def rows(self, filters: dict[str, Any]) -> Any:
        found = selectors.visible(self.request.user)
        return found.filter(obligation__public_id=filters["report"]) if "report" in filters else found

    def present(self, row: Submission) -> tuple[Any, ...]:
        return tuple(_row(row).values())

    def stamp(self, filters: dict[str, Any]) -> Any:
        return selectors.visible(self.request.user).order_by().aggregate(Count("pk"), Max("updated_at"))

    @extend_schema(request=SubmissionOrder, responses={201: Sent, 202: Sent, **_REFUSALS})
    @refusing
    def post(self, request: Request, **kwargs: Any) -> Response:
        sent = SubmissionOrder(data=request.data)
        if self.limit.exceeded:
            return _refused(413, "file_too_large", "The file is larger than 40 MB, the most that is taken.")
        sent.is_valid(raise_exception=True)
        order = sent.validated_data
        if ("file" in order) == ("rows" in order):
            return _refused(400, "invalid", "Send either a file or rows.")
        obligation, _ = access.report_for(request.user, order["report"], edit=True)
        try:
            if "file" in order:
                batch = services.receive(
                    obligation=obligation, upload=order["file"], by=_user(request), channel=Channel.API
                )
                return Response(_sent("waiting", batch, obligation, None), status=202)
            layout = services.version_in_force(obligation).read_layout()
            rows = _texts(order["rows"], layout)
            taken = services.from_form(
                obligation=obligation, rows=rows, by=_user(request), reason=order["reason"], channel=Channel.API
            )
        except (FileRefused, FileTooLarge) as error:
            too_large = isinstance(error, FileTooLarge) or getattr(error, "code", "") == "file_too_large"
            return _refused(413 if too_large else 422, getattr(error, "code", "file_too_large"), str(error))
        status = "used" if taken.used else "to_mend" if taken.submission else "unreadable"
        return Response(_sent(status, taken.batch, obligation, taken.submission), status=201)


def _sent(status: str, batch: ImportBatch, obligation: Obligation, submission: Submission | None) -> dict[str, Any]:
    url = f"/api/v1/records/submissions/?report={obligation.public_id}"
    row = _row(_read_anew(submission)) if submission else None
    return {"status": status, "sha256": batch.sha256, "url": url, "submission": row}


def _read_anew(submission: Submission) -> Submission:
    found = Submission.objects.select_related("obligation__round", "obligation__state_area", "version__record_set")
    return found.get(pk=submission.pk)


def _texts(rows: Sequence[Mapping[str, Any]], layout: Layout) -> list[list[str]]:
    """Records as texts in the order of the layout; BadValues where a name is no column or a value no scalar."""
    known = [one.name for one in layout.columns]
    found = []
    for number, row in enumerate(rows, start=1):
        strange = sorted(set(map(str, row)) - set(known))
        if strange:
            hint = f"Record {number}: there is no column '{strange[0][:40]}'; the columns are {', '.join(known)}."
            raise BadValues((FieldProblem("rows", "unknown_column", strange[0][:60], hint),))
        found.append([_text(row.get(name), number, name) for name in known])
    return found


def _text(value: Any, number: int, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float) and "\x00" not in str(value):
        return str(value)
    hint = f"Record {number}, {name}: give a text without null characters, a number, true, false or null."
    seen = str(value)[:60].replace("\x00", "\ufffd")
    raise BadValues((FieldProblem("rows", "not_a_value", seen, hint),))


class SubmissionOne(_View):
    """One submission with what was found in it."""

    @extend_schema(responses={200: SubmissionDetail, 404: Refusal})
    def get(self, request: Request, submission: UUID, **kwargs: Any) -> Response:
        found = self.submission(request, submission)
        sees = access.may_see_rows(request.user, found)
        listed = selectors.findings(found)[:MOST_FINDINGS]
        return Response({**_row(found), "findings": [_finding(one, sees) for one in listed]})


class SubmissionUse(_View):
    """Put a version into its report, as its current content."""

    @extend_schema(request=UseOrder, responses={200: SubmissionRow, **_REFUSALS})
    @refusing
    def post(self, request: Request, submission: UUID, **kwargs: Any) -> Response:
        found = self.submission(request, submission, edit=True)
        order = UseOrder(data=request.data)
        order.is_valid(raise_exception=True)
        services.put_in_report(submission=found, by=_user(request), reason=order.validated_data["reason"])
        return Response(_row(_read_anew(found)))
