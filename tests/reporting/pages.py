"""What tests of report pages share: clients, addresses, forms with their token, a report at a stage."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from adme.accounts.models import User
from adme.reporting.models import Obligation
from adme.reporting.transitions import Act

from . import factories

_TOKEN = re.compile(r'(?<=")[A-Za-z0-9]{64}(?=")')


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, obligation: Obligation, *more: Any) -> str:
    return reverse(name, args=[obligation.public_id, *more])


def text_of(response: Any) -> str:
    """The page without its form tokens, which differ each time."""
    return " ".join(_TOKEN.sub("", response.content.decode()).split())


def asked(client: Client, obligation: Obligation, act: Act) -> dict[str, Any]:
    """The hidden fields of the page that asks before an act, as a browser would send them."""
    response = client.get(url("report_act", obligation, act.value))
    assert response.status_code == 200, text_of(response)
    form = response.context["form"]
    return {"token": form["token"].value(), "revision": form["revision"].value() or ""}


def submitted(obligation: Obligation, by: User, *, count: int = 1) -> Obligation:
    """The report with ready activities, handed in."""
    factories.ready_report(obligation, by, count=count)
    return factories.act(factories.again(obligation), Act.SUBMIT, by)
