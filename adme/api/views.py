"""A user's own API tokens: list, make, end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require

from . import tokens
from .forms import TokenForm
from .models import ApiToken
from .scopes import Scope


@dataclass(frozen=True, slots=True)
class TokenRow:
    token: ApiToken

    @property
    def scopes(self) -> list[str]:
        return [scope.label for scope in Scope if scope in self.token.scopes]

    @property
    def has_expired(self) -> bool:
        return self.token.expires_at <= timezone.now()


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """Only the tokens of the person who asks. A new token is shown in the answer that made it, never again."""
    require(request.user, Permission.API_READ)
    user = cast(User, request.user)
    form, secret, status = TokenForm(request.POST or None, user=user), "", 200
    if request.method == "POST":
        if form.is_valid():
            _, secret = tokens.create_token(user=user, **form.cleaned_data)
            form = TokenForm(user=user)
        else:
            status = 422
    own = ApiToken.objects.filter(user=user, ended_at__isnull=True)
    context = {"form": form, "secret": secret, "tokens": [TokenRow(one) for one in own]}
    return render(request, "api/tokens.html", context, status=status)


@require_POST
def token_end(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.API_READ)
    token = get_object_or_404(ApiToken, pk=pk, user=request.user, ended_at__isnull=True)
    tokens.end_token(token=token, by=cast(User, request.user))
    messages.success(request, f"The token '{token.name}' has ended; programs that use it get 401 from now on.")
    return redirect("token_list")
