"""Pages where analysts enter clauses, retire them, and link declarations."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require

from .errors import NotPossible
from .forms import ClauseForm, LinksForm, ReasonForm
from .models import Clause, Declaration
from .services import clauses

REFUSED = 422


@require_http_methods(["GET", "POST"])
def clause_new(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DECLARATION_MANAGE)
    declaration = _declaration(code)
    form = ClauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            clause = clauses.add_clause(declaration=declaration, **form.cleaned_data, by=_me(request))
        except NotPossible as error:
            _refuse(form, error)
        else:
            messages.success(request, f"Clause {clause.number} was added.")
            if "another" in request.POST:
                return redirect("clause_new", declaration.code)
            return _back(declaration, clause)
    context = {"declaration": declaration, "form": form, "numbers": _numbers(declaration)}
    return render(request, "tool2/clause_form.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def clause_edit(request: HttpRequest, code: str, clause: UUID) -> HttpResponse:
    require(request.user, Permission.DECLARATION_MANAGE)
    found = _clause(code, clause)
    form = ClauseForm(request.POST or None, initial=ClauseForm.of(found))
    if request.method == "POST" and form.is_valid():
        try:
            changed = clauses.change_clause(clause=found, **form.cleaned_data, by=_me(request))
        except NotPossible as error:
            _refuse(form, error)
        else:
            messages.success(request, f"Clause {changed.number} was saved.")
            return _back(found.declaration, found)
    return _edit_page(request, found, form, ReasonForm(), _status(form))


@require_http_methods(["POST"])
def clause_retire(request: HttpRequest, code: str, clause: UUID) -> HttpResponse:
    """Retires a clause that is in use, or brings a retired one back."""
    require(request.user, Permission.DECLARATION_MANAGE)
    found = _clause(code, clause)
    reason = ReasonForm(request.POST)
    if reason.is_valid():
        act = clauses.return_clause if "return" in request.POST else clauses.retire_clause
        try:
            act(clause=found, reason=reason.cleaned_data["reason"], by=_me(request))
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            done = "brought back" if "return" in request.POST else "retired"
            messages.success(request, f"Clause {found.number} was {done}.")
        return _back(found.declaration, found)
    return _edit_page(request, found, ClauseForm(initial=ClauseForm.of(found)), reason, REFUSED)


@require_http_methods(["GET", "POST"])
def declaration_links(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DECLARATION_MANAGE)
    declaration = _declaration(code)
    initial = {"predecessor": declaration.predecessor_id, "plans": list(declaration.plans_of_action.all())}
    form = LinksForm(request.POST or None, declaration=declaration, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            clauses.link_declaration(
                declaration=declaration,
                predecessor=given["predecessor"],
                plans=list(given["plans"]),
                by=_me(request),
            )
        except NotPossible as error:
            _refuse(form, error)
        else:
            messages.success(request, "The links were saved.")
            return redirect("declaration_detail", declaration.code)
    context = {"declaration": declaration, "form": form}
    return render(request, "tool2/links_form.html", context, status=_status(form))


def _edit_page(request: HttpRequest, clause: Clause, form: ClauseForm, reason: ReasonForm, status: int) -> HttpResponse:
    context = {"declaration": clause.declaration, "clause": clause, "form": form, "reason_form": reason}
    return render(request, "tool2/clause_form.html", context, status=status)


def _declaration(code: str) -> Declaration:
    return get_object_or_404(Declaration.objects.select_related("predecessor"), code=code, retired_at__isnull=True)


def _clause(code: str, clause: UUID) -> Clause:
    return get_object_or_404(Clause.objects.select_related("declaration"), declaration__code=code, public_id=clause)


def _numbers(declaration: Declaration) -> list[str]:
    return list(declaration.clauses.values_list("number", flat=True))


def _back(declaration: Declaration, clause: Clause) -> HttpResponse:
    return redirect(f"{reverse('declaration_detail', args=[declaration.code])}#clause-{clause.public_id}")


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def _refuse(form: ClauseForm | LinksForm, error: NotPossible) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _status(form: ClauseForm | LinksForm) -> int:
    return REFUSED if form.is_bound and form.errors else 200
