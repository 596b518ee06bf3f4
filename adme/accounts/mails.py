"""The mail with which a user sets a password: allauth's reset mail, asked for by an administrator."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm
from django.db import transaction
from django.http import HttpRequest

from adme.audit.services import record

from .errors import InactiveUser
from .models import User


@transaction.atomic
def send_password_mail(*, user: User, by: User, request: HttpRequest) -> None:
    """The address in the mail is built from the request. Raises InactiveUser for a closed account."""
    if not user.is_active:
        raise InactiveUser
    form = ResetPasswordForm(data={"email": user.email})
    form.full_clean()
    form.save(request)
    record(action="user.password_mail_sent", actor=by.email, target=f"user:{user.email}")
