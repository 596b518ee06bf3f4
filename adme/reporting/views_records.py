"""The form of one record: its page, the save of a section, and the acts on a record."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.middleware import wants_json
from adme.accounts.models import User

from . import access, saves, tools
from .errors import BadValues, NoSuchRecord, ReasonNeeded, ReportingError
from .fields import Field
from .forms_records import KeepForm, RemoveForm, sent
from .models import Obligation, RecordChange
from .pages import records as pages
from .pages import sections
from .pages.history import history_page
from .pages.new_record import new_fields, new_page
from .services import records as services


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _record_url(obligation: Obligation, key: str, anchor: str = "") -> str:
    return reverse("record", args=[obligation.public_id, key]) + (f"#{anchor}" if anchor else "")


@require_GET
@never_cache
def record(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    obligation = access.written_report_for(request.user, report)
    return _show(request, obligation, key)


def _show(
    request: HttpRequest, obligation: Obligation, key: str, refused: sections.Refused | None = None, status: int = 200
) -> HttpResponse:
    page = pages.record_page(obligation=obligation, key=key, user=request.user, refused=refused)
    demonstration = page.record.is_demonstration or obligation.is_demonstration
    context = {"page": page, "page_has_demonstration_data": demonstration}
    return render(request, "reporting/records/record.html", context, status=status)


@require_POST
@never_cache
def section_save(request: HttpRequest, report: UUID, key: str, section: str) -> HttpResponse:
    """Stores what was sent of one section; answers a script with JSON, and everybody else with a page."""
    obligation = access.written_report_for(request.user, report, edit=True)
    pages.section_of(obligation, section)
    fields = tools.get(obligation.tool).catalogue.of_section(section)
    given = sent(request.POST, fields)
    outcome = saves.save(
        obligation=obligation,
        key=key,
        part=section,
        fields=fields,
        given=given,
        by=_user(request),
        opened_by=request.POST.get("user", ""),
        channel=RecordChange.Channel.FORM,
    )
    if wants_json(request):
        return JsonResponse(_answer(request, obligation, section, outcome, fields), status=outcome.status)
    if outcome.kind == "saved":
        messages.success(request, f"{outcome.sentence}: {_title(obligation, section)}.")
        return redirect(_record_url(obligation, key, f"section-{section}"))
    refused = sections.Refused(
        section=section,
        sent=given,
        sentence=outcome.sentence,
        errors=outcome.errors,
        conflict=outcome.conflict,
        needs_reason=outcome.kind == "reason",
        reason_fields=outcome.reason_fields,
    )
    return _show(request, obligation, key, refused, status=outcome.status)


def _title(obligation: Obligation, section: str) -> str:
    return pages.section_of(obligation, section).title


def _answer(
    request: HttpRequest, obligation: Obligation, section: str, outcome: saves.Outcome, fields: tuple[Field, ...]
) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if outcome.conflict is not None:
        clash = {"conflict": outcome.conflict, "prefix": section}
        more["panel"] = render_to_string("reporting/records/_conflict.html", clash, request=request)
    if outcome.kind == "saved":
        context: dict[str, Any] = {
            "checks": pages.checks_now(obligation, outcome.record),
            "report": obligation,
            "key": outcome.record.key,
            "can_edit": True,
        }
        catalogue = tools.get(obligation.tool).catalogue
        todo = pages.todo_by_section(catalogue, context["checks"])
        more["standings"] = sections.standings(catalogue, outcome.record, todo)
        more["checks"] = render_to_string("reporting/records/_checks.html", context, request=request)
    return saves.answer(outcome, fields, **more)


@require_http_methods(["GET", "POST"])
@never_cache
def record_new(request: HttpRequest, report: UUID) -> HttpResponse:
    obligation = access.written_report_for(request.user, report, edit=True)
    if request.method == "GET":
        page = new_page(obligation=obligation, user=request.user, group=request.GET.get("group", ""))
        return render(request, "reporting/records/new.html", {"page": page})
    given = sent(request.POST, new_fields(obligation))
    group = request.POST.get("group", "")
    known = {one.key for one in tools.get(obligation.tool).groups(obligation, for_user=_user(request))}
    errors: dict[str, list[str]] = {}
    if group not in known:
        errors["group"] = ["Choose where it belongs."]
    sentence, status = "", 422
    if not errors:
        try:
            saved = services.create_record(
                obligation_id=obligation.pk,
                group=group,
                raw=given.raw,
                by=_user(request),
                channel=RecordChange.Channel.FORM,
                reason=given.reason,
            )
            messages.success(request, "Added. Now fill in the rest; it is saved as you type.")
            return redirect(_record_url(obligation, saved.key))
        except BadValues as error:
            errors = saves.errors_of(error.problems)
        except ReasonNeeded as error:
            errors["reason"] = [str(error)]
        except ReportingError as error:
            sentence, status = str(error), 409
    page = new_page(
        obligation=obligation, user=request.user, group=group, given=given, errors=errors, sentence=sentence
    )
    return render(request, "reporting/records/new.html", {"page": page}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def record_remove(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    obligation = access.written_report_for(request.user, report, edit=True)
    found = pages.find(obligation, key, request.user)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.remove_record(
                    obligation_id=obligation.pk, key=key, by=_user(request), reason=form.cleaned_data["reason"]
                )
                messages.success(request, f"“{found.title}” was taken out of the report.")
                return redirect("report", obligation.public_id)
            except ReportingError as error:
                form.add_error("reason", str(error))
    context = {
        "form": form,
        "record": found,
        "report": obligation,
        "noun": tools.get(obligation.tool).noun[0],
        "crumbs": pages.crumbs(obligation, (found.title, _record_url(obligation, key)), ("Take out", "")),
    }
    return render(request, "reporting/records/remove.html", context, status=status)


@require_POST
def record_keep(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    """A contradiction stays, with the reason for it; without a reason it is open again."""
    obligation = access.written_report_for(request.user, report, edit=True)
    pages.find(obligation, key, request.user)
    form = KeepForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if not form.is_valid() or (not reason and "undo" not in request.POST):
        messages.error(request, "Write why both stand, in at most 2,000 characters; then it is kept.")
        return redirect(_record_url(obligation, key, "checks"))
    try:
        services.keep_contradiction(
            obligation_id=obligation.pk, key=key, code=form.cleaned_data["code"], reason=reason, by=_user(request)
        )
        messages.success(request, "Kept with your reason." if reason else "It is open again.")
    except NoSuchRecord:
        raise Http404("There is no such record in this report.") from None
    except ReportingError as error:
        messages.error(request, str(error))
    return redirect(_record_url(obligation, key, "checks"))


@require_POST
def copy_forward(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    """Last period's values into the blank fields of this period, of one section or of the whole record."""
    obligation = access.written_report_for(request.user, report, edit=True)
    pages.find(obligation, key, request.user)
    section = request.POST.get("section", "")
    names = None
    if section:
        pages.section_of(obligation, section)
        names = [one.name for one in sections.lasting(tools.get(obligation.tool).catalogue.of_section(section))]
    _copy(request, obligation, [key], names)
    return redirect(_record_url(obligation, key, f"section-{section}" if section else ""))


