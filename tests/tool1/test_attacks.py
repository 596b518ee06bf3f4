"""Attacks on the pages of activities: other people's drafts by way of overlaps, figures, lists and kept searches."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from adme.reporting import tools, vocabularies
from adme.reporting.errors import NotAllowedNow
from adme.reporting.services import records
from adme.reporting.transitions import Act
from databases_a.tool1.models import ActivityLink, SavedFilter
from tests.reporting import factories as make
from tests.reporting.pages import client_of, text_of, url

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def mine():
    report = make.make_obligation("SOMHD")
    officer = make.officer("SOMHD")
    (key,) = make.ready_report(report, officer)
    return report, officer, key


@pytest.fixture
def theirs():
    """Another body's report that was handed in, with a draft of its next one."""
    report, officer = make.make_obligation("SLOM"), make.officer("SLOM")
    (key,) = make.submitted(report, officer)
    return report, officer, key


def test_a_draft_of_another_body_is_no_activity_in_overlaps_details_and_lists(mine, theirs):
    report, officer, key = mine
    draft = make.make_activity("SLOM", "Secret plans of labour ministers")
    client, panel = client_of(officer), url("activity_overlaps", report, key)

    def decide(other):
        return client.post(panel, {"other": str(other), "kind": "link", "reason": "Same subject."})

    hidden, unknown = decide(draft.public_id), decide(uuid4())
    assert (hidden.status_code, unknown.status_code) == (422, 422)
    assert text_of(hidden).replace(str(draft.public_id), "") == text_of(unknown).replace(
        unknown.context["refused_for"], ""
    )
    assert decide(theirs[2]).status_code == 302
    assert str(ActivityLink.objects.get().other.public_id) == theirs[2]

    answers = [client.get(reverse("activity_detail", args=[one])) for one in (draft.public_id, uuid4())]
    assert [one.status_code for one in answers] == [404, 404]
    assert text_of(answers[0]) == text_of(answers[1])
    assert client.get(reverse("activity_search"), {"q": "secret plans labour"}).context["found"].total == 0
    assert str(draft.public_id) not in vocabularies.load(["activity"])["activity"].choices


def test_a_tampered_reference_of_a_figure_shows_nothing_that_was_not_approved(mine, theirs):
    report, _officer, _key = theirs
    client = client_of(make.soca_member())
    page = reverse("figure_activities")
    for ref in (
        "T1:1:20250:activities", "T1:999999999999999:20250:activities", "T1:1:20250:activities?body=SLOM",
        "T1:1:20250:activities?status='; DROP TABLE", "T1:1:20250:activities?status=" + "x" * 5000,
        "T1:1:" + "9" * 5000 + ":activities", "T2:1:20250:activities", "T1:-1:20250:activities", "T1:1\x00:20250:a",
        "T1:1:20250:VNM:activities?__class__=x", "",
    ):  # fmt: skip
        answer = client.get(f"{page}?{urlencode({'ref': ref})}")
        assert answer.status_code in {200, 404}, ref[:80]
        if answer.status_code == 200:
            assert not answer.context["page"].object_list, ref[:80]
    make.act(make.again(report), Act.APPROVE, make.analyst())
    assert client.get(reverse("activity_search")).context["found"].total == 1


def test_searches_are_ones_own_and_long_ones_are_cut(mine):
    _report, officer, _key = mine
    other = make.officer("SLOM")
    kept = SavedFilter.objects.create(user=other, page="activity_search", name="Theirs", query="q=x")
    client = client_of(officer)
    refused = [client.post(reverse("filter_delete", args=[pk])) for pk in (kept.pk, kept.pk + 1000, 10**40)]
    assert [one.status_code for one in refused] == [404, 404, 404]
    assert client_of(other).post(reverse("filter_delete", args=[kept.pk])).status_code == 302
    for text in (" ".join(f"word{number}" for number in range(1000)), "x" * 10_000, "\x00", "a' OR 1=1 --", "*:& | !"):
        assert client.get(reverse("activity_search"), {"q": text, "sort": text, "page": text}).status_code == 200


def test_taking_an_activity_out_of_one_period_hides_nothing_that_another_tells(mine):
    report, officer, key = mine
    make.act(make.again(report), Act.SUBMIT, officer)
    make.act(make.again(report), Act.RETURN, make.analyst(), reason="Numbers are missing.")
    next_year = make.make_obligation("SOMHD", period="2026")
    remove = {"key": key, "by": officer, "reason": "It ended early."}
    records.remove_record(obligation_id=next_year.pk, **remove)

    assert tools.get("tool1").records(make.again(next_year)) == []
    assert [one.key for one in tools.get("tool1").records(make.again(report))] == [key]
    with pytest.raises(NotAllowedNow):
        make.act(make.again(report), Act.CERTIFY_NIL, officer, reason="Nothing was done.")
    records.remove_record(obligation_id=report.pk, **remove)
    make.act(make.again(report), Act.CERTIFY_NIL, officer, reason="Nothing was done.")
