"""Logins, failed logins, logouts and changes of password or second factor, written into the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from adme.audit.services import record

from .models import User


@receiver(account_signals.user_logged_in)
def login_succeeded(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("login.succeeded", user, request)


@receiver(user_login_failed)
def login_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Attempts beyond the rate limit are refused before this, so a flood of them does not fill the trail."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    record(action="login.failed", actor=typed or "unknown", target=f"user:{typed}", after=_origin(request))


@receiver(user_logged_out)
def logged_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record("logout", user, request)


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
def password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("password.changed", user, request)


@receiver(account_signals.password_reset)
def password_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("password.reset", user, request)


@receiver(mfa_signals.authenticator_added)
def second_factor_added(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("second_factor.added", user, request)


@receiver(mfa_signals.authenticator_removed)
def second_factor_removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("second_factor.removed", user, request)


def _record(action: str, user: User, request: HttpRequest | None) -> None:
    record(action=action, actor=user.email, target=f"user:{user.email}", after=_origin(request))


def _origin(request: HttpRequest | None) -> dict[str, str] | None:
    """The address the request came from, as far as the trusted proxy settings let it be known."""
    if request is None or "REMOTE_ADDR" not in request.META:
        return None
    try:
        return {"ip": get_adapter().get_client_ip(request)}
    except PermissionDenied:
        return None
