"""Demonstration users: one per role, read from fixtures/demo_users.csv. They exist only where ADME_DEMO is on."""

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
from .models import Role, User


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
