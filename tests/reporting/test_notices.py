"""The right people are told once, in the application and by mail, and reminded as the deadline comes."""

from __future__ import annotations

import json
import re
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from adme.accounts.models import Assignment, Role, User
from adme.jobs import periodic
from adme.jobs import services as jobs
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from adme.reporting.models import Comment, Notice, Obligation, ReportingRound, Revision, RevisionContent
from adme.reporting.services import outbox
from adme.reporting.services.notices import after_act, after_comment, digest, remind
from adme.reporting.states import State
from adme.reporting.transitions import Act
from tests.reporting.fakes import CLOSES, DUE, OPENS, FakeTool, a_round, fake_tool, owed, schedule  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_tool")]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
Make = Callable[..., User]


def _told() -> list[tuple[str, str]]:
    """Who has which kind of notice."""
    return sorted((note.user.email, note.kind) for note in Notice.objects.select_related("user"))


def _revision(one: Obligation, by: User, act: str = "submit") -> Revision:
    number = one.revisions.count() + 1
    content, _ = RevisionContent.objects.get_or_create(sha256=f"{one.pk}", defaults={"data": {"records": []}})
    return Revision.objects.create(
        obligation=one, number=number, act=act, content=content, by=by, at=timezone.now(), reason="as agreed",
        idempotency_key=f"form {number}",
    )  # fmt: skip


@pytest.fixture
def people(user_with: Make) -> dict[str, User]:
    """Two officers of SLOM, one of another body, a focal point, two analysts, and others whom nothing concerns."""
    gone = user_with(Role.ANALYST, email="gone@example.org", is_active=False)
    former = user_with(Role.ME_OFFICER, body="SLOM", email="former@example.org")
    Assignment.objects.filter(user=former).update(ended_at=OPENS)
    return {
        "officer": user_with(Role.ME_OFFICER, body="SLOM", email="officer@example.org"),
        "colleague": user_with(Role.ME_OFFICER, body="SLOM", email="colleague@example.org"),
        "other": user_with(Role.ME_OFFICER, body="SOMCA", email="other@example.org"),
        "focal": user_with(Role.FOCAL_POINT, state="VNM", email="focal@example.org"),
        "analyst": user_with(Role.ANALYST, email="analyst@example.org"),
        "second": user_with(Role.ANALYST, email="second@example.org"),
        "admin": user_with(Role.ADMINISTRATOR, email="admin@example.org"),
        "soca": user_with(Role.SOCA_MEMBER, email="soca@example.org"),
        "gone": gone,
        "former": former,
    }


# ---- after an act


@pytest.mark.parametrize("act", [Act.SUBMIT, Act.CERTIFY_NIL])
def test_a_report_handed_in_is_told_to_those_who_review(people: dict[str, User], act: Act) -> None:
    one = owed(a_round(), state=State.SUBMITTED)
    after_act(obligation=one, revision=_revision(one, people["officer"]), act=act, by=people["officer"], reason="")
    assert _told() == [("analyst@example.org", "submitted"), ("second@example.org", "submitted")]
    note = Notice.objects.first()
    assert note.title.endswith("Fake tool 2026, SLOM")
    assert note.url == f"/reports/{one.public_id}/"


def test_a_report_handed_in_on_behalf_is_told_to_the_reporter_too(people: dict[str, User]) -> None:
    one = owed(a_round(), state=State.SUBMITTED)
    revision = _revision(one, people["analyst"])
    after_act(obligation=one, revision=revision, act=Act.SUBMIT, by=people["analyst"], reason="sent by letter")
    assert [email for email, _ in _told()] == ["colleague@example.org", "officer@example.org", "second@example.org"]
    assert "on behalf of SLOM" in Notice.objects.first().text
    assert "sent by letter" in Notice.objects.first().text


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Act.RETURN, "returned"),
        (Act.APPROVE, "approved"),
        (Act.REOPEN, "reopened"),
        (Act.EXCUSE, "calendar"),
        (Act.NOT_APPLICABLE, "calendar"),
        (Act.RESUME, "calendar"),
    ],
)
def test_a_decision_is_told_to_the_officers_and_to_who_submitted(people: dict[str, User], act: Act, kind: str) -> None:
    one = owed(a_round(), excused_until=CLOSES, submitted_by=people["second"])
    after_act(obligation=one, revision=None, act=act, by=people["analyst"], reason="the dates differ")
    assert _told() == [("colleague@example.org", kind), ("officer@example.org", kind), ("second@example.org", kind)]
    assert "Reason: the dates differ" in Notice.objects.first().text


