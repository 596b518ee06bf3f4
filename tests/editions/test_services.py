"""The rules of an edition's life, each with its refusal beside its success."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from adme.reporting.models import Notice
from dissemination.editions import selectors, services
from dissemination.editions.errors import BadValue, NotAllowedNow, Outdated, SamePerson
from dissemination.editions.models import Edition, Reply
from dissemination.editions.plain import hash_of
from dissemination.editions.reading import content_of
from dissemination.editions.signals import edition_published, edition_released
from dissemination.editions.states import EditionState, ReplyKind

from . import made
from .conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal(user_with):
    return user_with(Role.FOCAL_POINT, state="IDN")


def _say(edition, by, **given):
    return services.reply(**{"edition": edition, "area": "IDN", "leaf": "6a", "by": by, "now": NOW} | given)


CORRECTION = {
    "kind": "corrected", "period": 2025000, "proposed_value": 53.5, "text": "Revised census.",
    "evidence_link": "https://example.org/census",
}  # fmt: skip


# --- drafting -------------------------------------------------------------------------------------------------------


def test_a_draft_leaves_an_event_and_needs_a_title(analyst):
    edition = services.draft_edition(title=" A\ntitle ", meeting="SOCA", meeting_on=date(2026, 12, 1), by=analyst)
    assert edition.title == "A title"
    assert AuditEvent.objects.filter(action="edition.drafted", actor=analyst.email).exists()
    with pytest.raises(BadValue, match="title is needed"):
        services.draft_edition(title=" \x00", meeting="SOCA", meeting_on=date(2026, 12, 1), by=analyst)


def test_who_acts_on_an_old_version_is_told(draft, analyst):
    services.set_embargo(edition=draft, until=None, by=analyst, seen=draft.version)
    with pytest.raises(Outdated):
        services.take_figures(edition=draft, by=analyst, seen=draft.version)


def test_figures_are_taken_again_while_nobody_replies(draft, today, analyst, close):
    today.content = made.content(made.figure(value=99.0))
    again = services.take_figures(edition=draft, by=analyst, seen=draft.version, now=NOW)
    assert [figure.value for figure in content_of(again).figures] == [99.0]
    opened = services.open_reply(edition=again, days=1, by=analyst, seen=again.version, now=NOW)
    with pytest.raises(NotAllowedNow):
        services.take_figures(edition=opened, by=analyst, seen=opened.version, now=NOW)
    closed = close(opened)
    services.take_figures(edition=closed, by=analyst, seen=closed.version, now=NOW)


def test_an_own_text_stands_over_the_automatic_one_and_survives_new_figures(draft, today, analyst):
    today.content = replace(
        today.content, texts=(made.shapes.Text("headline.B", "B Inclusive", "Made by itself.", is_automatic=True),)
    )
    draft = services.take_figures(edition=draft, by=analyst, seen=draft.version)
    draft = services.write_text(
        edition=draft, key="headline.B", text="<b>Plain</b> ສະບາຍດີ\x07", by=analyst, seen=draft.version
    )
    draft = services.write_text(edition=draft, key="foreword", text="Welcome.", by=analyst, seen=draft.version)
    draft = services.take_figures(edition=draft, by=analyst, seen=draft.version)
    texts = content_of(draft).texts
    assert [(text.key, text.text, text.is_automatic) for text in texts] == [
        ("foreword", "Welcome.", False),
        ("headline.B", "<b>Plain</b> ສະບາຍດີ", False),
    ]
    draft = services.restore_text(edition=draft, key="headline.B", by=analyst, seen=draft.version)
    assert content_of(draft).text("headline.B").text == "Made by itself."
    with pytest.raises(BadValue, match="no such text"):
        services.write_text(edition=draft, key="other", text="x", by=analyst, seen=draft.version)


def test_a_draft_is_given_up_with_a_reason_and_a_published_edition_never(opened, published, analyst, focal):
    edition = services.draft_edition(title="T", meeting="M", meeting_on=date(2026, 12, 1), by=analyst)
    with pytest.raises(BadValue, match="Say why"):
        services.delete_draft(edition=edition, reason=" ", by=analyst, seen=edition.version)
    services.delete_draft(edition=edition, reason="No meeting.", by=analyst, seen=edition.version)
    assert not Edition.objects.filter(pk=edition.pk).exists()
    assert AuditEvent.objects.get(action="edition.deleted").reason == "No meeting."
    with pytest.raises(NotAllowedNow):
        services.delete_draft(edition=published, reason="x", by=analyst, seen=published.version)


def test_giving_up_an_open_edition_tells_the_states_and_keeps_their_words(opened, analyst, focal):
    _say(opened, focal, kind="disputed", text="Wrong.")
    services.delete_draft(edition=opened, reason="No meeting.", by=analyst, seen=opened.version, now=NOW)
    assert AuditEvent.objects.get(action="edition.deleted").before["replies"][0]["text"] == "Wrong."
    assert Notice.objects.filter(user=focal, title__startswith="Given up").exists()


# --- right of reply -------------------------------------------------------------------------------------------------


def test_states_are_asked_until_the_end_of_the_day_in_jakarta(draft, analyst, focal, user_with):
    officer = user_with(Role.ME_OFFICER)
    opened = services.open_reply(edition=draft, days=7, by=analyst, seen=draft.version, now=NOW)
    assert opened.reply_until == datetime(2026, 11, 29, 16, 59, 59, tzinfo=UTC)
    assert Notice.objects.get(user=focal).url == f"/editions/reply/{opened.public_id}/"
    assert not Notice.objects.filter(user=officer).exists()


@pytest.mark.parametrize("days", [0, 61, -3])
def test_the_time_to_reply_has_bounds(draft, analyst, days):
    with pytest.raises(BadValue, match="Between 1 and 60"):
        services.open_reply(edition=draft, days=days, by=analyst, seen=draft.version)


def test_without_figures_nobody_is_asked(today, analyst):
    empty = services.draft_edition(title="T", meeting="M", meeting_on=date(2026, 12, 1), by=analyst)
    with pytest.raises(NotAllowedNow, match="Take the figures first"):
        services.open_reply(edition=empty, days=3, by=analyst, seen=empty.version)


def test_a_later_word_takes_the_place_of_the_earlier_one(opened, focal):
    first = _say(opened, focal, kind="confirmed")
    second = _say(opened, focal, kind="disputed", text="On second thoughts.")
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert [mark.kind for mark in content_of(opened).replies] == ["disputed"]
    assert second.seen == {"2024000": 51.0, "2025000": 52.0}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "liked"}, "kind"),
        ({"kind": "silent"}, "kind"),
        ({"kind": "disputed"}, "text"),
        (CORRECTION | {"period": 0}, "period"),
        (CORRECTION | {"period": 1999000}, "period"),
        (CORRECTION | {"leaf": "99"}, "period"),
        (CORRECTION | {"area": "ASEAN"}, "period"),
        (CORRECTION | {"proposed_value": None}, "proposed_value"),
        (CORRECTION | {"proposed_value": float("nan")}, "proposed_value"),
        (CORRECTION | {"proposed_value": 52.0}, "proposed_value"),
        (CORRECTION | {"text": ""}, "text"),
        (CORRECTION | {"evidence_link": ""}, "evidence_link"),
        (CORRECTION | {"evidence_link": "javascript:alert(1)"}, "evidence_link"),
        (CORRECTION | {"evidence_link": "https://"}, "evidence_link"),
        (CORRECTION | {"evidence_file": SimpleUploadedFile("x.exe", b"MZ")}, "evidence_file"),
        (CORRECTION | {"evidence_file": SimpleUploadedFile("x.pdf", b"no pdf")}, "evidence_file"),
    ],
)
def test_a_reply_that_says_too_little_is_refused_beside_its_field(opened, focal, given, field):
    with pytest.raises(BadValue) as refused:
        _say(opened, focal, **given)
    assert refused.value.field == field
    assert not Reply.objects.exists()


def test_a_correction_carries_its_evidence(opened, focal, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("census.txt", b"population 53.5")
    said = _say(opened, focal, **CORRECTION | {"evidence_link": "", "evidence_file": file})
    assert (said.outcome, said.seen_value, said.evidence_name) == ("open", 52.0, "census.txt")
    assert said.evidence_file.read() == b"population 53.5"


def test_the_rest_is_confirmed_in_one_act(opened, focal):
    _say(opened, focal, kind="disputed", text="No.")
    assert services.confirm_rest(edition=opened, area="IDN", by=focal, now=NOW) == 1
    assert services.confirm_rest(edition=opened, area="IDN", by=focal, now=NOW) == 0
    assert selectors.reply_counts(opened)["confirmed"] == 1
    assert [(one.area, one.left) for one in selectors.progress(opened)] == [("BRN", 1), ("IDN", 0)]


def test_nobody_replies_a_second_after_the_deadline(opened, focal):
    _say(opened, focal, kind="confirmed", now=opened.reply_until)
    with pytest.raises(NotAllowedNow, match="ended on 29 Nov 2026"):
        _say(opened, focal, kind="confirmed", now=opened.reply_until + timedelta(seconds=1))


def test_three_days_before_the_end_silent_states_are_reminded_once(opened, focal, user_with):
    done = user_with(Role.FOCAL_POINT, state="BRN")
    services.confirm_rest(edition=opened, area="BRN", by=done, now=NOW)
    early = opened.reply_until - timedelta(days=3, minutes=1)
    assert services.remind(edition=opened, now=early) == 0
    for _ in range(2):
        assert services.remind(edition=opened, now=opened.reply_until - timedelta(days=3)) == 1
    assert Notice.objects.filter(user=focal, title__startswith="Reply until").count() == 1
    assert not Notice.objects.filter(user=done, title__startswith="Reply until").exists()


def test_the_end_comes_by_itself_and_silence_is_written_down(opened, focal, analyst):
    _say(opened, focal, **CORRECTION)
    assert services.keep(now=opened.reply_until)["closed"] == 0
    assert services.keep(now=opened.reply_until + timedelta(seconds=1))["closed"] == 1
    silent = Reply.objects.filter(kind=ReplyKind.SILENT).values_list("area", "leaf", "by")
    assert sorted(silent) == [("BRN", "6a", None), ("IDN", "7b", None)]
    assert Notice.objects.filter(user=analyst, title__startswith="Right of reply closed").exists()


def test_nobody_closes_before_the_deadline(opened, analyst):
    with pytest.raises(NotAllowedNow, match="States may reply until"):
        services.close_reply(edition=opened, by=analyst, seen=opened.version, now=opened.reply_until)


def test_a_correction_is_answered_and_the_state_is_told(opened, focal, analyst):
    said = _say(opened, focal, **CORRECTION)
    with pytest.raises(BadValue, match="Say why"):
        services.answer_correction(edition=opened, reply_id=said.pk, outcome="declined", text="", by=analyst)
    services.answer_correction(edition=opened, reply_id=said.pk, outcome="accepted", text="Thanks.", by=analyst)
    assert selectors.open_corrections(opened) == 0
    told = Notice.objects.get(user=focal, title__startswith="Correction accepted")
    assert "correct the data themselves" in told.text
    _say(opened, focal, kind="confirmed", period=2025000)
    with pytest.raises(NotAllowedNow, match="not there any more"):
        services.answer_correction(edition=opened, reply_id=said.pk, outcome="accepted", text="", by=analyst)


# --- publication ----------------------------------------------------------------------------------------------------


def test_a_second_analyst_publishes(closed, analyst, second):
    with pytest.raises(SamePerson):
        services.publish(edition=closed, by=analyst, seen=closed.version)
    edition = services.publish(edition=closed, by=second, seen=closed.version)
    assert (edition.number, edition.state) == (1, EditionState.PUBLISHED)
    assert hash_of(content_of(edition)) == edition.hash


def test_nothing_is_published_while_states_may_reply(draft, opened, second):
    with pytest.raises(NotAllowedNow, match="right of reply open"):
        services.publish(edition=opened, by=second, seen=opened.version)


def test_editions_are_numbered_and_say_what_changed_since_the_one_before(published, today, analyst, second, close):
    first, *others = today.content.figures
    today.content = replace(today.content, figures=(replace(first, value=55.0, recipe_version=2), *others))
    edition = services.draft_edition(title="Next", meeting="SOCA", meeting_on=date(2027, 3, 1), by=analyst)
    edition = services.take_figures(edition=edition, by=analyst, seen=edition.version, now=NOW)
    edition = close(services.open_reply(edition=edition, days=1, by=analyst, seen=edition.version, now=NOW))
    edition = services.publish(edition=edition, by=second, seen=edition.version)
    content = content_of(edition)
    assert (edition.number, content.previous) == (2, "1")
    assert [(one.leaf, one.cause, one.before, one.after) for one in content.changes] == [("6a", "method", 50.0, 55.0)]


def test_a_confirmation_does_not_cover_a_figure_that_changed_afterwards(opened, focal, today, analyst, second, close):
    _say(opened, focal, kind="confirmed")
    closed = close(opened)
    today.content = replace(
        today.content,
        figures=tuple(
            replace(one, value=60.0) if one.key == ("6a", "IDN", 2025000) else one for one in today.content.figures
        ),
    )
    closed = services.take_figures(edition=closed, by=analyst, seen=closed.version)
    content = content_of(services.publish(edition=closed, by=second, seen=closed.version))
    by_period = {figure.period: content.reply(figure) for figure in content.series("6a", "IDN")}
    assert by_period[2024000].kind == "confirmed"
    assert by_period[2025000].kind == "silent"
    assert by_period[2025000].text == "The figure changed after the state had confirmed; then it was 52."


def test_publication_and_release_are_heard_once(closed, second):
    heard = []

    def on_published(edition, **kwargs):
        heard.append(("published", edition.number))

    def on_released(edition, **kwargs):
        heard.append(("released", edition.number))

    edition_published.connect(on_published)
    edition_released.connect(on_released)
    try:
        until = NOW + timedelta(days=20)
        closed = services.set_embargo(edition=closed, until=until, by=second, seen=closed.version)
        services.publish(edition=closed, by=second, seen=closed.version)
        services.keep(now=until - timedelta(seconds=1))
        assert heard == [("published", 1)]
        services.keep(now=until)
        services.keep(now=until)
        assert heard == [("published", 1), ("released", 1)]
    finally:
        edition_published.disconnect(on_published)
        edition_released.disconnect(on_released)
