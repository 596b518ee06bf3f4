"""Pages of statistics: figures for all who see dashboards; drafts, previews and adoption for analysts."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.exports.responses import download, file_name
from adme.jobs.models import Job
from adme.observations.services import current_data_version

from .documents import metadata_document, metadata_json
from .forms_statistics import DescribeForm, Draft, MetadataForm, StatisticForm
from .models import RecordSet, Statistic
from .pages import statistics as pages
from .refusals import Refused
from .services import metadata as metadata_services
from .services import preview as previews
from .services import recipes as services

REFUSED, CONFLICT = 422, 409


@require_GET
def statistic_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    asked = request.GET
    page = pages.statistic_list(
        text=_clean(asked.get("q", "")), body=_clean(asked.get("body", "")), page=asked.get("page", "1")
    )
    return render(request, "records/statistics/list.html", {"page": page})


@require_GET
def statistic(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    asked = {name: _clean(request.GET.get(name, "")) for name in ("by", "period", "state")}
    page = pages.statistic_page(_statistic(code), **asked, user=request.user)
    context = {"page": page, "page_has_demonstration_data": page.is_demonstration}
    return render(request, "records/statistics/detail.html", context)


@require_http_methods(["GET", "POST"])
def statistic_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    form = StatisticForm(request.POST or None, initial={"record_set": _set_asked(request)})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_statistic(**form.cleaned_data, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{made.title} was made. Now write how it comes about.")
            return redirect("statistic_recipe_draft", made.code)
    return render(request, "records/statistics/new.html", {"form": form}, status=_status(request))


@require_http_methods(["GET", "POST"])
def statistic_edit(request: HttpRequest, code: str) -> HttpResponse:
    """What it is called and means. Its recipe and its metadata have pages of their own."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _statistic(code)
    initial = {name: getattr(found, name) for name in ("title", "unit", "definition", "is_proposed")}
    initial["seen"] = services.description_mark(found)
    form = DescribeForm(request.POST or None, initial=initial, unit_is_settled=found.current_id is not None)
    if request.method == "POST" and form.is_valid():
        try:
            services.describe_statistic(statistic=found, **form.cleaned_data, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{form.cleaned_data['title']} was saved.")
            return redirect("statistic", found.code)
    context = {"statistic": found, "form": form, "crumbs": pages.crumbs_of(found, "Title and definition")}
    return render(request, "records/statistics/edit.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def recipe_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Starts from the draft, else from the recipe in force."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _statistic(code)
    if found.record_set.current is None:
        raise Http404("The record set has no layout in force.")
    draft = services.draft_of(found)
    base, _ = pages.read_version(draft or found.current)
    forms = Draft(
        found.record_set.current.read_layout(),
        base,
        request.POST if request.method == "POST" else None,
        note=draft.note if draft else "",
        seen=services.fingerprint(draft) if draft else "",
    )
    faults: tuple[str, ...] = ()
    if request.method == "POST" and forms.is_valid():
        given = forms.form.cleaned_data
        try:
            services.save_draft(
                statistic=found, recipe=forms.as_recipe(), note=given["note"], by=_me(request), seen=given["seen"]
            )
        except Refused as error:
            forms.form.add_error(error.field if error.field in forms.form.fields else None, str(error))
            faults = error.faults
        else:
            messages.success(
                request, "The draft was saved. Look at it on a submission before a second analyst adopts it."
            )
            return redirect("statistic_recipe_preview", found.code)
    context = {
        "statistic": found, "forms": forms, "draft": draft, "base": base, "faults": faults,
        "summary": pages.in_words(draft or found.current, found.unit),
        "crumbs": pages.crumbs_of(found, "Draft of a recipe"),
    }  # fmt: skip
    return render(request, "records/statistics/draft.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def recipe_preview(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the draft and what was looked at; POST compiles it on a submission."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _statistic(code)
    if request.method == "GET":
        return _preview(request, found, submission=_clean(request.GET.get("submission", "")))
    chosen = _clean(request.POST.get("submission", ""))
    link = f"{reverse('statistic_recipe_preview', args=[found.code])}?submission={chosen}"
    try:
        made = previews.preview(statistic=found, submission=_uuid(chosen), by=_me(request), link=link)
    except Refused as error:
        told = " ".join([str(error), *error.faults])
        return _preview(request, found, submission=chosen, error=told, status=REFUSED)
    if isinstance(made, Job):
        messages.info(request, "These are many records, so a job compiles them. It leads back here.")
        return redirect("job_detail", made.pk)
    return redirect(link)


@require_POST
def recipe_adopt(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _statistic(code)
    reason = _clean(request.POST.get("reason", ""))
    try:
        adopted = services.adopt_draft(
            statistic=found, seen=_clean(request.POST.get("seen", "")), reason=reason, by=_me(request)
        )
    except Refused as error:
        status = REFUSED if error.field else CONFLICT
        told = " ".join([str(error), *error.faults])
        asked = _clean(request.POST.get("submission", ""))
        return _preview(request, found, submission=asked, error=told, reason=reason, status=status)
    messages.success(request, f"Version {adopted.number} is in force. Approved reports are being compiled anew.")
    return redirect("statistic", found.code)


@require_POST
def recipe_discard(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _statistic(code)
    try:
        services.discard_draft(statistic=found, by=_me(request))
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The draft was discarded.")
    return redirect("statistic", found.code)


@require_GET
def statistic_metadata(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    found = _statistic(code)
    context = {
        "statistic": found, "groups": pages.metadata_groups(found), "crumbs": pages.crumbs_of(found, "Metadata"),
        "page_has_demonstration_data": pages.is_demonstration(found),
    }  # fmt: skip
    return render(request, "records/statistics/metadata.html", context)


@require_safe
def statistic_metadata_download(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    """All headings with what is said under them: CSV, XLSX or JSON."""
    require(request.user, Permission.EXPORT)
    found = _statistic(code)
    groups = pages.metadata_groups(found)
    document = metadata_document(
        found, groups, version=current_data_version().number, extracted_at=timezone.now(),
        address=request.build_absolute_uri(reverse("statistic_metadata", args=[found.code])),
        is_demonstration=pages.is_demonstration(found),
    )  # fmt: skip
    if extension != "json":
        return download(document, extension)
    response = JsonResponse(metadata_json(found, groups, document), json_dumps_params={"ensure_ascii": False})
    name = file_name(document.file_stem, document.data_version, "json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def statistic_metadata_edit(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _statistic(code)
    form = MetadataForm(request.POST or None, groups=pages.metadata_groups(found))
    if request.method == "POST" and form.is_valid():
        texts, was = form.texts()
        try:
            changed = metadata_services.write(statistic=found, texts=texts, seen=was, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            number = len(changed)
            messages.success(
                request, f"{number} heading{'' if number == 1 else 's'} changed." if number else "Nothing changed."
            )
            return redirect("statistic_metadata", found.code)
    context = {"statistic": found, "form": form, "crumbs": pages.crumbs_of(found, "Change the metadata")}
    return render(request, "records/statistics/metadata_edit.html", context, status=_status(request))


def _preview(
    request: HttpRequest, found: Statistic, *, submission: str, error: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    draft = services.draft_of(found)
    if draft is None:
        messages.warning(request, error or "There is no draft of this recipe.")
        return redirect("statistic", found.code)
    page = pages.preview_page(found, draft, submission=submission, user=_me(request))
    context: dict[str, Any] = {"page": page, "error": error, "reason": reason}
    context["page_has_demonstration_data"] = bool(page.submission and page.submission.is_demonstration)
    return render(request, "records/statistics/preview.html", context, status=status)


def _status(request: HttpRequest) -> int:
    return REFUSED if request.method == "POST" else 200


def _set_asked(request: HttpRequest) -> Any:
    return RecordSet.objects.filter(code=_clean(request.GET.get("set", ""))).first()


def _statistic(code: str) -> Statistic:
    found = pages.find(_clean(code))
    if found is None:
        raise Http404("There is no such statistic.")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("Choose a submission from the list.", "submission") from None


def _clean(text: str) -> str:
    """PostgreSQL refuses a NUL in a text."""
    return text.replace("\x00", "").strip()[:4000]


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
