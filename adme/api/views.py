"""A user's own API tokens: list, make, end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import defaults
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
    def scopes(self) -> list[tuple[str, str]]:
        """(code, what it means) of each."""
        return [(scope.value, scope.label) for scope in Scope if scope in self.token.scopes]

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


def _in_the_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _told(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, "fields": {}}}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """For programs in the one form of the API; for people the page. The same of the next two."""
    if _in_the_api(request):
        return _told(400, "bad_request", "The request is not one that can be read.")
    return defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _in_the_api(request):
        return _told(404, "not_found", "There is no such address. Lists end with a slash or with .csv.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    if _in_the_api(request):
        return _told(500, "server_error", "Something broke here; it is not your request's fault. Try again later.")
    return defaults.server_error(request)
