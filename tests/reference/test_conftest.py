"""The shared fixtures keep their promises."""

import socket

import pytest

from adme.accounts.models import Assignment, User
from adme.reference.models import Area


def test_a_test_cannot_reach_another_machine():
    with socket.socket() as sock, pytest.raises(RuntimeError, match="do not use the network"):
        sock.connect(("192.0.2.1", 80))


def test_a_test_can_reach_this_machine():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


@pytest.mark.parametrize("round", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_reference_data_is_there_again_after_a_test_that_emptied_all_tables(reference_data, round):
    assert Area.objects.filter(code="TLS").exists()


def test_what_a_test_changes_is_gone_for_the_next(reference_data):
    assert not Area.objects.filter(code="ZZZ").exists()
    Area.objects.create(code="ZZZ", name="Nowhere", kind="country")


def test_what_the_test_before_changed_is_gone(reference_data):
    assert not Area.objects.filter(code="ZZZ").exists()


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        ("analyst", {}, (None, None)),
        ("me_officer", {}, ("SLOM", None)),
        ("me_officer", {"body": "ACDM"}, ("ACDM", None)),
        ("focal_point", {}, (None, "IDN")),
        ("focal_point", {"state": "TLS", "body": "SOMHD"}, ("SOMHD", "TLS")),
    ],
)
def test_a_user_is_made_with_the_scope_its_role_needs(user_with, role, scope, expected):
    assignment = Assignment.objects.get(user=user_with(role, **scope))
    assert assignment.role == role
    assert (assignment.body and assignment.body.code, assignment.state and assignment.state.code) == expected


def test_a_user_without_a_role_has_no_assignment(user_with):
    assert not user_with(None, email="Nobody@Example.org").assignments.exists()
    assert User.objects.filter(email="nobody@example.org").exists()


def test_a_client_is_logged_in_as_its_user(client_as):
    client = client_as("soca_member")
    assert client.session["_auth_user_id"] == str(client.user.pk)
