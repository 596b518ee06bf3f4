"""Reads of users and assignments."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from adme.audit.selectors import EventRow, events_about

from .models import Assignment, User

SORTS: dict[str, tuple[str, ...]] = {
    "name": ("full_name", "email"),
    "-name": ("-full_name", "-email"),
    "email": ("email",),
    "-email": ("-email",),
    "last_login": ("last_login", "email"),
    "-last_login": ("-last_login", "email"),
}


@dataclass(frozen=True)
class UserFilter:
    """What the address of the user list may ask for. `active` is yes, no or empty for both."""

    text: str = ""
    role: str = ""
    active: str = ""
    sort: str = "name"


@dataclass(frozen=True)
class UserPage:
    """One user as the administrator sees it."""

    user: User
    held: tuple[Assignment, ...]
    ended: tuple[Assignment, ...]
    events: tuple[EventRow, ...]


def users(*, wanted: UserFilter) -> QuerySet[User]:
    """Users with the assignments they hold in `held_assignments`, in two queries whatever their number."""
    found = User.objects.all()
    if wanted.text:
        found = found.filter(
            Q(email__icontains=wanted.text)
            | Q(full_name__icontains=wanted.text)
            | Q(organisation__icontains=wanted.text)
        )
    if wanted.role:
        found = found.filter(pk__in=Assignment.objects.held().filter(role=wanted.role).values("user_id"))
    if wanted.active:
        found = found.filter(is_active=wanted.active == "yes")
    held = Assignment.objects.held().select_related("body", "state")
    return found.order_by(*SORTS[wanted.sort]).prefetch_related(
        Prefetch("assignments", queryset=held, to_attr="held_assignments")
    )


def user_page(*, user: User) -> UserPage:
    assignments = list(user.assignments.select_related("body", "state"))
    return UserPage(
        user=user,
        held=tuple(one for one in assignments if one.ended_at is None),
        ended=tuple(one for one in assignments if one.ended_at is not None),
        events=events_about(target=f"user:{user.email}"),
    )


def demonstration_users() -> list[User]:
    held = Assignment.objects.held().select_related("body", "state")
    return list(
        User.objects.filter(is_demonstration=True, is_active=True)
        .order_by("pk")
        .prefetch_related(Prefetch("assignments", queryset=held, to_attr="held_assignments"))
    )
