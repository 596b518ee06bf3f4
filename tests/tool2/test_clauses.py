"""Analysts keep clauses and links of declarations; nobody else does; nothing that was reported is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from databases_a.tool2.models import ActionFact, Clause, Declaration

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
GIVEN = {"number": "1", "commitment": "To end hunger.", "source": "asean.org, text of the declaration"}
OTHERS = [role for role in Role.values if role != Role.ANALYST]


def new_url(code: str = make.HEALTH) -> str:
    return reverse("clause_new", args=[code])


def edit_url(clause: Clause, name: str = "clause_edit") -> str:
    return reverse(name, args=[clause.declaration.code, clause.public_id])


def test_an_analyst_adds_a_clause_and_the_trail_has_it(client_as):
    client = client_as(Role.ANALYST)
    assert client.get(new_url()).status_code == 200
    assert client.post(new_url(), GIVEN).status_code == 302
    clause = Clause.objects.get()
    assert (clause.number, clause.commitment, clause.source) == tuple(GIVEN.values())
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.actor, event.after) == ("clause.added", client.user.email, GIVEN)


@pytest.mark.parametrize("role", [*OTHERS, None])
def test_nobody_else_maintains_declarations(client_as, role):
    clause = make.make_clause(number="7")
    client = client_as(role)
    links = reverse("declaration_links", args=[make.HEALTH])
    for url in (new_url(), edit_url(clause), links, edit_url(clause, "clause_retire")):
        assert client.post(url, {**GIVEN, "reason": "why"}).status_code == 403
    assert Clause.objects.count() == 1
    assert not Clause.objects.get().is_retired


def test_a_number_stands_once_and_what_was_typed_stays(client_as):
    make.make_clause(number="1")
    answer = client_as(Role.ANALYST).post(new_url(), GIVEN)
    assert answer.status_code == 422
    assert "already has a clause 1" in answer.content.decode()
    assert "To end hunger." in answer.content.decode()
    assert Clause.objects.count() == 1


@pytest.mark.parametrize("bad", [{"number": ""}, {"commitment": " "}, {"source": ""}, {"commitment": "a\x00b"}])
def test_a_clause_without_number_text_or_source_is_refused(client_as, bad):
    assert client_as(Role.ANALYST).post(new_url(), GIVEN | bad).status_code == 422
    assert not Clause.objects.exists()


def test_clauses_stand_as_people_count(client_as):
    client = client_as(Role.ANALYST)
    for number in ("10", "2", "2.1", "1"):
        client.post(new_url(), {**GIVEN, "number": number})
    ordered = Clause.objects.order_by("position").values_list("number", flat=True)
    assert list(ordered) == ["1", "2", "2.1", "10"]


def test_a_commitment_is_plain_text(client_as):
    client = client_as(Role.ANALYST)
    client.post(new_url(), {**GIVEN, "commitment": "<b>End</b> hunger"})
    page = client.get(reverse("declaration_detail", args=[make.HEALTH])).content.decode()
    assert "&lt;b&gt;End&lt;/b&gt; hunger" in page


def test_a_change_keeps_before_and_after_in_the_trail(client_as):
    clause = make.make_clause(source="A page")
    client_as(Role.ANALYST).post(edit_url(clause), {**GIVEN, "commitment": "To end all hunger."})
    event = AuditEvent.objects.latest("sequence")
    assert event.action == "clause.changed"
    assert (event.before["commitment"], event.after["commitment"]) == ("Commitment 1.", "To end all hunger.")


def test_saving_without_a_change_leaves_no_event(client_as):
    clause = make.make_clause(source="A page")
    client = client_as(Role.ANALYST)
    before = AuditEvent.objects.count()
    client.post(edit_url(clause), {"number": "1", "commitment": clause.commitment, "source": "A page"})
    assert AuditEvent.objects.count() == before


def test_a_retired_clause_keeps_what_was_reported_and_can_come_back(client_as):
    clause = make.make_clause()
    key = make.published(make.national_report(), clause)
    client = client_as(Role.ANALYST)
    client.post(edit_url(clause, "clause_retire"), {"reason": "Entered twice."})

    clause.refresh_from_db()
    assert clause.is_retired
    assert AuditEvent.objects.latest("sequence").reason == "Entered twice."
    assert ActionFact.objects.current().count() == 1
    assert client.get(reverse("action_detail", args=[key])).status_code == 200
    page = client.get(reverse("declaration_detail", args=[make.HEALTH])).context["page"]
    assert (len(page.parts), len(page.retired_parts), len(page.retired_parts[0].national)) == (0, 1, 1)
    assert client.get(reverse("declaration_matrix")).context["page"].lines == []

    client.post(edit_url(clause, "clause_retire"), {"reason": "It was right.", "return": "yes"})
    clause.refresh_from_db()
    assert not clause.is_retired


def test_retiring_needs_a_reason(client_as):
    clause = make.make_clause()
    assert client_as(Role.ANALYST).post(edit_url(clause, "clause_retire"), {"reason": " "}).status_code == 422
    clause.refresh_from_db()
    assert not clause.is_retired


def test_a_clause_is_found_only_under_its_declaration(client_as):
    clause = make.make_clause()
    client = client_as(Role.ANALYST)
    assert client.get(edit_url(clause)).status_code == 200
    assert client.get(reverse("clause_edit", args=[make.LABOUR, clause.public_id])).status_code == 404


def test_an_analyst_links_predecessor_and_plans(client_as):
    one = make.declaration("declaration-plastic-circularity-2024")
    before = make.declaration("bangkok-declaration-combating-marine-debris-region-2019")
    plan = make.declaration("regional-plan-action-women-peace-security-2022")
    url = reverse("declaration_links", args=[one.code])
    client = client_as(Role.ANALYST)
    assert client.get(url).status_code == 200
    assert client.post(url, {"predecessor": before.pk, "plans": [plan.pk]}).status_code == 302
    one.refresh_from_db()
    assert (one.predecessor, list(one.plans_of_action.all())) == (before, [plan])
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.after) == (
        "declaration.linked",
        {"predecessor": before.code, "plans_of_action": [plan.code]},
    )


def test_two_declarations_do_not_precede_each_other(client_as):
    first, second = Declaration.objects.filter(adopted_on="2024-10-09").order_by("pk")[:2]
    client = client_as(Role.ANALYST)
    client.post(reverse("declaration_links", args=[first.code]), {"predecessor": second.pk})
    answer = client.post(reverse("declaration_links", args=[second.code]), {"predecessor": first.pk})
    assert answer.status_code == 422
    second.refresh_from_db()
    assert second.predecessor_id != first.pk
