"""Workbooks of reports under /api/v1/reports/<report>/: fetch one, send it back, decide, apply. As on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Max
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.models import User
from adme.api.errors import refused
from adme.api.once import do_once
from adme.api.renderers import OrjsonRenderer
from adme.api.scopes import Scope
from adme.api.tables import Endpoint, TableView
from adme.exports.responses import XLSX_TYPE
from adme.ingest import policies, selectors
from adme.ingest.api import TakesFile, answering
from adme.ingest.models import BatchState, ImportBatch
from adme.ingest.pages import open_job

from . import access
from .api_errors import refusing
from .models import Obligation, UploadRow
from .services import uploads
from .workbooks import template
from .workbooks.target import NAME

MOST_ROWS = 1_000
ACTS = ("apply", "discard", "read_again", "choose_file", "choose_stored")
_COUNTED = ("added", "changed", "unchanged", "conflict", "refused")


class XlsxRenderer(BaseRenderer):
    media_type = XLSX_TYPE
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return cast(bytes, data)


class _View(Endpoint):
    scope = Scope.REPORTS
    tag = "Reports"


class ReportWorkbook(_View):
    """The report as a workbook to fill in, with what it holds now."""

    renderer_classes = (XlsxRenderer, OrjsonRenderer)

    @extend_schema(responses={(200, XLSX_TYPE): OpenApiTypes.BINARY})
    def get(self, request: Request, report: UUID, **kwargs: Any) -> Response:
        obligation = access.written_report_for(request.user, report)
        request.accepted_renderer = XlsxRenderer()  # type: ignore[attr-defined]
        request.accepted_media_type = XLSX_TYPE  # type: ignore[attr-defined]
        made = uploads.make_workbook(obligation=obligation, by=_user(request))
        disposition = f'attachment; filename="{template.file_name(obligation)}"'
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        return Response(made, headers=headers, content_type=XLSX_TYPE)


class UploadOrder(serializers.Serializer):
    file = serializers.FileField(help_text="The workbook of this report, as XLSX.")


class UploadShape(serializers.Serializer):
    upload = serializers.UUIDField()
    filename = serializers.CharField()
    sha256 = serializers.CharField()
    state = serializers.ChoiceField(choices=BatchState.values)
    sentence = serializers.CharField(help_text="How it stands.")
    added = serializers.IntegerField(allow_null=True, help_text="Rows; null while they are not known.")
    changed = serializers.IntegerField(allow_null=True)
    unchanged = serializers.IntegerField(allow_null=True)
    conflict = serializers.IntegerField(allow_null=True, help_text="Rows that somebody else changed meanwhile.")
    refused = serializers.IntegerField(allow_null=True, help_text="Rows to mend; while there is one, nothing is taken.")
    created_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    is_demonstration = serializers.BooleanField()
    url = serializers.CharField()


class UploadRowShape(serializers.Serializer):
    row = serializers.IntegerField(help_text="Row in the sheet.")
    kind = serializers.ChoiceField(choices=UploadRow.Kind.values)
    key = serializers.CharField(help_text="Of the record; blank for one that is added.")
    title = serializers.CharField()
    changes = serializers.DictField(help_text="{field: [in the workbook when made, stored, in the file]}")
    problems = serializers.ListField(child=serializers.DictField(), help_text="[{field, code, seen, hint}]")
    choice = serializers.CharField(help_text="Of a conflict: file, stored, or blank while nobody has chosen.")


class UploadDetail(UploadShape):
    acts = serializers.ListField(child=serializers.ChoiceField(choices=ACTS), help_text="What its state allows now.")
    why_reason = serializers.CharField(help_text="Why applying needs a reason; blank where it does not.")
    job = serializers.UUIDField(allow_null=True)
    rows = UploadRowShape(many=True, help_text=f"The first {MOST_ROWS:,} that are not unchanged.")


class UploadActOrder(serializers.Serializer):
    act = serializers.ChoiceField(
        choices=ACTS,
        help_text="choose_file and choose_stored decide all conflicts; single ones the page decides.",
    )
    idempotency_key = serializers.CharField(
        max_length=64, help_text="A text of your own for this act: sent again with the same text, it is done once."
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


def _user(request: Request) -> User:
    return cast(User, request.user)


def _uploads(obligation: Obligation) -> Any:
    return ImportBatch.objects.filter(target=NAME, options__dataset=str(obligation.public_id))


def _told(batch: ImportBatch, obligation: Obligation) -> tuple[Any, ...]:
    return (
        batch.public_id, batch.filename, batch.sha256, batch.state, selectors.sentence(batch),
        *(batch.counts.get(name) for name in _COUNTED), batch.created_at, batch.applied_at,
        obligation.is_demonstration, f"/reports/{obligation.public_id}/uploads/{batch.public_id}/",
    )  # fmt: skip


def _detail(batch: ImportBatch, obligation: Obligation, user: User) -> dict[str, Any]:
    job = open_job(batch)
    waits = job is not None and job.is_open
    previewed = batch.state == BatchState.PREVIEWED
    found = UploadRow.objects.filter(batch=batch.public_id).exclude(kind=UploadRow.Kind.UNCHANGED).order_by("row")
    rows = [
        {
            "row": one.row, "kind": one.kind, "key": one.record_key, "title": one.title, "changes": one.changes,
            "problems": one.problems, "choice": one.choice,
        }
        for one in found[:MOST_ROWS]
    ]  # fmt: skip
    return {
        **dict(zip(UploadShape().fields, _told(batch, obligation), strict=True)),
        "acts": [] if waits or not access.may_edit(user, obligation) else _acts(batch),
        "why_reason": uploads.why_reason(obligation, batch, user) if previewed else "",
        "job": job.pk if job else None,
        "rows": rows,
    }


def _acts(batch: ImportBatch) -> list[str]:
    known = {"apply": "approve", "discard": "discard", "read_again": "read"}
    found = [act for act, move in known.items() if policies.allows(batch, move)]
    if batch.state == BatchState.PREVIEWED and batch.counts.get("conflict"):
        found += ["choose_file", "choose_stored"]
    return found


class UploadList(TakesFile, TableView):
    """Workbooks that were sent for a report, newest first; and where one is sent."""

    scope = Scope.REPORTS
    tag = "Reports"
    parser_classes = (MultiPartParser,)
    row = UploadShape

    def most_bytes(self) -> int:
        return uploads.MOST_BYTES

    def rows(self, filters: dict[str, Any]) -> Any:
        return _uploads(self._report()).order_by("-pk")

    def present(self, row: ImportBatch) -> tuple[Any, ...]:
        return _told(row, self._report())

    def stamp(self, filters: dict[str, Any]) -> Any:
        return _uploads(self._report()).order_by().aggregate(Count("pk"), Max("updated_at"))

    def _report(self, *, edit: bool = False) -> Obligation:
        if not hasattr(self, "_found") or edit:
            self._found = access.written_report_for(self.request.user, self.kwargs["report"], edit=edit)
        return self._found

    @extend_schema(request={"multipart/form-data": UploadOrder}, responses={202: UploadDetail})
    @refusing
    @answering
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Send a workbook. It is read in the background: look at the upload until it is previewed, then apply it."""
        obligation = self._report(edit=True)
        data = request.data
        if self.limit.exceeded:
            return refused(413, "file_too_large", "The file is larger than 10 MB, the most that is taken for a report.")
        order = UploadOrder(data=data)
        order.is_valid(raise_exception=True)
        batch = uploads.receive(obligation=obligation, upload=order.validated_data["file"], by=_user(request))
        return Response(_detail(batch, obligation, _user(request)), status=202)


