"""Reports, editions and feeds: who is told, what the feeds hold, and that an embargo holds everywhere."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from defusedxml import ElementTree as ET
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adme.accounts.models import Assignment, Role
from adme.api.scopes import Scope
from adme.api.tokens import create_token
from adme.jobs.models import Job, JobState
from adme.jobs.testing import run_all_jobs
from adme.reporting.models import Notice, Revision, RevisionContent
from adme.reporting.transitions import Act
from dissemination.editions import services as editions
from dissemination.editions.models import Edition, EditionChange
from dissemination.editions.signals import edition_released
from dissemination.editions.states import EditionState
from dissemination.products.kinds import FileState
from dissemination.products.models import ProductFile
from dissemination.subscriptions import telling, watching
from dissemination.subscriptions.feeds import Entry, Feed, atom, rss
from dissemination.subscriptions.models import FeedKey
from tests.reporting import factories as reports

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
NOW = timezone.now()


@pytest.fixture
def edition(user_with):
    """`edition(1, embargo_until=...)`: a published edition with nothing but its row."""
    by = user_with(Role.ANALYST)

    def make(number: int, changes=(), **fields) -> Edition:
        usual = {
            "title": f"Figures & texts <{number}>", "meeting": "A meeting of SOCA", "meeting_on": NOW.date(),
            "state": EditionState.PUBLISHED, "published_at": NOW - timedelta(days=9 - number), "drafted_by": by,
            "published_by": by, "hash": f"{number:064x}", "taken_at": NOW - timedelta(days=9), "data_version": 7,
        }  # fmt: skip
        published = {**usual, **fields, "number": number}
        held = {name: published.pop(name) for name in ("title", "meeting", "meeting_on", "drafted_by")}
        made = Edition.objects.create(**held)
        for place, (leaf, cause) in enumerate(changes):  # afterwards the database takes none any more
            EditionChange.objects.create(
                edition=made, position=place, leaf=leaf, area="IDN", period=2023000, cause=cause, before=1, after=2
            )
        Edition.objects.filter(pk=made.pk).update(**published)
        return Edition.objects.get(pk=made.pk)

    return make


@pytest.fixture
def reader(client_as):
    return client_as(Role.SOCA_MEMBER)


# --- reports ----------------------------------------------------------------------------------------------------------


def act_on(obligation, act, by):
    content, _ = RevisionContent.objects.get_or_create(sha256="0" * 64, defaults={"data": {"records": []}})
    number = obligation.revisions.count() + 1
    return Revision.objects.create(
        obligation=obligation, number=number, act=act, content=content, by=by, at=timezone.now(), reason="because",
        idempotency_key=f"k{number}",
    )  # fmt: skip


@pytest.mark.parametrize(("act", "told"), [(Act.APPROVE, 1), (Act.REOPEN, 1), (Act.SUBMIT, 0), (Act.RETURN, 0)])
def test_who_watches_a_body_is_told_of_its_approved_and_reopened_reports(reader, user_with, act, told):
    owed = reports.make_obligation(body="SLOM")
    watching.watch(user=reader.user, kind="body", code="SLOM")
    act_on(owed, act, user_with(Role.ANALYST))
    run_all_jobs()
    found = list(Notice.objects.filter(user=reader.user, kind=Notice.Kind.WATCHED))
    assert len(found) == told
    assert all("SLOM" in one.title and "because" not in one.text for one in found)


def test_of_reports_of_other_bodies_and_of_own_acts_nobody_is_told(reader, client_as):
    analyst = client_as(Role.ANALYST).user
    watching.watch(user=reader.user, kind="body", code="SOMHD")
    watching.watch(user=analyst, kind="body", code="SLOM")
    act_on(reports.make_obligation(body="SLOM"), Act.APPROVE, analyst)
    run_all_jobs()
    assert not Notice.objects.filter(kind=Notice.Kind.WATCHED).exists()


# --- editions ---------------------------------------------------------------------------------------------------------


def told_of_editions():
    return set(Notice.objects.filter(kind=Notice.Kind.EDITION).values_list("user_id", flat=True))


def test_readers_who_want_it_are_told_of_a_released_edition_once(reader, client_as, user_with, edition):
    unwilling, gone, nobody = client_as(Role.ME_OFFICER).user, user_with(Role.ANALYST), user_with(None)
    watching.set_wishes(user=unwilling, pace="at_once", by_mail=True, editions=False)
    Assignment.objects.filter(user=gone).update(ended_at=NOW)
    made = edition(1)
    editions.keep()
    run_all_jobs()
    told = told_of_editions()
    assert reader.user.pk in told
    assert not told & {unwilling.pk, gone.pk, nobody.pk}
    notice = Notice.objects.get(user=reader.user, kind=Notice.Kind.EDITION)
    assert notice.url == f"/editions/{made.number}/"
    Job.objects.filter(name="subscriptions.edition").update(state=JobState.QUEUED, max_attempts=9)
    run_all_jobs()
    assert Notice.objects.filter(user=reader.user, kind=Notice.Kind.EDITION).count() == 1


def test_the_notice_leads_to_the_brief_once_it_is_built(reader, edition):
    made = edition(1)
    file = ProductFile.objects.create(
        product="brief", format="pdf", edition=made, data_version=7, title="Brief", requested_by=made.drafted_by,
        state=FileState.READY,
    )  # fmt: skip
    telling.after_release(made, now=NOW)
    assert f"/files/{file.public_id}/" in Notice.objects.get(user=reader.user).text


def test_before_the_end_of_the_embargo_nobody_is_told(reader, edition):
    made = edition(1, embargo_until=NOW + timedelta(days=1))
    editions.keep()
    run_all_jobs()
    edition_released.send(sender=Edition, edition=made, now=NOW)  # even if somebody rang too early
    run_all_jobs()
    assert told_of_editions() == set()
    assert b"<entry>" not in reader.get("/feeds/editions.atom").content
    assert b"<item>" not in reader.get("/feeds/editions.rss").content
    later = edition(2, embargo_until=NOW - timedelta(hours=1))
    editions.keep()
    run_all_jobs()
    assert reader.user.pk in told_of_editions()
    assert reader.get("/feeds/editions.atom").content.count(b"<entry>") == 1
    assert later.title.encode().split(b"&")[0] in reader.get("/feeds/editions.rss").content


def test_who_manages_editions_has_no_embargoed_one_in_the_feed_either(client_as, edition):
    edition(1, embargo_until=NOW + timedelta(days=1))
    assert b"<entry>" not in client_as(Role.ANALYST).get("/feeds/editions.atom").content


# --- the form of the feeds --------------------------------------------------------------------------------------------


def test_atom_has_what_rfc_4287_asks_for(reader, edition):
    first = edition(1)
    causes = [("31c", "method"), ("31a", "source_revision"), ("31b", "source_revision")]
    second = edition(2, changes=causes, previous=first)
    answer = reader.get("/feeds/editions.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{name}")) == 1, name
    assert root.find(f"{ATOM}author/{ATOM}name").text
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert links["self"].endswith("/feeds/editions.atom")
    entries = root.findall(f"{ATOM}entry")
    ids = [one.find(f"{ATOM}id").text for one in entries]
    assert ids == [second.public_id.urn, first.public_id.urn]
    for one in entries:
        for name in ("id", "title", "updated", "summary"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
        assert one.find(f"{ATOM}link[@rel='alternate']").get("href").startswith("http")
    assert entries[0].find(f"{ATOM}title").text == "Edition 2: Figures & texts <2>"
    summary = entries[0].find(f"{ATOM}summary").text
    assert "3 figures differ from edition 1: Method changed 1, Source revised its figure 2." in summary
    assert root.find(f"{ATOM}updated").text == max(one.find(f"{ATOM}updated").text for one in entries)


def test_rss_has_what_rss_2_asks_for(reader, edition):
    made = edition(1)
    root = ET.fromstring(reader.get("/feeds/editions.rss").content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert all(channel.find(name).text for name in ("title", "link", "description"))
    (item,) = channel.findall("item")
    assert item.find("guid").text == made.public_id.urn
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.find("link").text.endswith("/editions/1/")
    assert item.find("pubDate").text.endswith("+0000")


def test_a_feed_without_editions_is_whole_too(reader):
    root = ET.fromstring(reader.get("/feeds/editions.atom").content)
    assert root.find(f"{ATOM}updated").text
    assert root.findall(f"{ATOM}entry") == []


@pytest.mark.parametrize("write", [atom, rss])
def test_what_xml_cannot_hold_breaks_no_feed(write):
    text = "a\x00\x0b\x1b\ufffe\U0001f600]]>&<b>"
    entry = Entry(FIXED, text, text, "http://127.0.0.1/", "", NOW)
    assert "a\U0001f600]]>&<b>" in "".join(ET.fromstring(write(Feed("http://x/", "http://x/f", [entry]))).itertext())


FIXED = UUID(int=7)


def test_the_same_feed_again_is_not_sent_again(reader, edition):
    edition(1)
    first = reader.get("/feeds/editions.atom")
    same = reader.get("/feeds/editions.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    edition(2)
    new = reader.get("/feeds/editions.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert new.status_code == 200
    assert new.headers["ETag"] != first.headers["ETag"]


def test_a_feed_takes_as_many_statements_for_many_editions_as_for_one(reader, edition):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert reader.get("/feeds/editions.atom").status_code == 200
        return len(seen)

    edition(1)
    few = statements()
    for number in range(2, 9):
        edition(number)
    assert statements() == few


# --- who may read them ------------------------------------------------------------------------------------------------


def own_address(reader, form="atom"):
    page = reader.post("/watched/feed/", {"act": "make"}).content.decode()
    key = page.split("/feeds/feed_")[1].split("/")[0]
    return f"/feeds/feed_{key}/editions.{form}"


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_personal_address_opens_the_feed_and_nothing_else(reader, form):
    address, stranger = own_address(reader, form), Client()
    assert stranger.get(address).status_code == 200
    assert stranger.get(address.replace("/feeds/feed_", "/feeds/feed_x")).status_code == 404
    key = address.split("/")[2]
    for other in ("/api/v1/watches/", "/feeds/editions.atom"):
        assert stranger.get(other, headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert stranger.get("/watched/").status_code == 302
    assert address not in reader.get("/watched/").content.decode(), "it is shown once"
    assert key not in str(list(FeedKey.objects.values()))


def test_a_new_address_ends_the_old_and_it_can_be_ended(reader):
    first = own_address(reader)
    second = own_address(reader)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    reader.post("/watched/feed/", {"act": "end"})
    assert Client().get(second).status_code == 404


@pytest.mark.parametrize("lost", ["role", "account", "demonstration"])
def test_the_address_of_who_may_no_longer_read_is_refused(reader, lost):
    address = own_address(reader)
    assert Client().get(address).status_code == 200
    if lost == "role":
        Assignment.objects.filter(user=reader.user).update(ended_at=NOW)
    else:
        change = {"is_active": False} if lost == "account" else {"is_demonstration": True}
        type(reader.user).objects.filter(pk=reader.user.pk).update(**change)
    assert Client().get(address).status_code == 404


def test_an_api_token_opens_the_feed_with_the_scope_for_reading(reader):
    def ask(scopes):
        token = create_token(user=reader.user, name="feed", scopes=scopes)[1]
        return Client().get("/feeds/editions.atom", headers={"Authorization": f"Bearer {token}"})

    assert ask([Scope.READ]).status_code == 200
    assert ask([Scope.REPORTS]).status_code == 401
    refused = Client().get("/feeds/editions.atom")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_without_a_role_has_no_feed(reader, client_as):
    assert reader.get("/feeds/editions.rss").status_code == 200
    assert client_as(None).get("/feeds/editions.rss").status_code == 403
