"""Who is told what after a run, a report or a release: once, with what changed, and only who may still know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adme.accounts.models import Assignment, Role
from adme.jobs.models import Job, JobState
from adme.jobs.testing import run_all_jobs
from adme.reporting.models import Notice
from adme.reporting.transitions import Act
from dissemination.subscriptions import telling, watching
from dissemination.subscriptions.models import News, Watch
from dissemination.subscriptions.run_changes import changes_of_run, concerned, kras_of_bodies
from tests.reporting import factories as reports

pytestmark = pytest.mark.django_db
FIRST = {("31c", "IDN", 2023): 21.4, ("31c", "VNM", 2023): 11.0, ("31b", "IDN", 2023): 5.0}


@pytest.fixture
def reader(user_with):
    return user_with(Role.SOCA_MEMBER)


def notices(user, kind=Notice.Kind.WATCHED):
    return list(Notice.objects.filter(user=user, kind=kind).order_by("pk"))


def again(name):
    """The jobs of this name are delivered once more, as after a crash between the work and its end."""
    Job.objects.filter(name=name).update(state=JobState.QUEUED, finished_at=None, max_attempts=9)
    run_all_jobs()


def test_who_watches_a_leaf_is_told_what_changed_and_why(reader, run):
    run(FIRST)
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "IDN", 2023): 20.9})
    run_all_jobs()
    (notice,) = notices(reader)
    assert notice.title == "1 watched figure changed: KPI 31c"
    assert notice.url == "/dashboards/kpis/31c/"
    assert "Indonesia 2023: 21.4 → 20.9" in notice.text
    assert "Source revised its figure" in notice.text
    assert [one.to for one in mail.outbox] == [[reader.email]]


def test_of_a_leaf_not_watched_nobody_is_told(reader, run):
    watching.watch(user=reader, kind="leaf", code="31a")
    run(FIRST)
    run_all_jobs()
    assert notices(reader) == []


def test_where_nobody_watches_no_job_is_made(reader, run):
    run(FIRST)
    assert not Job.objects.filter(name="subscriptions.run").exists()
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "IDN", 2023): 1.0})
    assert Job.objects.filter(name="subscriptions.run").count() == 1


def test_who_watches_a_state_is_told_of_its_figures_in_one_notice(reader, run):
    run(FIRST)
    watching.watch(user=reader, kind="state", code="IDN")
    watching.watch(user=reader, kind="leaf", code="31b")  # concerned twice, told once
    made = run({("31c", "IDN", 2023): 20.9, ("31c", "VNM", 2023): 12.0, ("31b", "IDN", 2023): 6.0})
    run_all_jobs()
    (notice,) = notices(reader)
    assert notice.title == "2 watched figures changed: KPI 31b, 31c"
    assert "Viet Nam" not in notice.text
    assert notice.url == f"/watched/runs/{made.pk}/"


def test_the_job_twice_makes_one_notice(reader, run):
    watching.watch(user=reader, kind="leaf", code="31c")
    run(FIRST)
    run_all_jobs()
    again("subscriptions.run")
    assert len(notices(reader)) == 1
    assert len(mail.outbox) == 1


def test_a_run_that_changes_nothing_tells_nothing(reader, run):
    run(FIRST)
    watching.watch(user=reader, kind="leaf", code="31c")
    made = run({("31c", "IDN", 2023): 21.4})  # the recipe may be new; the figure is not
    assert changes_of_run(made.pk) == ()
    run_all_jobs()
    assert notices(reader) == []


def test_a_late_job_tells_what_its_run_changed_and_not_what_came_after(reader, run):
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "IDN", 2023): 1.0})
    run({("31c", "IDN", 2023): 2.0})
    run({("31c", "IDN", 2023): 3.0})
    run_all_jobs()
    told = " ".join(one.text for one in notices(reader))
    assert ".. → 1.0" in told
    assert "1.0 → 2.0" in told
    assert "2.0 → 3.0" in told
    assert len(notices(reader)) == 3


def test_of_a_withheld_figure_no_number_is_told(reader, run):
    run({("31c", "ASEAN", 2023): 17.25})
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "ASEAN", 2023): "Withheld: 3 of 11 states have a value."})
    run_all_jobs()
    (notice,) = notices(reader)
    assert "withheld" in notice.text
    assert "17" not in notice.text


def test_what_was_withheld_and_still_is_tells_nothing(reader, run):
    run({("31c", "ASEAN", 2023): "Withheld: 3 of 11."})
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "ASEAN", 2023): "Withheld: 4 of 11."})
    run_all_jobs()
    assert notices(reader) == []


def test_a_figure_that_went_is_told_as_missing_and_never_as_zero(reader, run):
    run(FIRST)
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "IDN", 2023): None})
    run_all_jobs()
    (notice,) = notices(reader)
    assert "21.4 → .." in notice.text
    assert "Figure withdrawn" in notice.text


def test_two_figures_that_look_alike_are_told_with_more_digits(reader, run):
    run({("31c", "IDN", 2023): 21.41})
    watching.watch(user=reader, kind="leaf", code="31c")
    run({("31c", "IDN", 2023): 21.42})
    run_all_jobs()
    assert "21.41 → 21.42" in notices(reader)[0].text


def test_a_notice_names_some_changes_and_the_page_has_all(reader, run, client_as):
    watching.watch(user=reader, kind="leaf", code="31c")
    made = run({("31c", "IDN", year): float(year) for year in range(2005, 2025)})
    run_all_jobs()
    (notice,) = notices(reader)
    assert notice.text.count("KPI 31c") == telling.NAMED
    assert "2024" in notice.text, "the newest first"
    assert "2005" not in notice.text
    assert "And 12 more" in notice.text
    client = client_as(Role.SOCA_MEMBER)
    watching.watch(user=client.user, kind="leaf", code="31c")
    assert client.get(f"/watched/runs/{made.pk}/").content.decode().count("<tr>") == 21
    assert client.get("/watched/runs/999999/").status_code == 404
    assert client_as(None).get(f"/watched/runs/{made.pk}/").status_code == 403


@pytest.mark.parametrize("lost", ["role", "account", "none"])
def test_who_lost_the_permission_is_not_told(reader, run, lost):
    watching.watch(user=reader, kind="leaf", code="31c")
    if lost == "role":
        Assignment.objects.filter(user=reader).update(ended_at=timezone.now())
    if lost == "account":
        type(reader).objects.filter(pk=reader.pk).update(is_active=False)
    run(FIRST)
    run_all_jobs()
    assert len(notices(reader)) == (1 if lost == "none" else 0)


def test_as_many_statements_for_many_watchers_and_changes_as_for_few(run, user_with):
    def statements(figures, people):
        for _ in range(people):
            watching.watch(user=user_with(Role.SOCA_MEMBER), kind="leaf", code="31c")
        made = run(figures)
        changes_of_run(made.pk)  # what is kept of the frame is there now
        with CaptureQueriesContext(connection) as seen:
            telling.after_run(made.pk, changes_of_run(made.pk), now=timezone.now())
        return len(seen)

    few = statements({("31c", "IDN", 2023): 1.0}, 1)
    many = statements({("31c", "IDN", year): 2.0 + year for year in range(2000, 2024)}, 20)
    assert many == few


# --- how one wants to be told -----------------------------------------------------------------------------------------


def test_who_wants_no_mail_gets_the_notice_alone(reader, run):
    watching.watch(user=reader, kind="leaf", code="31c")
    watching.set_wishes(user=reader, pace="at_once", by_mail=False, editions=True)
    run(FIRST)
    run_all_jobs()
    assert len(notices(reader)) == 1
    assert mail.outbox == []
    from adme.reporting.services import outbox

    assert outbox.queue_unmailed(now=timezone.now() + timedelta(days=1)) == 0


def test_the_digest_tells_the_news_of_a_day_together_and_once(reader, run):
    watching.watch(user=reader, kind="leaf", code="31c")
    watching.set_wishes(user=reader, pace="daily", by_mail=True, editions=True)
    run({("31c", "IDN", 2023): 1.0})
    run({("31c", "IDN", 2023): 2.0})
    run_all_jobs()
    assert notices(reader) == []
    assert News.objects.filter(user=reader, told_at=None).count() == 2
    again("subscriptions.run")
    assert telling.digest() == 1
    assert telling.digest() == 0
    run_all_jobs()
    (notice,) = notices(reader)
    assert notice.title == "2 things that you watch changed"
    assert "1.0 → 2.0" in notice.text
    assert len(mail.outbox) == 1


def test_the_digest_does_not_reach_who_lost_the_permission(reader, run):
    watching.watch(user=reader, kind="leaf", code="31c")
    watching.set_wishes(user=reader, pace="daily", by_mail=True, editions=True)
    run(FIRST)
    run_all_jobs()
    Assignment.objects.filter(user=reader).update(ended_at=timezone.now())
    assert telling.digest() == 0
    assert notices(reader) == []


# --- bodies -----------------------------------------------------------------------------------------------------------


def test_who_watches_a_body_is_told_of_kpis_that_read_tool_1_in_its_key_result_areas(reader, run):
    made = run(FIRST)
    change = changes_of_run(made.pk)[0]
    own = replace(change, leaf="1", reads_tool1=True, kra="A.1")
    elsewhere = replace(change, leaf="2", reads_tool1=True, kra="B.1")
    external = replace(change, leaf="3", reads_tool1=False, kra="A.1")
    held = [Watch(user=reader, kind="body", code="SLOM")]
    told = (own, elsewhere, external)
    assert concerned(told, held, {"SLOM": frozenset({"A.1"}), "SOMHD": frozenset({"B.1"})}) == (own,)
    assert concerned(told, held, {}) == ()


def test_a_body_works_in_the_areas_of_its_approved_reports(reader, user_with):
    officer, kra = reports.officer("SOMHD"), reports.a_kra()
    owed = reports.make_obligation("SOMHD")
    reports.submitted(owed, officer, kras=[kra])
    assert kras_of_bodies({"SOMHD"}) == {}
    reports.act(reports.again(owed), Act.APPROVE, reports.analyst())
    assert kras_of_bodies({"SOMHD", "SLOM"}) == {"SOMHD": frozenset({kra})}
