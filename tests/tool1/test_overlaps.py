"""The overlap finder: scoring as a pure function, what is compared with what, and the decisions."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from databases_a.tool1.models import ActivityLink
from databases_a.tool1.overlaps import Subject, common_days, compare, ranked, singular, terms, weights

from . import factories

MINE = Subject(
    "Regional training on marine debris in coastal cities", "Plastic waste and fishing gear.",
    frozenset({"C.1"}), frozenset({"IDN"}), "2025-01-01", "2025-12-31",
)  # fmt: skip
LIKE = Subject(
    "Marine debris in coastal towns", "Study of plastic waste.", frozenset({"C.1"}), frozenset({"IDN"}),
    "2025-06-01", "2026-06-30",
)  # fmt: skip
UNLIKE = Subject("Regional training on early childhood education", "", frozenset({"C.1"}), frozenset({"IDN"}))


def _score(one: Subject) -> float:
    found = compare(MINE, one, weights([terms(MINE), terms(LIKE), terms(UNLIKE)]))
    return found.score if found else 0.0


def test_what_is_shared_is_named():
    [(place, found)] = ranked(MINE, [UNLIKE, LIKE], 8)
    assert place == 1
    assert {"marine", "debris", "coastal", "plastic"} <= set(found.words)
    assert (found.kras, found.states, found.years) == (("C.1",), ("IDN",), (2025, 2025))


def test_the_same_kra_time_and_states_alone_are_no_overlap():
    assert _score(UNLIKE) == 0.0


def test_each_shared_thing_adds_to_the_score():
    bare = Subject(LIKE.title, LIKE.description)
    scores = [
        _score(bare),
        _score(Subject(LIKE.title, LIKE.description, states=LIKE.states)),
        _score(Subject(LIKE.title, LIKE.description, kras=LIKE.kras, states=LIKE.states)),
        _score(LIKE),
    ]
    assert scores == sorted(set(scores))
    assert scores[-1] <= 1.0


def test_the_same_activity_is_wholly_alike_whichever_is_asked_about():
    weigh = weights([terms(MINE), terms(LIKE)])
    assert compare(MINE, MINE, weigh).score == pytest.approx(1.0)
    assert compare(MINE, LIKE, weigh).score == pytest.approx(compare(LIKE, MINE, weigh).score)


def test_a_word_that_all_hold_counts_less_than_a_rare_one():
    weigh = weights([{"health": 1, "dengue": 1}, {"health": 1}, {"health": 1}])
    assert weigh["dengue"] > weigh["health"] > 0


def test_a_word_in_every_third_document_tells_nothing_and_is_not_named():
    boilerplate = [{"disclaimer": 1, f"word{number}": 1} for number in range(30)]
    weigh = weights(boilerplate)
    assert weigh["disclaimer"] == 0
    mine, other = Subject("Reef survey disclaimer"), Subject("Reef survey disclaimer")
    [(_, found)] = ranked(mine, [other, Subject("Football disclaimer")], 8, weigh)
    assert set(found.words) == {"reef", "survey"}


def test_the_most_alike_come_first_and_no_more_than_asked():
    others = [LIKE, MINE, UNLIKE, LIKE, LIKE]
    assert [place for place, _ in ranked(MINE, others, 3)] == [1, 0, 3]


def test_a_draft_without_text_is_like_nothing():
    assert ranked(Subject("ASEAN regional workshop"), [LIKE, UNLIKE], 8) == []
    assert ranked(MINE, [], 8) == []


def test_days_are_shared_only_where_both_have_them():
    assert common_days(MINE, LIKE) == ("2025-06-01", "2025-12-31")
    assert common_days(MINE, UNLIKE) is None
    assert common_days(MINE, Subject("x", starts_on="2026-01-01", ends_on="2026-02-01")) is None


@pytest.mark.parametrize(
    ("word", "one"), [("cities", "city"), ("seas", "sea"), ("crisis", "crisis"), ("access", "access")]
)
def test_plural_and_singular_are_one_word(word, one):
    assert singular(word) == one


@pytest.fixture
def draft(reference_data):
    return factories.activity(
        "SOMHD", title="Marine debris in coastal cities", kras=["C.1"], lead_states=["IDN"], issues=["2", "13"]
    )


def _others() -> dict[str, object]:
    made = {}
    for body, standing in (("ASOEN", "approved"), ("SOMY", "submitted"), ("SOMS", "draft")):
        made[standing] = factories.activity(
            body, title=f"Debris on coastal beaches, {standing}", kras=["C.1"], ends_on=date(2026, 1, 1)
        )
        if standing != "draft":
            factories.hand_in(factories.obligation(body), standing=standing)
    return made


def _address(draft) -> str:
    return reverse("activity_overlaps", args=[factories.obligation().public_id, draft.public_id])


def test_an_officer_sees_what_other_bodies_handed_in_and_who_leads_the_issues(client_as, draft):
    _others()
    factories.activity("SOMHD", title="Marine debris in coastal cities again")
    text = client_as(Role.ME_OFFICER, body="SOMHD").get(_address(draft)).content.decode()
    assert "coastal beaches, approved" in text
    assert "coastal beaches, submitted" in text
    assert "coastal beaches, draft" not in text
    assert "cities again" not in text
    assert "led by <strong>ASOEN</strong>" in text
    assert "Same KRA: C.1" in text


def test_the_panel_is_a_part_of_a_page_for_htmx(client_as, draft):
    answer = client_as(Role.ME_OFFICER, body="SOMHD").get(_address(draft), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "options", "status"),
    [
        (Role.ME_OFFICER, {"body": "SOMHD"}, 200),
        (Role.ANALYST, {}, 200),
        (Role.ADMINISTRATOR, {}, 200),
        (Role.ME_OFFICER, {"body": "SLOM"}, 404),
        (Role.FOCAL_POINT, {}, 404),
        (Role.SOCA_MEMBER, {}, 404),
        (None, {}, 403),
    ],
)
def test_another_bodys_draft_has_no_panel(client_as, draft, role, options, status):
    assert client_as(role, **options).get(_address(draft)).status_code == status


def test_decisions_are_kept_changed_taken_back_and_audited(client_as, draft):
    other = _others()["approved"]
    client = client_as(Role.ME_OFFICER, body="SOMHD")

    def decide(**given):
        return client.post(_address(draft), {"other": str(other.public_id), **given})

    assert decide(kind="joint").status_code == 302
    assert ActivityLink.objects.get().kind == "joint"
    assert decide(kind="distinct", reason="Other age group").status_code == 302
    assert "Other age group" in client.get(_address(draft)).content.decode()
    assert decide(kind="").status_code == 302
    assert not ActivityLink.objects.exists()
    acts = AuditEvent.objects.filter(action__startswith="activity.").order_by("sequence")
    assert [act.action for act in acts] == ["activity.related", "activity.related", "activity.relation_removed"]


@pytest.mark.parametrize(
    ("given", "status"), [({"kind": "distinct"}, 422), ({"kind": "friend"}, 422), ({"other": "x"}, 404)]
)
def test_a_bad_decision_is_refused(client_as, draft, given, status):
    other = _others()["approved"]
    client = client_as(Role.ME_OFFICER, body="SOMHD")
    answer = client.post(_address(draft), {"other": str(other.public_id), "kind": "link", **given})
    assert answer.status_code == status
    assert not ActivityLink.objects.exists()


def test_a_draft_of_another_body_cannot_be_linked_and_a_reader_cannot_decide(client_as, draft):
    others = _others()
    client = client_as(Role.ME_OFFICER, body="SOMHD")
    given = {"other": str(others["draft"].public_id), "kind": "link"}
    assert client.post(_address(draft), given).status_code == 422
    given["other"] = str(others["approved"].public_id)
    assert client_as(Role.ADMINISTRATOR).post(_address(draft), given).status_code == 404
    assert client_as(Role.ME_OFFICER, body="SLOM").post(_address(draft), given).status_code == 404
    assert not ActivityLink.objects.exists()


def test_the_panel_needs_as_many_statements_for_fifty_candidates_as_for_one(
    client_as, draft, django_assert_max_num_queries
):
    client = client_as(Role.ME_OFFICER, body="SOMHD")
    _others()
    client.get(_address(draft))
    with django_assert_max_num_queries(40) as few:
        client.get(_address(draft))
    for number in range(50):
        subject = "Marine debris in coastal cities" if number < 12 else f"Safety of coastal trade{number}"
        factories.activity("SLOM", title=f"{subject}, part {number}")
    factories.hand_in(factories.obligation("SLOM"))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(_address(draft)).content.decode().count("overlap-name") == 8
