"""Acts on users and assignments: what they do, what they refuse, and the event each leaves behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from adme.accounts import errors, services
from adme.accounts.models import Assignment, Role, User
from adme.accounts.permissions import ROLE_PERMISSIONS, Permission, assignments_of, may, permissions_of, require
from adme.audit.models import AuditEvent
from adme.reference.models import Area, SectoralBody

pytestmark = pytest.mark.django_db


def last_event() -> AuditEvent:
    return AuditEvent.objects.first()


@pytest.fixture
def body(reference_data: None) -> SectoralBody:
    return SectoralBody.objects.get(acronym="SOMHD")


@pytest.fixture
def state(reference_data: None) -> Area:
    return Area.objects.get(code="VNM")


def test_a_new_user_can_do_nothing_and_has_no_password(administrator: User) -> None:
    user = services.create_user(email="New@Example.org", full_name="x", by=administrator)

    assert user.email == "new@example.org"
    assert not user.has_usable_password()
    assert permissions_of(user) == frozenset()
    assert (last_event().action, last_event().actor) == ("user.created", administrator.email)


def test_an_address_is_taken_once_whatever_the_case(administrator: User) -> None:
    services.create_user(email="one@example.org", by=administrator)

    with pytest.raises(errors.EmailTaken):
        services.create_user(email="ONE@example.org", by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="One@example.org")


def test_a_change_leaves_before_and_after_and_no_change_leaves_nothing(administrator: User, user_with) -> None:
    user = user_with(Role.ANALYST, full_name="old")

    services.update_user(user=user, full_name="new", organisation="", by=administrator)
    event = last_event()
    services.update_user(user=user, full_name="new", organisation="", by=administrator)

    assert (event.before["full_name"], event.after["full_name"]) == ("old", "new")
    assert last_event() == event


@pytest.mark.parametrize(
    ("role", "with_body", "with_state", "field"),
    [
        (Role.ME_OFFICER, True, False, None),
        (Role.ME_OFFICER, False, False, "body"),
        (Role.ME_OFFICER, True, True, "state"),
        (Role.FOCAL_POINT, False, True, None),
        (Role.FOCAL_POINT, True, True, None),
        (Role.FOCAL_POINT, True, False, "state"),
        (Role.FOCAL_POINT, False, False, "state"),
        (Role.ANALYST, False, False, None),
        (Role.ANALYST, True, False, "body"),
        (Role.SOCA_MEMBER, False, True, "state"),
        (Role.ADMINISTRATOR, False, False, None),
        (Role.ADMINISTRATOR, False, True, "state"),
    ],
)
def test_the_scope_of_a_role_is_held_by_the_service_and_by_the_database(
    administrator: User, user_with, body: SectoralBody, state: Area, role, with_body, with_state, field
) -> None:
    scope = {"body": body if with_body else None, "state": state if with_state else None}
    user, other = user_with(None), user_with(None)

    if field is None:
        assert services.add_assignment(user=user, role=role, **scope, by=administrator).role == role
        Assignment.objects.create(user=other, role=role, **scope)
        return
    with pytest.raises(errors.ScopeDoesNotFit) as refused:
        services.add_assignment(user=user, role=role, **scope, by=administrator)
    assert refused.value.field == field
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(user=other, role=role, **scope)


def test_a_role_is_held_once_but_for_another_body_again(administrator: User, user_with, body: SectoralBody) -> None:
    user = user_with(Role.ME_OFFICER, body="SLOM")

    services.add_assignment(user=user, role=Role.ME_OFFICER, body=body, by=administrator)
    with pytest.raises(errors.AlreadyAssigned):
        services.add_assignment(user=user, role=Role.ME_OFFICER, body=body, by=administrator)


def test_an_ended_role_gives_nothing_any_more_and_can_be_given_again(administrator: User, user_with) -> None:
    user = user_with(Role.ANALYST)
    assert may(user, Permission.IMPORT_RUN)

    services.end_assignment(assignment=user.assignments.get(), by=administrator, reason="left the unit")

    user = User.objects.get(pk=user.pk)
    assert not may(user, Permission.IMPORT_RUN)
    assert (last_event().action, last_event().reason) == ("assignment.ended", "left the unit")
    assert user.assignments.count() == 1  # ended, not deleted
    services.add_assignment(user=user, role=Role.ANALYST, by=administrator)
    assert may(User.objects.get(pk=user.pk), Permission.IMPORT_RUN)


def test_ending_twice_changes_nothing_more(administrator: User, user_with) -> None:
    assignment = user_with(Role.ANALYST).assignments.get()

    ended = services.end_assignment(assignment=assignment, by=administrator).ended_at
    events = AuditEvent.objects.count()

    assert services.end_assignment(assignment=assignment, by=administrator).ended_at == ended
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("act", ["add", "end", "close"])
def test_nobody_changes_their_own_roles_or_status(administrator: User, user_with, act: str) -> None:
    user_with(Role.ADMINISTRATOR)  # so that it is not the rule about the last one that refuses
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: services.add_assignment(user=administrator, role=Role.ANALYST, by=administrator),
        "end": lambda: services.end_assignment(assignment=administrator.assignments.get(), by=administrator),
        "close": lambda: services.set_active(user=administrator, active=False, by=administrator),
    }

    with pytest.raises(errors.OwnAssignments):
        acts[act]()


@pytest.mark.parametrize("act", ["end", "close"])
def test_the_last_active_administrator_stays(administrator: User, user_with, act: str) -> None:
    closed = user_with(Role.ADMINISTRATOR, is_active=False)  # does not count

    def remove() -> object:
        if act == "end":
            return services.end_assignment(assignment=administrator.assignments.get(), by=closed)
        return services.set_active(user=administrator, active=False, by=closed)

    with pytest.raises(errors.LastAdministrator):
        remove()
    services.set_active(user=closed, active=True, by=administrator)
    remove()  # now there is a second one


def test_only_administrators_may_open_the_operators_admin(administrator: User, user_with) -> None:
    user = user_with(None)

    services.add_assignment(user=user, role=Role.ANALYST, by=administrator)
    assert not User.objects.get(pk=user.pk).is_staff
    added = services.add_assignment(user=user, role=Role.ADMINISTRATOR, by=administrator)
    assert User.objects.get(pk=user.pk).is_staff
    services.end_assignment(assignment=added, by=administrator)
    assert not User.objects.get(pk=user.pk).is_staff


def test_who_maintains_reference_data_may_do_so_in_the_admin_and_nothing_else(administrator: User, user_with) -> None:
    user = user_with(None)
    services.add_assignment(user=user, role=Role.ADMINISTRATOR, by=administrator)
    user = User.objects.get(pk=user.pk)

    assert user.has_perm("reference.change_area")
    assert user.has_module_perms("reference")
    assert not user.has_perm("accounts.change_user")
    assert not user.has_module_perms("audit")
    assert not user_with(Role.ANALYST, is_staff=True).has_perm("reference.change_area")


def test_nothing_is_kept_of_an_act_whose_event_could_not_be_written(
    administrator: User, user_with, monkeypatch
) -> None:
    user = user_with(None)

    def broken(**kwargs: object) -> None:
        raise RuntimeError("no audit, no act")

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(RuntimeError):
        services.add_assignment(user=user, role=Role.ANALYST, by=administrator)
    with pytest.raises(RuntimeError):
        services.create_user(email="unheard@example.org", by=administrator)

    assert not user.assignments.exists()
    assert not User.objects.filter(email="unheard@example.org").exists()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_each_role_may_what_the_table_says_and_no_more(user_with, role: Role, permission: Permission) -> None:
    user = user_with(role)

    if permission in ROLE_PERMISSIONS[role]:
        require(user, permission)
    else:
        with pytest.raises(Exception, match="needs the permission"):
            require(user, permission)


def test_permissions_are_read_once(user_with, django_assert_num_queries) -> None:
    user = user_with(Role.FOCAL_POINT, state="VNM")

    with django_assert_num_queries(1):
        assert may(user, Permission.DASHBOARD_VIEW)
        assert not may(user, Permission.IMPORT_RUN)
        assert str(assignments_of(user)[0]) == "National focal point (Viet Nam)"


def test_a_closed_user_and_a_superuser_without_role_may_nothing(user_with) -> None:
    assert permissions_of(user_with(Role.ADMINISTRATOR, is_active=False)) == frozenset()
    assert permissions_of(user_with(None, is_superuser=True, is_staff=True)) == frozenset()
