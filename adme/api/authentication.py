"""`Authorization: Bearer <token>` for programs. Browsers use their session."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from adme.accounts.models import User

from .models import ApiToken
from .tokens import find_token


class BearerToken(BaseAuthentication):
    """`request.auth` is the token, whose scopes MayUseApi asks for; None in a session."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in (b"bearer", b"token"):
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send one token: 'Authorization: Bearer <token>'.")
        token = find_token(words[1].decode("ascii", "replace"))
        if token is None:
            raise AuthenticationFailed("This token is unknown, has expired or was ended. Make a new one in ADME.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "adme.api.authentication.BearerToken"
    name = "bearerToken"

    def get_security_definition(self, auto_schema):  # type: ignore[no-untyped-def]
        return {"type": "http", "scheme": "bearer"}