class _OneUpload(_View):
    def upload(self, request: Request, *, edit: bool = False) -> tuple[Obligation, ImportBatch]:
        obligation = access.written_report_for(request.user, self.kwargs["report"], edit=edit)
        batch = _uploads(obligation).filter(public_id=self.kwargs["upload"]).first()
        if batch is None:
            raise Http404("There is no such upload.")
        return obligation, batch


class UploadOne(_OneUpload):
    """One workbook that was sent: what it would change, and what is wrong with it."""

    @extend_schema(responses=UploadDetail)
    def get(self, request: Request, report: UUID, upload: UUID, **kwargs: Any) -> Response:
        obligation, batch = self.upload(request)
        return Response(_detail(batch, obligation, _user(request)))


class UploadActs(_OneUpload):
    """Decide conflicts, apply, discard or read again."""

    @extend_schema(request=UploadActOrder, responses={202: UploadDetail})
    @refusing
    @answering
    def post(self, request: Request, report: UUID, upload: UUID, **kwargs: Any) -> Response:
        obligation, batch = self.upload(request, edit=True)
        order = UploadActOrder(data=request.data)
        order.is_valid(raise_exception=True)
        sent, user = order.validated_data, _user(request)
        what: dict[str, Any] = {"batch": batch, "obligation": obligation, "by": user}
        do: dict[str, Callable[[], object]] = {
            "apply": lambda: uploads.approve(**what, reason=sent["reason"]),
            "discard": lambda: uploads.discard(**what),
            "read_again": lambda: uploads.read_again(**what),
            "choose_file": lambda: uploads.choose_all(**what, choice="file"),
            "choose_stored": lambda: uploads.choose_all(**what, choice="stored"),
        }
        act = f"{sent['act']} upload {batch.public_id}"
        do_once(by=user, key=sent["idempotency_key"], act=act, do=do[sent["act"]])
        batch.refresh_from_db()
        return Response(_detail(batch, obligation, user), status=202)