def test_the_focal_points_of_a_state_are_told_of_its_report(people: dict[str, User]) -> None:
    one = owed(a_round(), state_area="VNM", state=State.RETURNED)
    after_act(obligation=one, revision=None, act=Act.RETURN, by=people["analyst"], reason="as agreed")
    assert _told() == [("focal@example.org", "returned")]


def test_the_same_act_tells_nobody_twice_and_the_next_round_of_it_does(people: dict[str, User]) -> None:
    one = owed(a_round(), state=State.SUBMITTED)
    first = _revision(one, people["officer"])
    for revision in (first, first, _revision(one, people["officer"])):
        after_act(obligation=one, revision=revision, act=Act.SUBMIT, by=people["officer"], reason="")
    assert len(_told()) == 4


def test_starting_a_report_tells_nobody(people: dict[str, User]) -> None:
    after_act(obligation=owed(a_round()), revision=None, act=Act.START, by=people["officer"], reason="")
    assert not Notice.objects.exists()


# ---- comments


def _comment(one: Obligation, by: User, text: str = "Which meeting?") -> Comment:
    return Comment.objects.create(obligation=one, record_key="r1", text=text, by=by, at=OPENS)


def test_a_comment_goes_to_the_reporter_and_to_who_takes_part(people: dict[str, User]) -> None:
    one = owed(a_round(), state=State.DRAFTING)
    after_comment(comment=_comment(one, people["analyst"]))
    assert [email for email, _ in _told()] == ["colleague@example.org", "officer@example.org"]
    assert Notice.objects.first().url == f"/reports/{one.public_id}/records/r1/"
    Notice.objects.all().delete()
    after_comment(comment=_comment(one, people["officer"], "The second"))
    assert [email for email, _ in _told()] == ["analyst@example.org", "colleague@example.org"]


def test_a_comment_on_a_report_that_waits_reaches_all_reviewers(people: dict[str, User]) -> None:
    one = owed(a_round(), state=State.SUBMITTED)
    comment = _comment(one, people["officer"])
    after_comment(comment=comment)
    after_comment(comment=comment)
    assert [email for email, _ in _told()] == ["analyst@example.org", "colleague@example.org", "second@example.org"]


# ---- reminders


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (DUE - 6 * DAY, None),
        (DUE - 5 * DAY, "due_soon"),
        (DUE - 3 * DAY, "due_soon"),  # the fifth day was missed
        (DUE - DAY + SECOND, "due_today"),  # midnight in Jakarta
        (DUE, "due_today"),
        (DUE + SECOND, "overdue"),
        (DUE + 20 * DAY, "overdue"),  # nothing ran for weeks
        (CLOSES + SECOND, None),  # missing: there is no deadline any more
        (OPENS - SECOND, None),
    ],
)
def test_reminders_come_five_days_before_on_the_day_and_after(
    people: dict[str, User], now: datetime, kind: str | None
) -> None:
    owed(a_round())
    remind(now=now)
    expected = [("colleague@example.org", kind), ("officer@example.org", kind)] if kind else []
    assert _told() == expected


def test_each_reminder_comes_once_however_often_it_runs(people: dict[str, User]) -> None:
    owed(a_round())
    counts = []
    for hours in range(-8 * 24, 8 * 24, 3):
        made = remind(now=DUE + timedelta(hours=hours))
        counts.append(sum(made.values()))
    kinds = [note.kind for note in Notice.objects.filter(user=people["officer"]).order_by("pk")]
    assert kinds == ["due_soon", "due_today", "overdue"]
    assert sum(counts) == 6
    assert max(counts) == 2  # one for each of the two officers


def test_after_days_without_a_run_one_report_gets_one_notice(people: dict[str, User]) -> None:
    owed(a_round())
    assert remind(now=DUE + 2 * DAY) == {"due_soon": 0, "due_today": 0, "overdue": 2}
    assert remind(now=DUE + 3 * DAY) == {"due_soon": 0, "due_today": 0, "overdue": 0}


@pytest.mark.parametrize("state", State)
def test_only_who_still_owes_a_report_is_reminded(people: dict[str, User], state: State) -> None:
    until = {"excused_until": CLOSES} if state == State.EXCUSED else {}
    owed(a_round(), state=state, **until)
    lacking = state in {State.DUE, State.DRAFTING, State.RETURNED}
    for now in (DUE - DAY, DUE, DUE + DAY):
        assert (sum(remind(now=now).values()) == 2) is lacking


