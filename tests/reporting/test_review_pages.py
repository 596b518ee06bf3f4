"""The Secretariat's pages: queue, return and approval of what was seen, several at once, the board and its files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting import charts
from adme.reporting.models import Obligation, Revision
from adme.reporting.selectors import ledger
from adme.reporting.selectors.board import board
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_c.tool import FAMILY

from . import factories
from .pages import asked, client_of, submitted, text_of, url

pytestmark = pytest.mark.django_db
BODIES = ("SOMSWD", "SOM-ED", "SLOM", "SOMRDPE")


@pytest.mark.parametrize("address", ["/review/", "/review/board/"])
def test_reviewers_open_it_and_reporters_and_readers_do_not(report: Obligation, officer: User, address: str) -> None:
    assert client_of(factories.analyst()).get(address).status_code == 200
    for user in (officer, factories.focal_point("VNM"), factories.soca_member(), factories.make_user()):
        assert client_of(user).get(address).status_code == 403
    assert client_of(factories.administrator()).get("/review/").status_code == 403
    assert client_of(factories.administrator()).get("/review/board/").status_code == 200
    assert client_of(officer).post("/review/approve/", {"report": "1:1", "token": "t"}).status_code == 403


def test_the_queue_names_who_waits_and_is_filtered_by_its_address(report: Obligation, officer: User) -> None:
    submitted(report, officer)
    client = client_of(factories.analyst())
    assert [line.name for line in client.get("/review/").context["page"].page] == ["SOMHD"]
    assert "Nothing waits" not in text_of(client.get("/review/"))
    for query in ("?q=nobody", "?waiting=30", "?tool=tool2", "?late=1"):
        assert "No report fits" in text_of(client.get("/review/" + query)), query
    assert client.get("/review/?q=%00&waiting=abc&page=zz&late=%00").status_code == 200


def test_returning_needs_words_and_keeps_what_was_typed(report: Obligation, officer: User, analyst: User) -> None:
    submitted(report, officer)
    client = client_of(analyst)
    form = asked(client, report, Act.RETURN)

    refused = client.post(url("report_act", report, "return"), {**form, "reason_codes": ["figures"], "reason": " "})
    assert refused.status_code == 422
    assert "checked" in text_of(refused)
    assert (
        client.post(url("report_act", report, "return"), {**form, "reason_codes": ["x"], "reason": "y"}).status_code
        == 422
    )

    done = client.post(url("report_act", report, "return"), {**form, "reason_codes": ["figures"], "reason": "Add up"})
    assert done.status_code == 302
    assert factories.again(report).state == State.RETURNED
    assert factories.current(report).reason_codes == ["figures"]


def test_an_approval_of_a_version_that_is_no_longer_current_is_refused(
    report: Obligation, officer: User, analyst: User
) -> None:
    submitted(report, officer)
    first = client_of(analyst)
    form = asked(first, report, Act.APPROVE)
    factories.act(factories.again(report), Act.RETURN, factories.analyst(), reason="Mend it")
    factories.act(factories.again(report), Act.SUBMIT, officer)

    refused = first.post(url("report_act", report, "approve"), form)

    assert refused.status_code == 409
    assert "handed in anew" in text_of(refused)
    assert factories.again(report).state == State.SUBMITTED
    done = first.post(url("report_act", report, "approve"), asked(first, report, Act.APPROVE))
    assert done.status_code == 302
    assert factories.again(report).state == State.APPROVED


def test_who_wrote_in_a_report_cannot_approve_it_and_is_told_why(
    report: Obligation, officer: User, analyst: User
) -> None:
    key = factories.ready_report(report, officer)[0]
    factories.save(report, key, {"remarks": "Typed for them"}, analyst, reason="Sent by mail")
    factories.act(factories.again(report), Act.SUBMIT, officer)
    author, other = client_of(analyst), client_of(factories.analyst())

    assert "approve" not in [one.act for one in author.get(url("report", report)).context["page"].acts]
    assert "You wrote part of this report" in text_of(author.get(url("report", report)))
    queue = text_of(author.get("/review/"))
    assert "You wrote part of it" in queue
    assert 'type="checkbox"' not in queue
    form = {"token": "a1", "revision": factories.current(report).pk}
    assert author.post(url("report_act", report, "approve"), form).status_code == 409
    assert factories.again(report).state == State.SUBMITTED

    assert 'type="checkbox"' in text_of(other.get("/review/"))
    assert other.post(url("report_act", report, "approve"), asked(other, report, Act.APPROVE)).status_code == 302
    assert factories.again(report).state == State.APPROVED


def _several(number: int) -> list[Obligation]:
    found = []
    for code in BODIES[:number]:
        report = factories.make_obligation(code)
        submitted(report, factories.officer(code))
        found.append(report)
    return found


def _ticks(reports: list[Obligation]) -> list[str]:
    return [f"{one.pk}:{factories.current(one).pk}" for one in reports]


def test_several_are_approved_after_one_more_question_and_each_has_its_outcome(analyst: User) -> None:
    reports = _several(2)
    seen = _ticks(reports)
    factories.act(factories.again(reports[1]), Act.RETURN, factories.analyst(), reason="Mend it")
    client = client_of(analyst)

    question = client.post("/review/approve/", {"report": seen, "token": "b1"})
    assert question.status_code == 200
    assert "Approve these reports?" in text_of(question)
    assert factories.again(reports[0]).state == State.SUBMITTED

    form = {"report": seen, "token": "b1", "confirmed": "yes"}
    outcome = text_of(client.post("/review/approve/", form))
    again = text_of(client.post("/review/approve/", form))

    assert f"{reports[0].reporter_label} 2025: approved." in outcome
    assert "is not possible" in outcome
    assert f"{reports[0].reporter_label} 2025: approved." in again
    assert factories.again(reports[0]).state == State.APPROVED
    assert factories.again(reports[1]).state == State.RETURNED
    assert Revision.objects.filter(obligation=reports[0], act="approve").count() == 1


@pytest.mark.parametrize(
    "form", [{}, {"token": "c1"}, {"token": "c1", "report": ["x:y", "1", "", "٣:٤", "9" * 30 + ":1"]}]
)
def test_nothing_ticked_is_said_and_changes_nothing(analyst: User, form: dict[str, Any]) -> None:
    (report,) = _several(1)
    answer = client_of(analyst).post("/review/approve/", form)
    assert answer.status_code == 422
    assert "Tick the reports" in text_of(answer)
    assert factories.again(report).state == State.SUBMITTED


def _statements(client: Client, address: str, django_assert_max_num_queries: Any) -> int:
    """Without anything that is kept for a while: a second may pass between the two, or not."""
    client.get(address)
    cache.clear()
    FAMILY.forget()
    with django_assert_max_num_queries(40) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", ["/review/", "/review/board/", "/calendar/"])
def test_the_number_of_statements_does_not_grow_with_the_reports(
    analyst: User, address: str, django_assert_max_num_queries: Any
) -> None:
    client = client_of(analyst)
    _several(1)
    few = _statements(client, address, django_assert_max_num_queries)
    for code in BODIES[1:]:
        submitted(factories.make_obligation(code), factories.officer(code))
    for year in range(2016, 2024):
        factories.make_obligation("SOMHD", period=year)
    assert _statements(client, address, django_assert_max_num_queries) == few


def test_the_board_counts_what_is_owed_and_leaves_out_what_is_not(analyst: User) -> None:
    now = timezone.now()
    late = factories.make_round(period="2024", opens=now - timedelta(days=90), due=now - timedelta(days=2),
                                closes=now + timedelta(days=9))  # fmt: skip
    factories.make_obligation("SOMHD", round_=late)
    excused = factories.make_obligation("SOMSWD", round_=late)
    factories.act(excused, Act.NOT_APPLICABLE, analyst, reason="The body was founded later")
    _several(1)[0].refresh_from_db()

    held = board("tool1")
    shown = client_of(analyst).get("/review/board/")

    assert (held.total.owed, held.total.reported) == (2, 1)
    page = shown.context["page"]
    assert page.periods == ["2025", "2024"]
    assert "Late or missing: SOMHD." in text_of(shown)
    assert {mark.code for mark in page.key} == {"overdue", "not_applicable", "submitted"}
    one = client_of(analyst).get("/review/board/?period=2024000").context["page"]
    assert one.periods == ["2024"]
    assert client_of(analyst).get("/review/board/?tool=%00&period=none").status_code == 200


def test_the_board_begins_with_what_is_open_and_a_round_to_come_is_asked_for(analyst: User) -> None:
    now = timezone.now()
    to_come = factories.make_round(
        "tool1", "2031", opens=now + timedelta(days=9), due=now + timedelta(days=90), closes=now + timedelta(days=99)
    )  # fmt: skip
    factories.make_obligation("SOMHD", round_=to_come)
    factories.make_obligation("SOMHD", period="2024")
    client = client_of(analyst)
    assert client.get("/review/board/?tool=tool1").context["page"].periods == ["2024"]
    for wanted in ("all", "2031000"):
        assert "2031" in client.get(f"/review/board/?tool=tool1&period={wanted}").context["page"].periods


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_board_is_downloaded_as_it_is_on_screen(analyst: User, officer: User, extension: str) -> None:
    _several(2)
    address = f"/review/board/data.{extension}?tool=tool1"
    answer = client_of(analyst).get(address)
    assert answer.status_code == 200
    assert "completeness-tool1" in answer["Content-Disposition"]
    if extension == "csv":
        assert b"SOMSWD,SOMSWD,body,Tool 1,2025,submitted,Submitted,yes" in b"".join(answer.streaming_content)
    assert client_of(officer).get(address).status_code == 403
    assert client_of(analyst).get("/review/board/data.exe").status_code == 404


def test_the_chart_stacks_whole_reports_and_its_table_says_the_same(analyst: User) -> None:
    _several(2)
    rows = board("tool1").rows
    figure, table = charts.standing_bars(rows), charts.standing_table(rows)
    assert sum(sum(trace["x"]) for trace in figure["data"]) == 2
    assert [trace["name"] for trace in figure["data"]] == ["Submitted or reopened"]
    assert sum(sum(row[1:]) for row in table["rows"]) == 2
    assert charts.standing_bars(())["data"] == []


def test_a_returned_report_is_neither_complete_nor_in_time_until_it_is_handed_in_again(
    report: Obligation, officer: User, analyst: User
) -> None:
    def shares() -> list[tuple[float | None, float | None]]:
        tally = ledger.completeness("tool1").total
        held = board("tool1").total
        return [(tally.completeness, tally.timeliness), (held.completeness, held.timeliness)]

    submitted(report, officer)
    assert shares() == [(1.0, 1.0), (1.0, 1.0)]
    factories.act(factories.again(report), Act.RETURN, analyst, reason="Mend it")
    assert shares() == [(0.0, 0.0), (0.0, 0.0)]
    assert "A returned report counts in neither" in text_of(client_of(analyst).get("/review/board/"))
    factories.act(factories.again(report), Act.SUBMIT, officer)
    assert shares() == [(1.0, 1.0), (1.0, 1.0)]


def test_after_a_decision_the_reviewer_is_led_to_the_next_that_waits_and_is_not_their_own(analyst: User) -> None:
    first, own, last = _several(3)
    factories.act(factories.again(own), Act.RETURN, factories.analyst(), reason="Mend it")
    factories.act(factories.again(own), Act.SUBMIT, analyst, reason="Sent by letter")
    client = client_of(analyst)

    def decide(one: Obligation) -> Any:
        return client.post(url("report_act", one, "approve"), asked(client, one, Act.APPROVE), follow=True)

    after = decide(first)
    assert after.context["page"].receipt.queue == (
        f"Tool 1 of {last.reporter_label}, 2025",
        url("report", last),
    )
    assert "Next in the queue" in text_of(after)
    assert "What still waits is your own work" in text_of(decide(last))
    address = after.redirect_chain[-1][0]
    assert "Next in the queue" not in text_of(client_of(factories.officer("SOMSWD")).get(address))
