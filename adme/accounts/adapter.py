"""How allauth behaves here: no sign-up, and no demonstration user outside the demonstration."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .models import User
from .permissions import Permission, may


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The password of demonstration users is public, so elsewhere they are as good as unknown."""
        user: Any = super().authenticate(request, **credentials)
        if user and user.is_demonstration and not settings.ADME_DEMO:
            return None
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who files reports begins at the work that waits; everybody else at the dashboards."""
        if may(request.user, Permission.REPORT_FILE):
            return reverse("my_work")
        return super().get_login_redirect_url(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures per account and visitor: per account alone, anyone could lock a colleague out from afar."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
