"""Demonstration users: one per role, read from fixtures/demo_users.csv. They exist only where ADME_DEMO is on.

Made-up reports need more: an officer per body and a focal point per state, made when first asked for.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from adme.reference.models import Area, SectoralBody

from . import services
from .errors import AlreadyAssigned
from .models import Assignment, Role, User

DOMAIN = "demo.adme.example"


@dataclass(frozen=True)
class DemoUser:
    """One row of the file. `body` is an acronym, `state` an area code; either may be empty."""

    email: str
    full_name: str
    organisation: str
    role: str
    body: str
    state: str
    password: str

    @property
    def role_in_words(self) -> str:
        scope = self.body or self.state
        return f"{Role(self.role).label} ({scope})" if scope else str(Role(self.role).label)


def fixture_path() -> Path:
    return settings.BASE_DIR / "fixtures" / "demo_users.csv"


@cache
def demo_users() -> tuple[DemoUser, ...]:
    with fixture_path().open(encoding="utf-8", newline="") as file:
        return tuple(DemoUser(**row) for row in csv.DictReader(file))


def shared_password() -> str:
    return demo_users()[0].password


@transaction.atomic
def load(demo: DemoUser) -> bool:
    """Make the user, or put it back as the file says; whether anything was written."""
    user = User.objects.filter(email=demo.email).first()
    if user is None:
        user = services.create_user(
            email=demo.email, full_name=demo.full_name, organisation=demo.organisation, by=None, is_demonstration=True
        )
        user.set_password(demo.password)
        user.save(update_fields=["password"])
        changed = True
    elif changed := not (user.is_active and user.check_password(demo.password)):
        user.set_password(demo.password)
        user.is_active = True
        user.save(update_fields=["password", "is_active"])
    return _assign(user, demo) or changed


def _assign(user: User, demo: DemoUser) -> bool:
    body = SectoralBody.objects.get(acronym=demo.body) if demo.body else None
    state = Area.objects.get(code=demo.state) if demo.state else None
    try:
        services.add_assignment(user=user, role=demo.role, body=body, state=state, by=None)
    except AlreadyAssigned:
        return False
    return True


def officer_of(body: SectoralBody) -> User:
    return _holder(Role.ME_OFFICER, f"officer.{body.code.lower()}", f"M&E officer of {body.acronym}", body=body)


def focal_point_of(state: Area) -> User:
    return _holder(Role.FOCAL_POINT, f"focal.{state.code.lower()}", f"focal point of {state.name}", state=state)


def reviewer() -> User:
    return _holder(Role.ANALYST, "analyst", "analyst")


def _holder(role: str, name: str, title: str, *, body: SectoralBody | None = None, state: Area | None = None) -> User:
    """The first demonstration user who holds the role there; made where there is none."""
    held = Assignment.objects.held().filter(role=role, body=body, state=state, user__is_demonstration=True)
    known = held.select_related("user").order_by("pk").first()
    if known is not None:
        found: User = known.user
        return found
    user = services.create_user(
        email=f"{name}@{DOMAIN}",
        full_name=f"Demonstration {title}",
        organisation="Demonstration",
        by=None,
        is_demonstration=True,
    )
    user.set_password(shared_password())
    user.save(update_fields=["password"])
    services.add_assignment(user=user, role=role, body=body, state=state, by=None)
    return user
