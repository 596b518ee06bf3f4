"""Pages of declarations: what each shows, to whom, in a constant number of statements, and whatever is asked."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.accounts.models import Role
from databases_a.tool2.models import Action, ActionFact, Declaration
from databases_a.tool2.selectors.follow_up import is_stale
from tests.reporting import factories as reporting

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
ASKED = ("q", "type", "year", "body", "verification", "clauses", "sort", "period", "show", "list", "state", "page")
LISTS = ("declaration_list", "declaration_matrix", "declaration_attention")


def text(response) -> str:
    return " ".join(response.content.decode().split())


def statements(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def more_facts(key: str, count: int) -> None:
    """The same action again and again, as other actions of other clauses."""
    fact = ActionFact.objects.filter(action__public_id=key, closed_by=None).get()
    for number in range(count):
        clause = make.make_clause(make.LABOUR, number=f"9.{number}")
        action = make.make_action(clause)
        fact.pk, fact.action, fact.clause, fact.declaration = None, action, clause, clause.declaration
        fact.save(force_insert=True)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", list(Role.values))
def test_every_role_reads_the_lists(client_as, name, role):
    assert client_as(role).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_nobody_reads_the_lists_without_a_role_or_a_login(client, client_as, name):
    assert client_as(None).get(reverse(name)).status_code == 403
    assert client.get(reverse(name)).status_code == 302


def test_the_list_counts_clauses_actions_and_states(client_as):
    make.published(make.national_report(), make.make_clause())
    row = text(client_as(Role.ANALYST).get(reverse("declaration_list"), {"q": "malnutrition"}))
    assert '<td class="num">1</td><td class="num">1</td><td class="num">1</td>' in row
    other = text(client_as(Role.ANALYST).get(reverse("declaration_list"), {"q": "plastic circularity"}))
    assert "no clauses yet" in other


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "MARINE debris"}, 1),
        ({"year": "2024"}, 7),
        ({"type": "narrative"}, 1),
        ({"body": "SOMRDPE"}, 2),
        ({"clauses": "with"}, 0),
        ({"q": "no such words"}, 0),
    ],
)
def test_the_list_is_searched_and_filtered(client_as, asked, expected):
    page = client_as(Role.SOCA_MEMBER).get(reverse("declaration_list"), asked).context["found"]
    assert len(page.rows) == expected


@pytest.mark.parametrize("value", ["\x00", "' OR 1=1 --", "9" * 400, "%", "<script>", "\u202e", "-1", "2025\x00"])
@pytest.mark.parametrize("name", LISTS)
def test_hostile_queries_give_a_page(client_as, name, value):
    make.published(make.national_report(), make.make_clause())
    client = client_as(Role.ANALYST)
    for key in (
        "q",
        "type",
        "year",
        "body",
        "verification",
        "clauses",
        "sort",
        "period",
        "show",
        "list",
        "state",
        "page",
    ):
        answer = client.get(reverse(name), {key: value})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode().replace("<script src", "")


@pytest.mark.parametrize("value", ["\x00", "no-such", "a" * 300])
def test_a_declaration_that_does_not_exist_is_not_found(client_as, value):
    client = client_as(Role.ANALYST)
    assert client.get(reverse("declaration_matrix"), {"declaration": value}).status_code == 404
    assert client.get(reverse("declaration_detail", args=["no-such"])).status_code == 404


def test_a_declaration_shows_its_mark_source_and_links(client_as):
    one = Declaration.objects.get(code="joint-statement-climate-change-cop-30-unfccc-2025")
    page = text(client_as(Role.SOCA_MEMBER).get(reverse("declaration_detail", args=[one.code])))
    assert "Not verified" in page
    assert "general knowledge (not seen in a stored page; check before publishing)" in page
    assert reverse("declaration_detail", args=["joint-statement-climate-change-cop-29-unfccc-2024"]) in page


def test_a_declaration_without_clauses_says_so_and_what_to_do(client_as):
    url = reverse("declaration_detail", args=[make.LABOUR])
    for role in (Role.SOCA_MEMBER, Role.ANALYST):
        assert "No clause has been entered yet" in text(client_as(role).get(url))
    assert reverse("clause_new", args=[make.LABOUR]) in text(client_as(Role.ANALYST).get(url))
    assert reverse("clause_new", args=[make.LABOUR]) not in text(client_as(Role.SOCA_MEMBER).get(url))


def test_missing_follow_up_is_named_by_what_is_known(client_as):
    clause = make.make_clause()
    make.make_clause(number="2")
    make.published(make.national_report("VNM"), clause)
    page = client_as(Role.ANALYST).get(reverse("declaration_detail", args=[make.HEALTH])).context["page"]
    first, second = page.parts
    assert {idle.mark.word: "Viet Nam" in idle.names for idle in first.idle_states} == {"Not reported": False}
    assert {idle.mark.word: idle.names for idle in second.idle_states}["No action"] == ["Viet Nam"]
    assert (page.clauses_without_action, page.states_with_action, page.states) == (1, 1, 11)


def test_a_draft_is_on_no_page(client_as):
    key = make.add(make.national_report(), make.make_clause(), reporting.focal_point(), action="Secret plan")
    client = client_as(Role.ANALYST)
    for name in LISTS:
        assert "Secret plan" not in text(client.get(reverse(name)))
    assert "Secret plan" not in text(client.get(reverse("declaration_detail", args=[make.HEALTH])))
    assert client.get(reverse("action_detail", args=[key])).status_code == 404


def test_a_submitted_action_is_a_page_for_the_secretariat_and_for_other_states_once_approved(client_as):
    report = make.national_report()
    key = make.published(report, make.make_clause(), approved=False)
    url = reverse("action_detail", args=[key])
    assert client_as(Role.ANALYST).get(url).status_code == 200
    assert client_as(Role.FOCAL_POINT, state="VNM").get(url).status_code == 200
    assert client_as(Role.FOCAL_POINT, state="IDN").get(url).status_code == 404
    make.approve(report, reporting.analyst())
    assert client_as(Role.FOCAL_POINT, state="IDN").get(url).status_code == 200


def test_a_hidden_action_and_an_unknown_one_answer_alike(client_as):
    key = make.published(make.national_report(), make.make_clause(), approved=False)
    client = client_as(Role.FOCAL_POINT, state="IDN")
    hidden = client.get(reverse("action_detail", args=[key]))
    unknown = client.get(reverse("action_detail", args=["00000000-0000-4000-8000-000000000000"]))
    assert hidden.status_code == unknown.status_code == 404
    assert len(hidden.content) == len(unknown.content)


def test_texts_of_a_report_are_shown_as_text(client_as):
    key = make.published(make.national_report(), make.make_clause(), achieved="<script>alert(1)</script>")
    page = text(client_as(Role.ANALYST).get(reverse("action_detail", args=[key])))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_matrix_tells_status_absence_and_silence_apart(client_as):
    clause = make.make_clause()
    make.published(make.national_report("VNM"), clause, status="delayed", explanation="Late.")
    make.published(make.national_report("IDN"), make.make_clause(make.LABOUR))
    page = client_as(Role.ANALYST).get(reverse("declaration_matrix"), {"body": "SOMHD"}).context["page"]
    (line,) = page.lines
    words = {cell.place.code: cell.mark.word for cell in line.cells}
    assert (words["VNM"], words["IDN"], words["THA"]) == ("Delayed", "No action", "Not reported")
    assert words["bodies"] == "Not reported"


def test_a_state_that_was_no_member_then_is_not_applicable(client_as):
    make.published(make.national_report(period="2024"), make.make_clause())
    page = client_as(Role.ANALYST).get(reverse("declaration_matrix"), {"period": "2024"}).context["page"]
    words = {cell.place.code: cell.mark.word for cell in page.lines[0].cells}
    assert (words["TLS"], words["VNM"]) == ("n.a.", "On-going")


def test_the_matrix_opens_one_declaration_by_clause(client_as):
    make.published(make.national_report(), make.make_clause(number="1"))
    make.make_clause(number="2")
    asked = {"declaration": make.HEALTH}
    page = client_as(Role.SOCA_MEMBER).get(reverse("declaration_matrix"), asked).context["page"]
    assert [(line.code, line.states) for line in page.lines] == [("1", 1), ("2", 0)]


def test_the_matrix_is_downloaded_with_absence_as_empty_not_zero(client_as):
    make.published(make.national_report(), make.make_clause())
    answer = client_as(Role.SOCA_MEMBER).get(reverse("declaration_matrix_download", args=["csv"]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    row = {line.split(",")[-6]: line.split(",")[-5:] for line in lines if line.startswith(make.HEALTH)}
    assert row["VNM"] == ["Viet Nam", "On-going", "1", "1", "1"]
    assert row["THA"] == ["Thailand", "Not reported", "", "", "1"]
    client = client_as(Role.ANALYST)
    assert client.get(reverse("declaration_matrix_download", args=["xlsx"])).status_code == 200
    assert client.get(reverse("declaration_matrix_download", args=["exe"])).status_code == 404
    assert client_as(None).get(reverse("declaration_matrix_download", args=["csv"])).status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "/declarations/", "/declarations/matrix/", "/declarations/matrix/?show=all", "/declarations/attention/",
        "/declarations/attention/?list=evidence", "/declarations/attention/?list=states",
        f"/declarations/matrix/?declaration={make.LABOUR}", f"/declarations/{make.LABOUR}/",
    ],
)  # fmt: skip
def test_pages_take_the_same_statements_for_one_and_for_fifty_actions(client_as, url):
    key = make.published(make.national_report(), make.make_clause(make.LABOUR))
    client = client_as(Role.ANALYST)
    few = statements(client, url)
    more_facts(key, 50)
    assert statements(client, url) == few


@pytest.mark.parametrize(
    ("newest", "period", "stale"),
    [
        ("2023-12-31", 2025000, False),
        ("2023-12-30", 2025000, True),
        ("2023-06-29", 2025101, True),
        ("2023-06-30", 2025101, False),
        ("2022-02-28", 2024302, True),
    ],
)
def test_evidence_is_stale_24_months_before_the_end_of_the_period(newest, period, stale):
    assert is_stale(newest, period) is stale


def attention(client, **asked):
    return client.get(reverse("declaration_attention"), asked).context["found"]


def test_old_and_missing_evidence_surfaces_and_fresh_does_not(client_as):
    make.published(make.national_report(), make.make_clause())
    client = client_as(Role.ANALYST)
    assert attention(client).counts["evidence"] == 1
    ActionFact.objects.update(evidence_newest_on=date(2023, 1, 1))
    assert "Newest evidence of 1 Jan 2023" in text(client.get(reverse("declaration_attention"), {"list": "evidence"}))
    ActionFact.objects.update(evidence_newest_on=date(2025, 6, 1))
    assert attention(client).counts["evidence"] == 0


def test_a_named_document_is_evidence_enough_to_stay_off_the_list(client_as):
    make.published(make.national_report(), make.make_clause(), outputs="policy | Law |")
    assert attention(client_as(Role.ANALYST)).counts["evidence"] == 0


def test_clauses_without_action_and_actions_past_their_end_surface(client_as):
    clause = make.make_clause()
    make.make_clause(number="2")
    key = make.published(make.national_report(), clause, status="delayed", explanation="Late.", ends_on="2025-03-31")
    client = client_as(Role.ANALYST)
    counts = attention(client).counts
    assert counts == {"no-action": 1, "states": 1, "evidence": 1, "overdue": 1}
    assert key in text(client.get(reverse("declaration_attention"), {"list": "overdue"}))
    assert attention(client, state="IDN").counts == {"no-action": 0, "states": 0, "evidence": 0, "overdue": 0}
    assert attention(client, body="SLOM").counts == {"no-action": 0, "states": 0, "evidence": 0, "overdue": 0}


def test_an_action_taken_out_later_keeps_its_page(client_as):
    key = make.published(make.national_report(), make.make_clause())
    Action.objects.filter(public_id=key).update(retired_at="2026-01-01T00:00Z")
    page = text(client_as(Role.SOCA_MEMBER).get(reverse("action_detail", args=[key])))
    assert "taken out of later reports" in page
