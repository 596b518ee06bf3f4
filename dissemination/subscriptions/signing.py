"""Secrets of endpoints and the signature of what is sent to them.

A secret must be usable, so a digest is not enough; and it is not stored either. It is made anew each time of the
endpoint's seed (in the database) and SECRET_KEY (in the environment): whoever holds a copy of the database alone cannot
sign. A new seed gives a new secret; a new SECRET_KEY gives all endpoints new ones.
"""

from __future__ import annotations

import hashlib
import hmac

from django.utils.crypto import salted_hmac

from .models import Endpoint

_SALT = "dissemination.subscriptions.endpoint"
SIGNATURE_HEADER = "X-ADME-Signature"


def secret_of(endpoint: Endpoint) -> str:
    return "whsec_" + salted_hmac(_SALT, f"{endpoint.public_id}:{endpoint.seed}", algorithm="sha256").hexdigest()


def signature(*, secret: str, timestamp: int, body: bytes) -> str:
    """`t=1763800000,v1=<hex>`: HMAC-SHA256, with the secret, of the timestamp, a full stop and the body."""
    signed = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={signed}"
