"""Pages of workbooks: fetch one, send one back, decide and apply it, and get it back with marks."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from adme.accounts.models import User
from adme.common.refusals import FileRefused
from adme.exports.responses import XLSX_TYPE
from adme.ingest.errors import FileTooLarge, IngestError
from adme.ingest.models import ImportBatch
from adme.ingest.uploads import LimitedUpload

from . import access
from .errors import ReasonNeeded, ReportingError
from .models import Obligation, UploadRow
from .pages.records import crumbs
from .services import uploads
from .services.common import why_closed
from .workbooks import marked, preview, template
from .workbooks.target import NAME

TOO_LARGE = "The file is larger than 10 MB, the most that is taken for a report. Nothing was kept."
_DONE = {
    "discard": "Discarded. Nothing was stored.",
    "read": "The workbook is read again.",
    "apply": "The workbook is being applied.",
}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_GET
@never_cache
def workbook(request: HttpRequest, report: UUID) -> HttpResponse:
    """The report as a workbook to fill in, with what it holds now."""
    obligation = access.written_report_for(request.user, report)
    made = uploads.make_workbook(obligation=obligation, by=_user(request))
    return _xlsx(made, template.file_name(obligation))


@csrf_exempt  # `_receive` checks the token, once the limit stands before the body is read
@require_http_methods(["GET", "POST"])
@never_cache
def workbook_upload(request: HttpRequest, report: UUID) -> HttpResponse:
    obligation = access.written_report_for(request.user, report, edit=True)
    if request.method == "POST":
        limit = LimitedUpload(request, uploads.MOST_BYTES)
        request.upload_handlers.insert(0, limit)
        _ = request.POST  # reads the body
        if limit.exceeded:
            return _form(request, obligation, TOO_LARGE, status=413)
    return _receive(request, obligation)


@csrf_protect
def _receive(request: HttpRequest, obligation: Obligation) -> HttpResponse:
    if request.method != "POST":
        return _form(request, obligation)
    upload = request.FILES.get("file")
    if upload is None:
        return _form(request, obligation, "Choose the workbook that you filled in.", status=422)
    try:
        batch = uploads.receive(obligation=obligation, upload=upload, by=_user(request))
    except (FileRefused, FileTooLarge) as error:
        return _form(request, obligation, str(error), status=413 if isinstance(error, FileTooLarge) else 422)
    except ReportingError as error:
        return _form(request, obligation, str(error), status=409)
    messages.success(request, f"{batch.filename} is here and is being read. Nothing is stored before you apply it.")
    return redirect("workbook_preview", report=obligation.public_id, batch=batch.public_id)


def _form(request: HttpRequest, obligation: Obligation, refusal: str = "", status: int = 200) -> HttpResponse:
    from django.utils import timezone

    now = timezone.now()
    context = {
        "obligation": obligation,
        "title": preview.upload_title(obligation),
        "refusal": refusal,
        "closed": "" if obligation.is_editable(now) else why_closed(obligation, now),
        "max_bytes": uploads.MOST_BYTES,
        "recent": preview.recent(obligation),
        "crumbs": crumbs(obligation, ("Upload a workbook", "")),
        "page_has_demonstration_data": obligation.is_demonstration,
    }
    return render(request, "reporting/workbooks/upload.html", context, status=status)


def _batch(obligation: Obligation, public_id: UUID) -> ImportBatch:
    """An upload of this very report; any other is not there."""
    found = ImportBatch.objects.select_related("created_by", "approved_by")
    batch = found.filter(target=NAME, options__dataset=str(obligation.public_id), public_id=public_id).first()
    if batch is None:
        raise Http404("There is no such upload.")
    return batch


@require_http_methods(["GET", "POST"])
@never_cache
def workbook_preview(request: HttpRequest, report: UUID, batch: UUID) -> HttpResponse:
    obligation = access.written_report_for(request.user, report, edit=request.method == "POST")
    found = _batch(obligation, batch)
    if request.method != "POST":
        return _show(request, obligation, found)
    act = request.POST.get("act", "")
    try:
        done = _perform(request, obligation, found, act)
    except ReasonNeeded as error:
        return _show(request, obligation, found, refusal=str(error), status=422)
    except (ReportingError, IngestError) as error:
        return _show(request, obligation, _batch(obligation, batch), refusal=str(error), status=409)
    messages.success(request, done)
    return redirect(f"{request.path}?kind={UploadRow.Kind.CONFLICT}" if act.startswith("choose") else request.path)


def _perform(request: HttpRequest, obligation: Obligation, batch: ImportBatch, act: str) -> str:
    what: dict[str, Any] = {"batch": batch, "obligation": obligation, "by": _user(request)}
    if act == "apply":
        uploads.approve(**what, reason=request.POST.get("reason", ""))
    elif act == "discard":
        uploads.discard(**what)
    elif act == "read":
        uploads.read_again(**what)
    elif act in {"choose_file", "choose_stored"}:
        count = uploads.choose_all(**what, choice=act.removeprefix("choose_"))
        return f"Remembered for {count:,} rows."
    elif act == "choose":
        count = uploads.choose(**what, choices=_choices(request.POST))
        return f"Remembered for {count:,} row{'' if count == 1 else 's'}."
    else:
        raise Http404("There is no such act.")
    return _DONE[act]


def _choices(sent: QueryDict) -> dict[int, str]:
    """Fields 'row-17': 'file' or 'stored'."""
    found = {}
    for name, value in sent.items():
        number = name.removeprefix("row-")
        if name != number and number.isascii() and number.isdigit() and len(number) < 8 and value in uploads.CHOICES:
            found[int(number)] = str(value)
    return found


def _show(
    request: HttpRequest, obligation: Obligation, batch: ImportBatch, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = preview.upload_page(
        obligation=obligation,
        batch=batch,
        user=_user(request),
        kind=request.GET.get("kind", ""),
        page=request.GET.get("page", "1"),
    )
    context = {
        "page": page,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "page_has_demonstration_data": page.is_demonstration,
    }
    return render(request, "reporting/workbooks/preview.html", context, status=status)


@require_GET
@never_cache
def workbook_marked(request: HttpRequest, report: UUID, batch: UUID) -> HttpResponse:
    """The same workbook with the cells to mend in red, each with what to do."""
    obligation = access.written_report_for(request.user, report)
    found = _batch(obligation, batch)
    if not UploadRow.objects.filter(batch=found.public_id, kind=UploadRow.Kind.REFUSED).exists():
        raise Http404("This upload has no marks.")
    try:
        made = marked.marked_bytes(found, obligation)
    except (FileRefused, OSError):
        raise Http404("The file is not kept.") from None
    return _xlsx(made, template.file_name(obligation, "_to-mend"))
