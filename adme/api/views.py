"""A user's own API tokens: list, make, end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from adme.accounts.permissions import Permission, require

from . import tokens
from .forms import TokenForm
from .models import ApiToken


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """Only the tokens of the person who asks. A new token is shown in the answer that made it, never again."""
    require(request.user, Permission.API_READ)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _, secret = tokens.create_token(user=request.user, name=form.cleaned_data["name"])  # type: ignore[arg-type]
        form = TokenForm()
    own = ApiToken.objects.filter(user=request.user, ended_at__isnull=True)  # type: ignore[misc]
    return render(request, "api/tokens.html", {"form": form, "secret": secret, "tokens": own})


@require_POST
def token_end(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.API_READ)
    token = get_object_or_404(ApiToken, pk=pk, user=request.user, ended_at__isnull=True)
    tokens.end_token(token=token, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"The token '{token.name}' has ended; programs that use it get 401 from now on.")
    return redirect("token_list")
