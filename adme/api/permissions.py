"""The one place where the API decides who may: role, scope of the token, and the permission of the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from adme.accounts.permissions import PERMISSION_TITLES, Permission, may

from .models import ApiToken
from .scopes import Scope

if TYPE_CHECKING:  # the views read the settings that name this module
    from rest_framework.views import APIView


class ScopeMissing(PermissionDenied):
    default_code = "scope_missing"


class MayUseApi(BasePermission):
    """Every method of every endpoint: the API itself, the scope of the token, then `view.permission`.

    A view says what writing needs with `scope`, and with `permissions` {method: permission} where a method needs
    another one than `permission`. A view that writes without naming a scope can be written to by no token at all.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not may(request.user, Permission.API_READ):
            return False
        method = request.method or "GET"
        if method not in view.allowed_methods:
            return True  # nothing happens there: the answer is 405
        if isinstance(request.auth, ApiToken):
            _require_scope(request.auth, method, view)
        usual: Permission = getattr(view, "permission", Permission.API_READ)
        needed: Permission = getattr(view, "permissions", {}).get(method, usual)
        if not may(request.user, needed):
            raise PermissionDenied(f"This needs the permission '{PERMISSION_TITLES[needed]}'.")
        return True


def _require_scope(token: ApiToken, method: str, view: APIView) -> None:
    needed = Scope.READ if method in SAFE_METHODS else getattr(view, "scope", None)
    if needed is None:
        raise ScopeMissing("This address takes no token for writing; use the page.")
    if needed not in token.scopes:
        raise ScopeMissing(f"This token lacks the scope '{needed}'. Make a token that has it: {needed.label.lower()}.")