def test_a_reminder_goes_by_the_extended_deadline(people: dict[str, User]) -> None:
    owed(a_round(), extended_until=DUE + 30 * DAY)
    assert sum(remind(now=DUE + DAY).values()) == 0
    assert remind(now=DUE + 25 * DAY)["due_soon"] == 2
    assert "30 Apr 2027, 23:59 Jakarta time" in Notice.objects.first().text


def test_a_deadline_that_was_extended_after_the_first_reminder_is_reminded_of_anew(people: dict[str, User]) -> None:
    one = owed(a_round())
    assert remind(now=DUE - DAY)["due_soon"] == 2
    Obligation.objects.filter(pk=one.pk).update(extended_until=DUE + 30 * DAY, extension_reason="floods")
    assert remind(now=DUE + 29 * DAY)["due_soon"] == 2


def test_when_an_excuse_has_ended_the_reporter_is_reminded(people: dict[str, User]) -> None:
    owed(a_round(), state=State.EXCUSED, excused_until=DUE + 10 * DAY)
    assert sum(remind(now=DUE + 10 * DAY).values()) == 0
    assert remind(now=DUE + 10 * DAY + SECOND)["overdue"] == 2


def test_a_reminder_of_a_returned_report_says_that_it_waits_for_corrections(people: dict[str, User]) -> None:
    owed(a_round(), state=State.RETURNED)
    remind(now=DUE - DAY)
    assert "waits for your corrections" in Notice.objects.first().text


