"""Demonstration users that the made-up reports come from: an officer per body, a focal point per state."""

from __future__ import annotations

from adme.accounts import services
from adme.accounts.demonstration import shared_password
from adme.accounts.models import Assignment, Role, User
from adme.reference.models import Area, SectoralBody

DOMAIN = "demo.adme.example"


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