@require_POST
def copy_all_forward(request: HttpRequest, report: UUID) -> HttpResponse:
    """The same for every record of the report; counts and products belong to their own period and are left out."""
    obligation = access.written_report_for(request.user, report, edit=True)
    _copy(request, obligation, None, None)
    return redirect("grid", obligation.public_id)


def _copy(request: HttpRequest, obligation: Obligation, keys: list[str] | None, names: list[str] | None) -> None:
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    try:
        filled = services.copy_forward(
            obligation_id=obligation.pk, keys=keys, by=_user(request), fields=names, reason=reason
        )
        messages.success(request, _copied(filled))
    except ReportingError as error:
        messages.error(request, str(error))


def _copied(filled: int) -> str:
    if not filled:
        return "Nothing was copied: no blank field has a value of the last period."
    if filled > 1:
        return f"In {filled} records the blank fields now hold last period's values. Check each: is it still so?"
    return "The blank fields now hold last period's values. Check each: is it still so?"


@require_GET
def field_history(request: HttpRequest, report: UUID, key: str, field: str) -> HttpResponse:
    """Who changed this field, when, from what to what: beside the field, or as a page where scripts are off."""
    obligation = access.written_report_for(request.user, report)
    page = history_page(obligation=obligation, key=key, name=field, user=request.user)
    template = "_history.html" if request.headers.get("HX-Request") == "true" else "history.html"
    return render(request, f"reporting/records/{template}", {"page": page})
