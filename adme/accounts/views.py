"""Pages of users and assignments for the administrator, and each user's own account page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import forms, mails, selectors, services
from .errors import AccountRuleError
from .models import Assignment, User
from .paging import listing
from .permissions import PERMISSION_TITLES, Permission, assignments_of, permissions_of, require

REFUSED = 422


@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    held = permissions_of(request.user)
    return render(
        request,
        "accounts/my_account.html",
        {
            "assignments": assignments_of(request.user),
            "permissions": [title for permission, title in PERMISSION_TITLES.items() if permission in held],
        },
    )


@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    form = forms.UserFilterForm(request.GET)
    found = listing(request, selectors.users(wanted=form.wanted()))
    return render(request, "accounts/user_list.html", {"form": form, "listing": found})


@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    form = forms.NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        send_mail = given.pop("send_mail")
        try:
            user = services.create_user(**given, by=_me(request))
        except AccountRuleError as error:
            form.refuse(error)
        else:
            if send_mail:
                mails.send_password_mail(user=user, by=_me(request), request=request)
            messages.success(request, f"{user} was added. Give the user a role next.")
            return redirect("user_detail", pk=user.pk)
    return render(request, "accounts/user_new.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    user = get_object_or_404(User, pk=pk)
    form = forms.UserForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        services.update_user(user=user, **form.cleaned_data, by=_me(request))
        messages.success(request, "Saved.")
        return redirect("user_detail", pk=pk)
    return _show_user(request, user, form=form)


@require_POST
def assignment_add(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    user = get_object_or_404(User, pk=pk)
    form = forms.AssignmentForm(request.POST)
    if form.is_valid():
        try:
            added = services.add_assignment(user=user, **form.cleaned_data, by=_me(request))
        except AccountRuleError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{user} is now {added}.")
            return redirect("user_detail", pk=pk)
    return _show_user(request, user, assignment_form=form)


@require_POST
def assignment_end(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    assignment = get_object_or_404(Assignment.objects.select_related("user"), pk=assignment_pk, user_id=pk)
    return _act(
        request,
        pk,
        lambda reason: services.end_assignment(assignment=assignment, by=_me(request), reason=reason),
        done="The assignment has ended.",
    )


@require_POST
def user_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, active=True, done="The account is active.")


@require_POST
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, active=False, done="The account is closed and its sessions have ended.")


@require_POST
def user_password_mail(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    user = get_object_or_404(User, pk=pk)
    return _act(
        request,
        pk,
        lambda reason: mails.send_password_mail(user=user, by=_me(request), request=request),
        done=f"The mail for setting a password was sent to {user.email}.",
    )


def _set_active(request: HttpRequest, pk: int, *, active: bool, done: str) -> HttpResponse:
    require(request.user, Permission.USER_MANAGE)
    user = get_object_or_404(User, pk=pk)
    return _act(
        request,
        pk,
        lambda reason: services.set_active(user=user, active=active, by=_me(request), reason=reason),
        done=done,
    )


def _act(request: HttpRequest, pk: int, act: Callable[[str], Any], *, done: str) -> HttpResponse:
    """Do one act on a user and come back to the user's page with what happened, or why not."""
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The reason is too long or holds characters that cannot be kept.")
        return redirect("user_detail", pk=pk)
    try:
        act(form.cleaned_data["reason"])
    except AccountRuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("user_detail", pk=pk)


def _show_user(
    request: HttpRequest,
    user: User,
    *,
    form: forms.UserForm | None = None,
    assignment_form: forms.AssignmentForm | None = None,
) -> HttpResponse:
    refused = form or assignment_form
    initial = {"full_name": user.full_name, "organisation": user.organisation}
    context = {
        "page": selectors.user_page(user=user),
        "form": form or forms.UserForm(initial=initial),
        "assignment_form": assignment_form or forms.AssignmentForm(),
        "is_self": user.pk == request.user.pk,
    }
    return render(request, "accounts/user_detail.html", context, status=_status(refused) if refused else 200)


def _status(form: forms.PlainForm) -> int:
    return REFUSED if form.is_bound and form.errors else 200


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - `require` has refused everyone else
    return request.user
