"""Pages of record sets: the list, one set, its facts, the versions of its columns and rules, and what they change."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, may, require
from adme.reporting.errors import NotAllowedNow

from .forms_sets import NewSetForm, SetForm, initial_of
from .layout import BadLayout, Type
from .layout_form import LayoutForms, Typed, columns_of
from .layout_words import KINDS
from .models import RecordSet, SetVersion
from .pages import sets as pages
from .refusals import Refused
from .selectors import sets as selectors
from .services import expected, sets
from .services.recheck import recheck
from .shared_lists import known_lists

REFUSED, CONFLICT = 422, 409


@require_GET
def record_sets(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    asked = {name: _clean(request.GET.get(name, "")) for name in ("q", "body", "kind", "shown")}
    page = pages.list_page(text=asked["q"], body=asked["body"], kind=asked["kind"], shown=asked["shown"])
    context = {"page": page, "page_has_demonstration_data": any(one.is_demonstration for one in page.rows)}
    return render(request, "records/sets/list.html", context)


@require_GET
def record_set(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    found = _set(code)
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else None
    page = pages.set_page(found, number=number, may_manage=may(request.user, Permission.RECORD_SET_MANAGE))
    if page is None:
        raise Http404("There is no such version.")
    return render(
        request, "records/sets/detail.html", {"page": page, "page_has_demonstration_data": found.is_demonstration}
    )


@require_http_methods(["GET", "POST"])
def record_set_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    form = NewSetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = sets.draft_set(code=form.cleaned_data["code"], fields=form.facts(), by=_me(request))
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, f"{made.title} was made. Now say which columns its records have.")
            return redirect("record_set_version_edit", made.code)
    status = REFUSED if request.method == "POST" else 200
    return render(request, "records/sets/form.html", {"form": form, "crumbs": _new_crumbs()}, status=status)


@require_http_methods(["GET", "POST"])
def record_set_edit(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    form = SetForm(request.POST or None, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            sets.change_set(record_set=found, fields=form.facts(), by=_me(request))
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, f"The facts of {form.cleaned_data['title']} were saved.")
            return redirect("record_set", found.code)
    status = REFUSED if request.method == "POST" else 200
    context = {"form": form, "record_set": found, "crumbs": pages.crumbs(found, "Facts")}
    return render(request, "records/sets/form.html", context, status=status)


@require_POST
def record_set_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take a set out of use, or back into it."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    act = sets.return_set if found.is_retired else sets.retire_set
    try:
        act(record_set=found, reason=_clean(request.POST.get("reason", "")), by=_me(request))
    except Refused as error:
        messages.error(request, str(error))
    else:
        told = "is in use again" if found.is_retired else "is retired: nobody is asked for it any more"
        messages.success(request, f"{found.title} {told}.")
    return redirect("record_set", found.code)


@require_http_methods(["GET", "POST"])
def record_set_version_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Columns and rules of the draft. GET shows the draft, or what a draft would start from; a save makes it."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    draft = sets.draft_of(found)
    base = draft or found.current
    layout = base.layout if base else sets.EMPTY
    typed = Typed.posted(request.POST) if request.method == "POST" else Typed.of(layout)
    act = request.POST.get("do", "save") if request.method == "POST" else ""
    seen = request.POST.get("seen", "") if act else sets.fingerprint(draft) if draft else ""
    if act and act != "save":
        typed = typed.after(act, request.POST.get("new_kind", ""))
    forms = LayoutForms(typed, known_lists(), bound=act == "save")
    status, conflict = 200, ""
    if act == "save":
        status = REFUSED
        try:
            if forms.is_valid():
                sets.save_layout(record_set=found, layout=forms.as_json(), seen=seen, by=_me(request))
                messages.success(request, "The draft was saved. This is what it changes.")
                return redirect("record_set_version_compare", found.code)
        except BadLayout as error:
            forms.refuse(error.faults)
        except Refused as error:
            conflict, status = str(error), CONFLICT
    context: dict[str, Any] = {
        "record_set": found, "draft": draft, "base": base, "forms": forms, "seen": seen, "conflict": conflict,
        "kinds": list(KINDS.items()), "opened": _opened(act, typed), "crumbs": pages.crumbs(found, "Columns and rules"),
    }  # fmt: skip
    return render(request, "records/sets/editor.html", context, status=status)


def _opened(act: str, typed: Typed) -> str:
    """The row that was just added or moved, by its prefix; it is shown unfolded."""
    what, _, rest = act.partition(":")
    verb, _, place = rest.partition(":")
    rows = {"columns": typed.columns, "rules": typed.rules}.get(what, ())
    if verb == "add":
        return f"{what}{len(rows) - 1}"
    if verb in {"up", "down"} and place.isdecimal():
        return f"{what}{max(0, min(len(rows) - 1, int(place) + (-1 if verb == 'up' else 1)))}"
    return ""


@require_GET
def record_set_version_compare(request: HttpRequest, code: str) -> HttpResponse:
    """What a version changes, by default the draft, against the one before; from here a draft comes into force."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    return _compare(request, _set(code))