def test_reminders_take_the_same_number_of_statements_for_one_report_and_for_many(
    people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    owed(a_round())
    with django_assert_max_num_queries(14):
        remind(now=DUE)
    for year in range(1950, 2000):
        owed(a_round(year * 1000))
    with django_assert_max_num_queries(14):
        assert remind(now=DUE)["due_today"] == 100


# ---- the digest of the week


def test_the_digest_names_what_is_overdue_by_body_and_state_and_what_waits(people: dict[str, User]) -> None:
    now = DUE + 10 * DAY
    owed(a_round())
    owed(state_area="VNM")
    owed(body="SOMCA", state=State.SUBMITTED, submitted_at=now - 8 * DAY)
    owed(body="SOMRI", state=State.SUBMITTED, submitted_at=now - 7 * DAY)

    assert digest(now=now) == {"overdue": 2, "waiting": 1, "notices": 2}

    note = Notice.objects.get(user=people["analyst"])
    assert note.title == "This week: 2 overdue, 1 waiting for review longer than 7 days"
    assert "- SLOM: 1" in note.text
    assert "- Viet Nam: 1" in note.text
    assert "SOMCA, 8 days" in note.text
    assert "SOMRI" not in note.text
    assert {email for email, _ in _told()} == {"analyst@example.org", "second@example.org"}


def test_a_digest_comes_once_a_week_and_not_when_there_is_nothing_to_say(people: dict[str, User]) -> None:
    monday = datetime(2027, 4, 4, 23, tzinfo=UTC)  # Monday 5 April, 06:00 in Jakarta
    assert digest(now=monday)["notices"] == 0
    owed(a_round())
    assert digest(now=monday)["notices"] == 2
    assert [digest(now=monday + days * DAY)["notices"] for days in range(1, 8)] == [0, 0, 0, 0, 0, 0, 2]


def test_a_long_digest_is_cut_and_says_so(people: dict[str, User]) -> None:
    for year in range(1950, 1990):
        owed(a_round(year * 1000))
    digest(now=DUE + DAY)
    assert "- and 10 more" in Notice.objects.first().text
    assert "- SLOM: 40" in Notice.objects.first().text


# ---- mails


def _send(people: dict[str, User], *names: str, title: str = "Returned: a report", text: str = "Mend it.") -> None:
    to = frozenset(people[name].pk for name in names)
    message = outbox.Message("event", Notice.Kind.RETURNED, title, text, "/reports/1/", to)
    outbox.send([message], now=timezone.now())


def test_every_notice_is_mailed_once_after_commit_as_plain_text_with_a_full_address(
    people: dict[str, User], settings: Any
) -> None:
    settings.SITE_URL = "https://adme.example.org/"
    _send(people, "officer", "colleague")
    assert mail.outbox == []

    assert [job.state for job in run_all_jobs()] == ["succeeded"]

    assert sorted(one.to[0] for one in mail.outbox) == ["colleague@example.org", "officer@example.org"]
    sent = mail.outbox[0]
    assert sent.subject == "ADME: Returned: a report"
    assert "https://adme.example.org/reports/1/\n" in sent.body
    assert "Mend it." in sent.body
    assert sent.content_subtype == "plain"
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_a_batch_of_notices_is_one_job_and_a_second_run_mails_nothing(people: dict[str, User]) -> None:
    _send(people, "officer", "colleague", "other")
    assert Job.objects.filter(name="reporting.mail").count() == 1
    ids = Job.objects.get().args["notices"]
    run_all_jobs()
    jobs.enqueue("reporting.mail", args={"notices": ids})
    run_all_jobs()
    assert len(mail.outbox) == 3


def test_a_mail_that_fails_is_tried_again_and_the_others_go_out_once(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    real = mail.EmailMessage.send

    def send(self: Any, fail_silently: bool = False) -> int:
        tries.append(self.to[0])
        if self.to == ["officer@example.org"] and tries.count(self.to[0]) < 3:
            raise smtplib.SMTPServerDisconnected("gone")
        return real(self, fail_silently)

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    _send(people, "officer", "colleague")

    job = run_all_jobs()[0]

    assert (job.state, job.attempts) == ("succeeded", 3)
    assert sorted(one.to[0] for one in mail.outbox) == ["colleague@example.org", "officer@example.org"]
    assert tries.count("colleague@example.org") == 1


def test_mails_that_failed_for_good_are_queued_again_by_the_next_day(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            mail.EmailMessage, "send", lambda self: (_ for _ in ()).throw(ConnectionRefusedError("no server"))
        )
        _send(people, "officer")
        assert [job.state for job in run_all_jobs()] == ["failed"]
    assert Notice.objects.get().mailed_at is None
    assert outbox.queue_unmailed(now=timezone.now() + DAY) == 1
    run_all_jobs()
    assert len(mail.outbox) == 1
    assert outbox.queue_unmailed(now=timezone.now() + DAY) == 0


def test_who_has_left_is_not_mailed(people: dict[str, User]) -> None:
    _send(people, "officer")
    User.objects.filter(pk=people["officer"].pk).update(is_active=False)
    run_all_jobs()
    assert mail.outbox == []


@pytest.mark.parametrize(
    "title",
    ["Returned\r\nBcc: all@example.org", "Returned\nBcc: all@example.org", "A\u2028Bcc: x@example.org\x00\x85B"],
)
def test_a_title_cannot_add_headers(people: dict[str, User], title: str) -> None:
    _send(people, "officer", title=title)
    run_all_jobs()
    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None
    assert re.search(r"[\r\n\x00\x85\u2028]", str(mail.outbox[0].subject)) is None
    assert re.search(r"[\r\n]", Notice.objects.get().title) is None


def test_a_text_is_mailed_as_it_was_written(people: dict[str, User]) -> None:
    _send(people, "officer", text="Is 5 < 7 & 'true'?\n.\nSecond line")
    run_all_jobs()
    assert "Is 5 < 7 & 'true'?\n.\nSecond line" in mail.outbox[0].body


# ---- every day


def test_the_daily_job_keeps_the_ledger_reminds_and_tells(people: dict[str, User]) -> None:
    schedule()
    with time_machine.travel(DUE + DAY, tick=False):
        jobs.enqueue("reporting.daily", args={})
        done = run_all_jobs()
    assert {job.state for job in done} == {"succeeded"}
    assert ReportingRound.objects.count() == 3
    assert Obligation.objects.count() == 12
    kinds = {kind for _, kind in _told()}
    assert kinds == {"overdue", "digest"}
    assert len(mail.outbox) == Notice.objects.count()


def test_the_daily_job_is_asked_for_every_day_at_six_in_jakarta(settings: Any) -> None:
    settings.JOBS_PERIODIC = True
    day = datetime(2027, 4, 4, 23, tzinfo=UTC)

    def asked(moment: datetime) -> list[Any]:
        """Of this package; others have jobs of their own that come round."""
        return [job.args for job in periodic.enqueue_due(now=moment) if job.name == "reporting.daily"]

    assert len(asked(day)) == 1
    assert asked(day + DAY - SECOND) == []
    assert asked(day + DAY) == [{"slot": "2027-04-05T23:00:00+00:00"}]


def test_the_command_tells_first_and_sends_with_apply(
    people: dict[str, User], capsys: pytest.CaptureFixture[str]
) -> None:
    owed(a_round())
    with time_machine.travel(DUE, tick=False):
        call_command("send_reminders")
        assert "Due today: 2." in capsys.readouterr().out
        assert not Notice.objects.exists()
        assert not Job.objects.exists()
        call_command("send_reminders", "--apply", "--json")
        assert json.loads(capsys.readouterr().out)["reminders"]["due_today"] == 2
        call_command("send_reminders", "--apply")
        assert "Due today: 0." in capsys.readouterr().out
    run_all_jobs()
    assert len(mail.outbox) == 2
