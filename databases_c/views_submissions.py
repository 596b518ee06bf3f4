"""Pages of one report of a record set: send records, look at what was found, decide, put a version into the report."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.models import User
from adme.common.refusals import FileRefused
from adme.exports.responses import XLSX_TYPE
from adme.ingest.errors import FileTooLarge, IngestError
from adme.ingest.models import ImportBatch
from adme.ingest.uploads import LimitedUpload
from adme.reporting.errors import BadValues, Conflict, ReasonNeeded, ReportingError
from adme.reporting.models import Obligation
from adme.reporting.services.common import trail, why_closed

from . import access, holding
from .fields import EDITABLE
from .forms_submissions import DecisionForm, ticked
from .models import RecordSet, Submission
from .pages import record_form
from .pages import submissions as pages
from .services import findings as decisions
from .services import submissions as services

TOO_LARGE = "The file is larger than 40 MB, the most that is taken for a report. Nothing was kept."


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _back(obligation: Obligation, anchor: str = "") -> HttpResponse:
    return redirect(reverse("submission", args=[obligation.public_id]) + (f"#{anchor}" if anchor else ""))


def _attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _file_name(obligation: Obligation, what: str, ending: str) -> str:
    state = obligation.state_area.code if obligation.state_area else ""
    code = obligation.tool.partition(":")[2]
    return f"{code}_{state}_{obligation.round.period_label}{what}.{ending}"


def _show(
    request: HttpRequest, obligation: Obligation, tool: Any, refusal: str = "", status: int = 200, **typed: str
) -> HttpResponse:
    page = pages.submission_page(_user(request), obligation, tool, query=request.GET, typed=typed)
    held = page.current
    context = {
        "page": page,
        "refusal": refusal,
        "typed": typed,
        "page_has_demonstration_data": obligation.is_demonstration or bool(held and held.is_demonstration),
    }
    return render(request, "records/submissions/submission.html", context, status=status)


# --- the page, and what is sent ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def submission(request: HttpRequest, report: UUID) -> HttpResponse:
    """What the report holds. A POST writes units and remarks, takes records out, or keeps a contradiction."""
    obligation, tool = access.report_for(request.user, report, edit=request.method == "POST")
    if request.method != "POST":
        return _show(request, obligation, tool)
    act = request.POST.get("act", "")
    held = holding.current(obligation)
    if held is None or act not in _ACTS:
        raise Http404("There is nothing to change.")
    try:
        messages.success(request, _ACTS[act](request, obligation, held))
    except Conflict as error:
        named = ", ".join(f"{one.label}: stored now '{one.theirs}', yours '{one.mine}'" for one in error.clashes)
        return _show(request, obligation, tool, f"{error} {named}", 409, **_typed(request))
    except BadValues as error:
        return _show(request, obligation, tool, str(error), 422, **_typed(request))
    except ReportingError as error:
        return _show(request, obligation, tool, str(error), 409, **_typed(request))
    return _back(obligation)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {
        name: str(value).replace("\x00", "") for name, value in request.POST.items() if name in (*EDITABLE, "reason")
    }


def _describe(request: HttpRequest, obligation: Obligation, held: Submission) -> str:
    raw = {name: request.POST.get(name, "") for name in EDITABLE}
    tokens = {"coverage": request.POST.get("token", "")}
    services.describe(
        obligation=obligation, submission=held, raw=raw, tokens=tokens, by=_user(request),
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    return "Saved: units and remarks."


def _take_back(request: HttpRequest, obligation: Obligation, held: Submission) -> str:
    services.take_back(obligation=obligation, submission=held, by=_user(request), reason=request.POST.get("reason", ""))
    return f"Version {held.number} is out of the report. It stays in the list of versions."


def _keep(request: HttpRequest, obligation: Obligation, held: Submission) -> str:
    reason = request.POST.get("reason", "")
    if not reason.strip() and "undo" not in request.POST:
        raise ReasonNeeded("Write why it stands; then it is kept.")
    services.keep_contradiction(
        obligation=obligation, submission=held, code=request.POST.get("code", "")[:60],
        reason="" if "undo" in request.POST else reason, by=_user(request),
    )  # fmt: skip
    return "It is open again." if "undo" in request.POST else "Kept with your reason."


_ACTS = {"describe": _describe, "take_back": _take_back, "keep": _keep}


@require_GET
@never_cache
def submission_template(request: HttpRequest, report: UUID, ending: str) -> HttpResponseBase:
    """The file to fill in, XLSX or CSV; with `?with=last` the records of the last period stand in it."""
    from . import workbook

    obligation, _ = access.rows_report_for(request.user, report)
    try:
        version = services.version_in_force(obligation)
    except ReportingError:
        raise Http404("There is no layout yet.") from None
    rows = record_form.earlier_rows(obligation, version) if request.GET.get("with") == "last" else None
    make = workbook.template if ending == "xlsx" else workbook.csv_template
    content = make(version.record_set, version, obligation, rows)
    trail("records_template", obligation, _user(request), after={"version": version.number, "prefilled": bool(rows)})
    kind = XLSX_TYPE if ending == "xlsx" else "text/csv; charset=utf-8"
    return _attachment(HttpResponse(content, content_type=kind), _file_name(obligation, "", ending))


@csrf_exempt  # `_receive` checks the token, once the limit stands before the body is read
@require_POST
@never_cache
def submission_upload(request: HttpRequest, report: UUID) -> HttpResponse:
    obligation, tool = access.report_for(request.user, report, edit=True)
    limit = LimitedUpload(request, services.MOST_BYTES)
    request.upload_handlers.insert(0, limit)
    _ = request.POST  # reads the body
    if limit.exceeded:
        return _show(request, obligation, tool, TOO_LARGE, 413)
    return cast(HttpResponse, _receive(request, obligation, tool))


@csrf_protect
def _receive(request: HttpRequest, obligation: Obligation, tool: Any) -> HttpResponse:
    if request.POST.get("act") == "read":
        return _read_again(request, obligation, tool)
    upload = request.FILES.get("file")
    if upload is None:
        return _show(request, obligation, tool, "Choose the file with the records.", 422)
    try:
        batch = services.receive(obligation=obligation, upload=upload, by=_user(request))
    except (FileRefused, FileTooLarge) as error:
        return _show(request, obligation, tool, _told(error), 413 if isinstance(error, FileTooLarge) else 422)
    except ReportingError as error:
        return _show(request, obligation, tool, str(error), 409)
    messages.success(request, f"{batch.filename} is here and is being read. The report does not hold it yet.")
    return _back(obligation)


def _told(error: Exception) -> str:
    """The refusal, and what was seen, such as the name of the file."""
    seen = getattr(error, "seen", "")
    return f"{error} Seen: {seen}." if seen and seen not in str(error) else str(error)


def _read_again(request: HttpRequest, obligation: Obligation, tool: Any) -> HttpResponse:
    mine = ImportBatch.objects.filter(target=services.TARGET, options__dataset=str(obligation.public_id))
    number = request.POST.get("batch", "")
    batch = mine.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if batch is None:
        raise Http404("There is no such file.")
    try:
        services.read_again(batch=batch, obligation=obligation, by=_user(request))
    except (ReportingError, IngestError) as error:
        return _show(request, obligation, tool, str(error), 409)
    return _back(obligation)


# --- the form of counts -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def submission_form(request: HttpRequest, report: UUID) -> HttpResponse:
    """Counts entered in the browser, for sets of counts. Nothing typed is lost, whatever becomes of the sending."""
    obligation, tool = access.rows_report_for(request.user, report, edit=True)
    if tool.kind != RecordSet.Kind.AGGREGATE:
        raise Http404("Records of this set are sent as a file.")
    try:
        version = services.version_in_force(obligation)
    except ReportingError as error:
        messages.error(request, str(error))
        return _back(obligation)
    if request.method != "POST":
        if not obligation.is_editable():
            messages.error(request, why_closed(obligation, timezone.now()))
            return _back(obligation)
        return _form(request, obligation, version)
    layout = version.read_layout()
    count = request.POST.get("rows", "0")
    typed = record_form.read_typed(
        request.POST.dict(), layout, int(count) if count.isdecimal() and len(count) < 6 else 0
    )
    reason = request.POST.get("reason", "")
    if "add" in request.POST:
        return _form(request, obligation, version, typed=typed, more=record_form.ADDED_ROWS, reason=reason)
    rows = record_form.filled(typed, layout)
    if not rows:
        refusal = "No count was entered. If there is nothing to report, certify that on the page of the report."
        return _form(request, obligation, version, 422, typed=typed, reason=reason, refusal=refusal)
    try:
        taken = services.from_form(obligation=obligation, rows=rows, by=_user(request), reason=reason)
    except (ReportingError, PermissionDenied, FileRefused, FileTooLarge) as error:
        return _form(request, obligation, version, 409, typed=typed, reason=reason, refusal=str(error))
    if taken.used:
        number = taken.submission.number if taken.submission else 0
        messages.success(request, f"The report holds your counts now, as version {number}.")
        return redirect(reverse("submission", args=[obligation.public_id]) + "?saved=form")
    refusal = "The counts are not in the report yet. Mend what is marked and send them again."
    return _form(
        request, obligation, version, 422, typed=typed, reason=reason, refusal=refusal, refused=taken.submission
    )


def _form(request: HttpRequest, obligation: Obligation, version: Any, status: int = 200, **what: Any) -> HttpResponse:
    page = record_form.form_page(_user(request), obligation, version, **what)
    context = {"page": page, "page_has_demonstration_data": obligation.is_demonstration}
    return render(request, "records/submissions/form.html", context, status=status)


# --- one version ------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def submission_version(request: HttpRequest, report: UUID, number: int) -> HttpResponse:
    """The verdict of one version and everything that was found in it."""
    obligation, _ = access.report_for(request.user, report)
    found = access.submission_of(obligation, number)
    return _version(request, obligation, found)


def _version(
    request: HttpRequest, obligation: Obligation, found: Submission, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = pages.version_page(_user(request), obligation, found, query=request.GET)
    context = {
        "page": page,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "page_has_demonstration_data": obligation.is_demonstration or found.is_demonstration,
    }
    return render(request, "records/submissions/version.html", context, status=status)


@require_POST
def submission_use(request: HttpRequest, report: UUID, number: int) -> HttpResponse:
    """The report holds this version from now on."""
    obligation, _ = access.report_for(request.user, report, edit=True)
    found = access.submission_of(obligation, number)
    try:
        services.put_in_report(submission=found, by=_user(request), reason=request.POST.get("reason", ""))
    except ReportingError as error:
        return _version(request, obligation, found, str(error), 409)
    messages.success(request, f"The report holds version {number} now.")
    return _back(obligation)


def _with_rows(request: HttpRequest, report: UUID, number: int) -> tuple[Obligation, Submission]:
    obligation, _ = access.rows_report_for(request.user, report)
    return obligation, access.submission_of(obligation, number)


def _downloaded(obligation: Obligation, found: Submission, request: HttpRequest, what: str) -> None:
    trail(f"records_{what}_fetched", obligation, _user(request), after={"version": found.number})


@require_GET
@never_cache
def submission_errors(request: HttpRequest, report: UUID, number: int) -> HttpResponseBase:
    """Everything found, as a workbook to mend by."""
    from . import workbook

    obligation, found = _with_rows(request, report, number)
    content = workbook.error_report(found)
    _downloaded(obligation, found, request, "findings")
    name = _file_name(obligation, f"_v{number}_to-mend", "xlsx")
    return _attachment(HttpResponse(content, content_type=XLSX_TYPE), name)


@require_GET
@never_cache
def submission_rows(request: HttpRequest, report: UUID, number: int) -> HttpResponseBase:
    """The records that were accepted, in canonical form."""
    from .target import RowsGone, rows_as_csv

    obligation, found = _with_rows(request, report, number)
    if not found.rows_file or found.rows_discarded_at is not None:
        raise Http404("No records of this version are kept.")
    try:
        chunks = rows_as_csv(found)
    except RowsGone:
        raise Http404("No records of this version are kept.") from None
    _downloaded(obligation, found, request, "rows")
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    return _attachment(response, _file_name(obligation, f"_v{number}", "csv"))


@require_GET
@never_cache
def submission_file(request: HttpRequest, report: UUID, number: int) -> HttpResponseBase:
    """The file as it was sent."""
    obligation, found = _with_rows(request, report, number)
    if found.batch is None or not found.batch.file or found.rows_discarded_at is not None:
        raise Http404("The file is not kept.")
    try:
        stream = found.batch.file.open("rb")
    except OSError:
        raise Http404("The file is not kept.") from None
    _downloaded(obligation, found, request, "file")
    ending = "xlsx" if found.batch.filename.lower().endswith(".xlsx") else "csv"
    response = StreamingHttpResponse(stream, content_type="application/octet-stream")
    return _attachment(response, _file_name(obligation, f"_v{number}_as-sent", ending))


# --- decisions --------------------------------------------------------------------------------------------------------


@require_POST
def findings_decide(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ticked warnings, or all that wait of one kind: the value is right, or it will be corrected."""
    obligation, tool = access.report_for(request.user, report, edit=True)
    held = holding.current(obligation)
    if held is None:
        raise Http404("There is nothing to decide.")
    form = DecisionForm(request.POST)
    chosen = ticked(request.POST.getlist("finding"))
    whole = "all" in request.POST and bool(request.POST.get("rule"))
    if not form.is_valid() or not (chosen or whole):
        refusal = form.sentence() or "Tick the warnings that you decide on."
        return _show(request, obligation, tool, refusal, 422, **_typed(request))
    said = form.cleaned_data
    try:
        count = decisions.decide(
            submission=held, findings=() if whole else chosen, rule=said["rule"] if whole else "",
            decision=said["decision"], reason=said["reason"], behalf=said["behalf"], by=_user(request),
        )  # fmt: skip
    except ReportingError as error:
        return _show(request, obligation, tool, str(error), 409, **_typed(request))
    messages.success(request, f"Decided on {count:,} warning{'' if count == 1 else 's'}.")
    return _back(obligation, "worklist")