def _compare(
    request: HttpRequest, found: RecordSet, *, error: str = "", note: str = "", status: int = 200
) -> HttpResponse:
    versions = {one.number: one for one in selectors.versions_of(found)}
    wanted, against = (_number(request.GET.get(name, "")) for name in ("version", "against"))
    after = versions.get(wanted) if wanted else next(iter(versions.values()), None)
    if after is None:
        raise Http404("There is no such version.")
    older = [one for number, one in versions.items() if number < after.number]
    current = found.current if after.state == SetVersion.State.DRAFT else None
    before = versions.get(against) if against else current or next(iter(older), None)
    context = {
        "page": pages.compare_page(found, after, before), "seen": sets.fingerprint(after), "error": error,
        "note": note, "rechecks": pages.recheck_lines(after),
    }  # fmt: skip
    return render(request, "records/sets/compare.html", context, status=status)


@require_POST
def record_set_version_adopt(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    draft = sets.draft_of(found)
    note, seen = _clean(request.POST.get("note", "")), _clean(request.POST.get("seen", ""))
    if draft is None:
        messages.warning(request, "There is no draft any more: it was adopted or discarded.")
        return redirect("record_set", found.code)
    try:
        adopted = sets.adopt_version(version=draft, note=note, seen=seen, by=_me(request))
    except BadLayout as error:
        return _compare(request, found, error=str(error), note=note, status=REFUSED)
    except Refused as error:
        return _compare(request, found, error=str(error), note=note, status=REFUSED if error.field else CONFLICT)
    messages.success(request, f"Version {adopted.number} is in force. Reports sent from now on follow it.")
    return redirect("record_set", found.code)


@require_POST
def record_set_version_discard(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    draft = sets.draft_of(found)
    try:
        if draft is None:
            raise Refused("There is no draft any more: it was adopted or discarded.")
        sets.discard_draft(version=draft, by=_me(request))
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The draft was discarded.")
    return redirect("record_set", found.code)


@require_http_methods(["GET", "POST"])
def record_set_recheck(request: HttpRequest, code: str) -> HttpResponse:
    """What reports hold, checked again under another version: counts before and after. Changes nothing else."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    versions = selectors.versions_of(found)
    wanted = _number((request.POST or request.GET).get("version", ""))
    version = next((one for one in versions if one.number == wanted), versions[0] if versions else None)
    if version is None:
        raise Http404("This record set has no version yet.")
    held = list(selectors.held_submissions(found)[:200])
    here = f"{reverse('record_set_recheck', args=[found.code])}?version={version.number}"
    if request.method == "POST":
        chosen = {_clean(one) for one in request.POST.getlist("submission")}
        picked = [one for one in held if str(one.public_id) in chosen]
        try:
            recheck(version=version, submissions=picked, by=_me(request), link=here)
        except NotAllowedNow as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, "The check has begun. Its counts appear on this page when it is done.")
        return redirect(here)
    job = pages.recheck_job(here)  # before the counts: a check that ends between the two leaves none of them out
    context = {
        "record_set": found, "versions": versions, "version": version, "held": held,
        "lines": pages.recheck_lines(version), "crumbs": pages.crumbs(found, "Check again"),
        "job": job,
        "page_has_demonstration_data": any(one.is_demonstration for one in held),
    }  # fmt: skip
    return render(request, "records/sets/recheck.html", context)


@require_http_methods(["GET", "POST"])
def record_set_expected(request: HttpRequest, code: str) -> HttpResponse:
    """Ranges that history suggests; the chosen ones become a rule of the draft."""
    require(request.user, Permission.RECORD_SET_MANAGE)
    found = _set(code)
    if found.current is None:
        raise Http404("This record set has no version in force yet.")
    layout = found.current.read_layout()
    numbers = columns_of(layout, Type.INTEGER, Type.NUMBER)
    groups = columns_of(layout, Type.CODE, Type.YES_NO)
    asked = request.POST or request.GET
    column = next((one for one in numbers if one.name == asked.get("column", "")), None)
    by = [one for one in groups if one.name in asked.getlist("by")][:3]
    if request.method == "POST" and column is not None:
        try:
            expected.adopt_ranges(
                record_set=found, column=column.name, by_columns=[one.name for one in by],
                chosen=[_clean(one) for one in request.POST.getlist("group")], by=_me(request),
            )  # fmt: skip
        except Refused as error:
            messages.warning(request, str(error))
        except BadLayout as error:
            messages.error(request, f"The draft could not take the rule. {error}")
        else:
            messages.success(request, "The ranges stand in the draft as a rule. This is what the draft changes.")
            return redirect("record_set_version_compare", found.code)
    lines = expected.suggestions(found, column=column.name, by=[one.name for one in by]) if column else []
    context = {
        "record_set": found, "numbers": numbers, "groups": groups, "column": column, "by": by, "lines": lines,
        "by_names": [one.name for one in by], "can_adopt": any(one.most is not None for one in lines),
        "crumbs": pages.crumbs(found, "Expected ranges"),
    }  # fmt: skip
    return render(request, "records/sets/expected.html", context)


def _set(code: str) -> RecordSet:
    found = selectors.find(_clean(code))
    if found is None:
        raise Http404("There is no such record set.")
    return found


def _refuse(form: SetForm, error: Refused) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _clean(text: str) -> str:
    """PostgreSQL refuses a NUL in a text."""
    return text.replace("\x00", "").strip()[:2000]


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def _new_crumbs() -> pages.Crumbs:
    return (pages.LIST, ("Record sets", reverse("record_sets")), ("New record set", ""))
