"""One report: who sees it, what blocks it, its acts with token and receipt, its history and differences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting.models import Notice, Obligation, Revision
from adme.reporting.pages.revisions import pieces
from adme.reporting.states import State
from adme.reporting.transitions import Act

from . import factories
from .pages import asked, client_of, submitted, text_of, url

pytestmark = pytest.mark.django_db


def test_reporter_and_secretariat_see_the_draft_and_others_get_the_answer_of_no_such_report(
    report: Obligation, officer: User, analyst: User
) -> None:
    factories.make_activity()
    for user in (officer, analyst, factories.administrator()):
        assert client_of(user).get(url("report", report)).status_code == 200
    unknown = f"/reports/{uuid4()}/"
    for user in (factories.officer("SOMSWD"), factories.focal_point("VNM"), factories.soca_member()):
        client = client_of(user)
        denied = client.get(url("report", report))
        assert denied.status_code == 404
        assert text_of(denied) == text_of(client.get(unknown))
        for name in ("report_history", "report_compare"):
            assert client.get(url(name, report)).status_code == 404
        assert client.get(url("report_act", report, "submit")).status_code == 404
    assert client_of(factories.make_user()).get(url("report", report)).status_code == 403


def test_each_blocker_names_the_record_and_leads_to_its_field(report: Obligation, officer: User) -> None:
    key = factories.key_of(factories.make_activity(title="Study of prices"))

    page = client_of(officer).get(url("report", report))

    shown = text_of(page)
    assert "Status is missing." in shown
    assert f"/records/{key}/#field-status" in shown
    assert "0 of 1 ready" in shown


def test_the_list_of_records_is_filtered_by_what_is_not_ready_and_by_words(report: Obligation, officer: User) -> None:
    factories.ready_report(report, officer)
    factories.make_activity(title="Study of prices")
    client = client_of(officer)

    def titles(query: str) -> list[str]:
        return [row.title for row in client.get(url("report", report) + query).context["page"].rows]

    assert len(titles("")) == 2
    assert titles("?show=blocked") == ["Study of prices"]
    assert titles("?q=PRICES") == ["Study of prices"]
    assert len(titles("?show=ready")) == 1
    assert "No record fits" in text_of(client.get(url("report", report) + "?q=nothing-like-it"))
    assert client.get(url("report", report) + "?q=%00&show=%00&page=x").status_code == 200


def _statements(client: Client, address: str, django_assert_max_num_queries: Any) -> int:
    client.get(address)
    cache.clear()
    with django_assert_max_num_queries(60) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_the_records(
    report: Obligation, officer: User, analyst: User, django_assert_max_num_queries: Any
) -> None:
    submitted(report, officer)
    pages = [(officer, url("report", report)), (analyst, url("report", report)), (officer, "/my-work/"),
             (analyst, url("report_act", report, "approve"))]  # fmt: skip
    few = [_statements(client_of(user), address, django_assert_max_num_queries) for user, address in pages]
    for _ in range(50):
        factories.make_activity()
    many = [_statements(client_of(user), address, django_assert_max_num_queries) for user, address in pages]
    assert many == few


def test_a_report_that_is_not_ready_lists_what_to_do_instead_of_a_submit_button(
    report: Obligation, officer: User
) -> None:
    key = factories.ready_report(report, officer)[0]
    factories.save(report, key, {"percent_complete": None}, officer)
    client = client_of(officer)

    page = client.get(url("report_act", report, "submit"))

    assert "It cannot be submitted yet" in text_of(page)
    assert 'type="submit">Submit' not in text_of(page)
    refused = client.post(url("report_act", report, "submit"), {"token": "t1"})
    assert refused.status_code == 422
    assert factories.again(report).state == State.DRAFTING


def test_submitting_tells_what_is_sent_and_to_whom_and_gives_a_receipt(
    report: Obligation, officer: User, analyst: User
) -> None:
    factories.ready_report(report, officer)
    client = client_of(officer)
    before = text_of(client.get(url("report_act", report, "submit")))
    assert "1 analyst of the ASEAN Secretariat" in before
    assert "<strong>1</strong> activity" in before

    after = client.post(url("report_act", report, "submit"), asked(client, report, Act.SUBMIT), follow=True)

    shown = text_of(after)
    assert factories.again(report).state == State.SUBMITTED
    assert "Receipt" in shown
    assert str(analyst) in shown.split("receipt-facts")[1].split("</dl>")[0]
    assert Notice.objects.filter(user=analyst, kind=Notice.Kind.SUBMITTED).count() == 1


def test_the_same_form_sent_twice_makes_one_revision_and_the_same_answer(report: Obligation, officer: User) -> None:
    factories.ready_report(report, officer)
    client = client_of(officer)
    form = asked(client, report, Act.SUBMIT)

    first = client.post(url("report_act", report, "submit"), form)
    second = client.post(url("report_act", report, "submit"), form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Revision.objects.filter(obligation=report).count() == 1


def test_another_form_after_the_state_changed_is_a_conflict_that_leads_to_the_present_state(
    report: Obligation, officer: User
) -> None:
    submitted(report, officer)
    client = client_of(officer)
    for answer in (
        client.get(url("report_act", report, "submit")),
        client.post(url("report_act", report, "submit"), {"token": "another"}),
    ):
        assert answer.status_code == 409
        assert url("report", report) in text_of(answer)
    assert Revision.objects.filter(obligation=report).count() == 1


def test_acts_of_the_other_party_are_absent_and_refused(report: Obligation, officer: User, analyst: User) -> None:
    submitted(report, officer)
    shown = [one.act for one in client_of(officer).get(url("report", report)).context["page"].acts]
    assert shown == []
    assert client_of(officer).get(url("report_act", report, "approve")).status_code == 403
    assert client_of(officer).post(url("report_act", report, "approve"), {"token": "x"}).status_code == 403
    shown = [one.act for one in client_of(analyst).get(url("report", report)).context["page"].acts]
    assert set(shown) == {"approve", "return"}
    assert client_of(analyst).get(url("report_act", report, "start")).status_code == 404
    assert client_of(analyst).get(url("report_act", report, "no-such-act")).status_code == 404


def test_acting_on_behalf_needs_a_reason_that_the_reporter_reads(
    report: Obligation, officer: User, analyst: User
) -> None:
    factories.ready_report(report, officer)
    client = client_of(analyst)
    form = asked(client, report, Act.SUBMIT)
    assert client.post(url("report_act", report, "submit"), form).status_code == 422

    done = client.post(url("report_act", report, "submit"), {**form, "reason": "Sent by mail on 3 March"})

    assert done.status_code == 302
    shown = text_of(client_of(officer).get(url("report", report)))
    assert "Sent by mail on 3 March" in shown
    assert "on behalf of SOMHD" in shown


def test_excusing_asks_for_a_day_and_a_reason_and_the_report_says_both(
    report: Obligation, officer: User, analyst: User
) -> None:
    client = client_of(analyst)
    form = asked(client, report, Act.EXCUSE)
    refused = client.post(url("report_act", report, "excuse"), {**form, "reason": "Change of chair"})
    assert refused.status_code == 422
    assert "Change of chair" in text_of(refused)

    until = (timezone.now() + timedelta(days=40)).date()
    done = client.post(url("report_act", report, "excuse"), {**form, "reason": "Change of chair", "until": str(until)})

    assert done.status_code == 302
    shown = text_of(client_of(officer).get(url("report", report)))
    assert "Excused until" in shown
    assert "Change of chair" in shown


def test_history_lists_every_revision_and_each_is_readable_as_it_was(
    report: Obligation, officer: User, analyst: User
) -> None:
    submitted(report, officer)
    factories.act(factories.again(report), Act.RETURN, analyst, reason="Name the partners")
    client = client_of(officer)

    history = text_of(client.get(url("report_history", report)))
    first = text_of(client.get(url("report_revision", report, 1)))

    assert "Revision 2" in history
    assert "Name the partners" in history
    assert "Two workshops were held." in first
    assert client.get(url("report_revision", report, 99)).status_code == 404


def test_two_revisions_stand_side_by_side_and_what_differs_is_marked(
    report: Obligation, officer: User, analyst: User
) -> None:
    key = factories.ready_report(report, officer, count=2)[0]
    factories.act(factories.again(report), Act.SUBMIT, officer)
    factories.act(factories.again(report), Act.RETURN, analyst, reason="Say more")
    factories.save(
        factories.again(report), key, {"achieved": "Three workshops were held."}, officer, reason="asked for"
    )
    factories.act(factories.again(report), Act.SUBMIT, officer)
    client = client_of(analyst)

    page = client.get(url("report_compare", report) + "?a=1&b=3")

    (record,) = page.context["page"].records
    assert [field.label for field in record.fields] == ["Outputs achieved"]
    assert "<del>Two</del>" in text_of(page)
    assert "<ins>Three</ins>" in text_of(page)
    assert "Nothing differs" in text_of(client.get(url("report_compare", report) + "?a=1&b=2"))
    assert client.get(url("report_compare", report) + "?a=x&b=%00").status_code == 200
    overview = text_of(client.get(url("report", report)))
    assert "Since it was submitted before" in overview


def test_pieces_give_both_texts_back_whole() -> None:
    old, new = "one two three four five", "one two 3 four five six"
    before, after = pieces(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new
    assert [piece.text for piece in before if not piece.is_same] == ["three"]
    assert pieces("", "new") == ([], pieces("", "new")[1])
