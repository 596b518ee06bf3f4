"""Pages of imports: list, upload, one batch with its preview, and the acts on it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.common.csv_safety import csv_cell
from adme.common.refusals import FileRefused

from . import pages, selectors, services, storage
from .errors import FileTooLarge, IngestError
from .forms import BatchFilterForm, ImportForm, ReasonForm
from .models import ImportBatch
from .uploads import LimitedUpload


def _or_404(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ImportBatch.DoesNotExist:
            raise Http404("There is no such import.") from None

    return wrapped


@require_GET
@never_cache
def import_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.IMPORT_VIEW)
    wanted = BatchFilterForm(request.GET)
    page = pages.batch_list(
        text=wanted.value("q"),
        state=wanted.value("state"),
        scope=wanted.value("scope"),
        page=request.GET.get("page", "1"),
    )
    return render(request, "ingest/list.html", {"page": page})


@csrf_exempt  # `_receive` checks the token, once the limit stands before the body is read
@require_http_methods(["GET", "POST"])
@never_cache
def import_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.IMPORT_RUN)
    if request.method == "POST":
        upload = LimitedUpload(request, settings.IMPORT_MAX_BYTES)
        request.upload_handlers.insert(0, upload)
        _ = request.POST  # reads the body
        if upload.exceeded:
            return _show_form(
                request, ImportForm(), status=413, refusal=f"{storage.limit_sentence()} Nothing was kept."
            )
    return _receive(request)


@csrf_protect
def _receive(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show_form(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        batch = services.receive(
            chunks=upload.chunks(), filename=upload.name, options=form.options(), by=cast(User, request.user)
        )
    except (FileTooLarge, FileRefused) as error:
        form.add_error("file", str(error))
        return _show_form(request, form, status=413 if isinstance(error, FileTooLarge) else 422)
    messages.success(request, f"{batch.filename} is here and is being read. Nothing is stored before you approve.")
    return redirect("import_detail", public_id=batch.public_id)


def _show_form(request: HttpRequest, form: ImportForm, status: int = 200, refusal: str = "") -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "max_bytes": settings.IMPORT_MAX_BYTES,
        "limit": storage.limit(),
        "samples": sorted(_samples()),
    }
    return render(request, "ingest/new.html", context, status=status)


def _samples() -> dict[str, Path]:
    """The files to try the import with, by name."""
    return {path.name: path for path in (settings.BASE_DIR / "fixtures" / "samples").glob("*.csv")}


@require_GET
def import_sample(request: HttpRequest, name: str) -> HttpResponseBase:
    """A small file to try the import with."""
    require(request.user, Permission.IMPORT_RUN)
    path = _samples().get(name)
    if path is None:
        raise Http404("There is no such sample file.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_GET
@never_cache
@_or_404
def import_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    require(request.user, Permission.IMPORT_VIEW)
    page = pages.batch_page(public_id=public_id, kind=request.GET.get("kind", ""), page=request.GET.get("page", "1"))
    return render(request, "ingest/detail.html", {"page": page})


@require_GET
@_or_404
def import_problems(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every listed problem as CSV, to correct the file beside it."""
    require(request.user, Permission.IMPORT_VIEW)
    batch = selectors.listed().get(public_id=public_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{batch.pk}-problems.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["severity", "row", "column", "seen", "remedy", "times", "code"])
    for found in batch.problems.all():
        cells = (found.severity, found.row, found.column, found.seen, found.hint, found.times, found.code)
        writer.writerow([csv_cell(cell) for cell in cells])
    return response


@require_GET
@_or_404
def import_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The kept bytes, as they were sent."""
    require(request.user, Permission.IMPORT_VIEW)
    batch = selectors.listed().get(public_id=public_id)
    if not batch.file or not batch.file.storage.exists(batch.file.name or ""):
        raise Http404("The file is not kept.")
    return FileResponse(
        batch.file.open("rb"),
        as_attachment=True,
        filename=storage.safe_name(batch.filename),
        content_type="application/octet-stream",
    )


def _act(request: HttpRequest, public_id: UUID, act: Callable[[ImportBatch], Any], done: str) -> HttpResponse:
    """Do it, say it, and go back to the page of the batch."""
    batch = selectors.listed().get(public_id=public_id)
    try:
        act(batch)
    except IngestError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("import_detail", public_id=public_id)


@require_POST
@_or_404
def import_approve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    require(request.user, Permission.IMPORT_APPROVE)
    return _act(
        request,
        public_id,
        lambda batch: services.approve(batch_id=batch.pk, by=cast(User, request.user)),
        "Approved. The values are being stored now.",
    )


@require_POST
@_or_404
def import_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    require(request.user, Permission.IMPORT_RUN)
    return _act(
        request,
        public_id,
        lambda batch: services.discard(batch_id=batch.pk, by=cast(User, request.user)),
        "Discarded. Nothing was written; the file stays on record.",
    )


@require_POST
@_or_404
def import_read_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    require(request.user, Permission.IMPORT_RUN)
    return _act(
        request,
        public_id,
        lambda batch: services.read_again(batch_id=batch.pk, by=cast(User, request.user)),
        "The file is read again.",
    )


@require_http_methods(["GET", "POST"])
@never_cache
@_or_404
def import_undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Says what undoing means and asks for the reason."""
    require(request.user, Permission.IMPORT_APPROVE)
    batch = selectors.listed().get(public_id=public_id)
    form = ReasonForm(request.POST or None)
    refusal = services.why_not_undo(batch)
    if request.method == "POST" and form.is_valid() and not refusal:
        try:
            undo = services.undo(batch_id=batch.pk, reason=form.cleaned_data["reason"], by=cast(User, request.user))
        except IngestError as error:
            refusal = str(error)
        else:
            messages.success(request, "The import is being undone.")
            return redirect("import_detail", public_id=undo.public_id)
    status = 409 if refusal and request.method == "POST" else 422 if form.errors else 200
    return render(request, "ingest/undo.html", {"batch": batch, "form": form, "refusal": refusal}, status=status)
