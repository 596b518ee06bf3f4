"""Who may see and do what on the pages of editions; each denial stands beside its success."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from adme.accounts.models import Role
from dissemination.editions import selectors, services
from dissemination.editions.content import Item
from dissemination.editions.models import Edition, Reply
from dissemination.editions.reading import published_content
from dissemination.editions.stamps import stamp_text
from dissemination.editions.states import EditionState

from . import made
from .conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _items(today, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    today.content = replace(today.content, items=(Item("B", "Inclusive", "characteristic", "", "official"),))


@pytest.fixture
def embargoed(closed, second):
    until = NOW + timedelta(days=20)
    closed = services.set_embargo(edition=closed, until=until, by=second, seen=closed.version)
    return services.publish(edition=closed, by=second, seen=closed.version, now=NOW + timedelta(days=8))


def _login(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# --- readers and the embargo ------------------------------------------------------------------------------------------

PAGES = [
    "/editions/1/", "/editions/1/kpis/6a/", "/e/1/", "/editions/1/changes.csv", "/editions/1/since.csv",
    "/e/1/00000000-0000-4000-8000-000000000000/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_readers_see_an_edition_from_the_minute_its_embargo_ends(embargoed, client_as, second, path):
    for before in (timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)):
        with time_machine.travel(embargoed.embargo_until - before, tick=False):
            assert client_as(Role.SOCA_MEMBER).get(path).status_code == 404
            assert _login(second).get(path).status_code == 200
    with time_machine.travel(embargoed.embargo_until, tick=False):
        assert client_as(Role.SOCA_MEMBER).get(path).status_code == 200


def test_the_list_keeps_an_embargo_too(embargoed, client_as):
    with time_machine.travel(embargoed.embargo_until - timedelta(seconds=1), tick=False):
        reader, analyst = client_as(Role.SOCA_MEMBER), client_as(Role.ANALYST)
        assert b"Figures for SOCA" not in reader.get("/editions/").content
        assert b"Embargo until" in analyst.get("/editions/").content
    with time_machine.travel(embargoed.embargo_until, tick=False):
        assert b"Figures for SOCA" in reader.get("/editions/").content


def test_an_edition_shows_figures_with_coverage_ratings_replies_and_its_hash(published, client_as):
    page = client_as(Role.SOCA_MEMBER).get("/editions/1/").content.decode()
    assert "9 of 11 states" in page
    assert published.hash in page
    assert "2 without a reply" not in page
    assert "3 without a reply" in page
    assert "Provisional" in page


def test_no_edition_of_this_number_is_404(client_as):
    client = client_as(Role.SOCA_MEMBER)
    assert [client.get(f"/editions/{number}/").status_code for number in (0, 1, 999999)] == [404] * 3


def test_without_a_login_nothing_is_shown(published):
    for path in [*PAGES, "/editions/", "/editions/check/", "/editions/compare/"]:
        answer = Client().get(path)
        assert (answer.status_code, answer.url.startswith("/accounts/login/")) == (302, True)


# --- analysts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SOCA_MEMBER, Role.FOCAL_POINT, Role.ME_OFFICER, Role.ADMINISTRATOR])
def test_only_analysts_prepare_editions(draft, client_as, role):
    other, analyst = client_as(role), client_as(Role.ANALYST)
    place = f"/editions/draft/{draft.public_id}/"
    for path in (place, "/editions/new/"):
        assert other.get(path).status_code == 403
        assert analyst.get(path).status_code == 200
    assert other.post(f"{place}embargo/", {"seen": draft.version, "until": ""}).status_code == 403
    assert analyst.post(f"{place}embargo/", {"seen": draft.version, "until": ""}).status_code == 302


def test_an_analyst_drafts_an_edition_in_the_browser(client_as):
    client = client_as(Role.ANALYST)
    given = {"title": "Results", "meeting": "SOCA", "meeting_on": "2026-12-10"}
    assert client.post("/editions/new/", given | {"title": ""}).status_code == 422
    answer = client.post("/editions/new/", given)
    edition = Edition.objects.get(title="Results")
    assert answer.url == f"/editions/draft/{edition.public_id}/"
    assert edition.figures.count() == 5


def test_a_text_that_meets_a_newer_version_is_shown_again_and_can_be_sent_again(draft, client_as, analyst):
    client = _login(analyst)
    place = f"/editions/draft/{draft.public_id}/"
    services.set_embargo(edition=draft, until=None, by=analyst, seen=draft.version)
    given = {"seen": draft.version, "key": "notes", "text": "Long thought about."}
    answer = client.post(f"{place}text/", given)
    assert answer.status_code == 409
    assert b"Long thought about." in answer.content
    again = client.post(f"{place}text/", given | {"seen": draft.version + 1})
    assert again.status_code == 302


def test_texts_are_printed_as_text(draft, client_as, analyst):
    services.write_text(edition=draft, key="notes", text="<script>alert(1)</script>", by=analyst, seen=draft.version)
    page = client_as(Role.ANALYST).get(f"/editions/draft/{draft.public_id}/").content
    assert b"<script>alert(1)" not in page
    assert b"&lt;script&gt;alert(1)" in page


def test_the_checks_before_publication_say_what_would_change(closed, today, second, analyst):
    today.content = made.content(
        *(replace(one, value=99.0) if one.area == "BRN" else one for one in today.content.figures),
        leaves=today.content.leaves,
    )
    page = _login(second).get(f"/editions/draft/{closed.public_id}/").content.decode()
    assert "1 figures would differ" in page
    assert "you may publish it" in page
    assert (
        "a second analyst has to publish it"
        in _login(analyst).get(f"/editions/draft/{closed.public_id}/").content.decode()
    )


def test_publishing_needs_the_tick_and_a_second_analyst(closed, analyst, second):
    path = f"/editions/draft/{closed.public_id}/publish/"
    given = {"seen": closed.version, "checked": "on"}
    assert _login(second).post(path, {"seen": closed.version}).status_code == 422
    assert _login(analyst).post(path, given).status_code == 422
    assert _login(second).post(path, given).status_code == 302
    assert Edition.objects.get(pk=closed.pk).state == EditionState.PUBLISHED
    assert _login(second).post(path, given).status_code in (403, 422)


# --- right of reply ---------------------------------------------------------------------------------------------------


def _path(edition):
    return f"/editions/reply/{edition.public_id}/"


@pytest.fixture
def in_time():
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


@pytest.mark.usefixtures("in_time")
def test_a_focal_point_sees_the_own_rows_only(opened, client_as):
    page = client_as(Role.FOCAL_POINT, state="IDN").get(_path(opened)).content.decode()
    assert "52.0" in page
    assert "7.0" in page
    assert "40.0" not in page  # Brunei Darussalam's
    assert "50.0" not in page  # ASEAN's


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("area", ["BRN", "ASEAN", "XXX", "IDN%00"])
def test_another_states_rows_are_not_there(opened, client_as, area):
    client = client_as(Role.FOCAL_POINT, state="IDN")
    assert client.get(_path(opened), {"area": "IDN"}).status_code == 200
    assert client.get(_path(opened), {"area": area}).status_code == 404
    said = {"leaf": "6a", "kind": "confirmed", "period": "0"}
    assert client.post(f"{_path(opened)}?area={area}", said).status_code == 404
    assert client.post(f"{_path(opened)}rest/?area={area}").status_code == 404
    assert not Reply.objects.exists()


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("role", [Role.SOCA_MEMBER, Role.ME_OFFICER, Role.ANALYST, Role.ADMINISTRATOR])
def test_only_focal_points_reply(opened, client_as, role):
    client = client_as(role)
    assert client.get(_path(opened)).status_code == 403
    assert client.post(f"{_path(opened)}rest/").status_code == 403


def test_before_it_is_opened_and_once_it_is_published_the_page_is_not_there(draft, analyst, client_as):
    client = client_as(Role.FOCAL_POINT, state="IDN")
    assert client.get(_path(draft)).status_code == 404
    opened = services.open_reply(edition=draft, days=1, by=analyst, seen=draft.version, now=NOW)
    assert client.get(_path(opened)).status_code == 200


@pytest.mark.usefixtures("in_time")
def test_a_correction_in_the_browser_with_a_file(opened, client_as):
    client = client_as(Role.FOCAL_POINT, state="IDN")
    given = {
        "leaf": "6a", "kind": "corrected", "period": "2025000", "proposed_value": "53.5", "text": "Revised.",
        "evidence_link": "",
    }  # fmt: skip
    refused = client.post(_path(opened), given)
    assert refused.status_code == 422
    assert b"Add evidence" in refused.content
    assert b"Revised." in refused.content
    answer = client.post(_path(opened), given | {"evidence_file": SimpleUploadedFile("census.txt", b"census")})
    assert answer.status_code == 302
    said = Reply.objects.get()
    assert (said.area, said.kind, said.proposed_value) == ("IDN", "corrected", 53.5)
    file = client.get(f"/editions/evidence/{said.pk}/")
    assert (file.status_code, b"".join(file.streaming_content)) == (200, b"census")
    assert "attachment" in file.headers["Content-Disposition"]
    assert client_as(Role.ANALYST).get(f"/editions/evidence/{said.pk}/").status_code == 200
    for other in (client_as(Role.FOCAL_POINT, state="BRN"), client_as(Role.SOCA_MEMBER)):
        assert other.get(f"/editions/evidence/{said.pk}/").status_code == 404


@pytest.mark.usefixtures("in_time")
def test_a_reply_needs_the_token_of_the_form(opened, user_with):
    client = Client(enforce_csrf_checks=True)
    user = user_with(Role.FOCAL_POINT, state="IDN")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    said = {"leaf": "6a", "kind": "confirmed", "period": "0"}
    assert client.post(_path(opened), said).status_code == 403
    token = client.get(_path(opened)).context["csrf_token"]
    assert client.post(_path(opened), said | {"csrfmiddlewaretoken": str(token)}).status_code == 302


@pytest.mark.usefixtures("in_time")
def test_what_changed_since_the_last_edition_stands_beside_the_own_figure(published, today, analyst, client_as):
    today.content = replace(
        today.content,
        figures=tuple(
            replace(one, value=60.0, value_id=99) if one.key == ("6a", "IDN", 2025000) else one
            for one in today.content.figures
        ),
    )
    edition = services.draft_edition(title="Next", meeting="M", meeting_on=date(2027, 1, 1), by=analyst)
    edition = services.take_figures(edition=edition, by=analyst, seen=edition.version)
    edition = services.open_reply(edition=edition, days=5, by=analyst, seen=edition.version)
    page = client_as(Role.FOCAL_POINT, state="IDN").get(_path(edition)).content.decode()
    assert "1 figure changed since edition 1" in page
    assert "2025: 52.0 → 60.0" in page


@pytest.mark.usefixtures("in_time")
def test_my_work_shows_the_question_to_focal_points_only(opened, client_as):
    assert b"Right of reply: Figures for SOCA" in client_as(Role.FOCAL_POINT).get("/my-work/").content
    assert b"Right of reply: Figures for SOCA" not in client_as(Role.ME_OFFICER).get("/my-work/").content


@pytest.mark.usefixtures("in_time")
def test_the_page_asks_the_database_the_same_number_of_times_for_one_and_for_fifty_series(
    draft, today, analyst, client_as, django_assert_max_num_queries
):
    codes = [f"L{number}" for number in range(50)]
    today.content = replace(
        today.content,
        leaves=tuple(made.leaf(code) for code in codes),
        figures=tuple(made.figure(code, "IDN", value_id=place) for place, code in enumerate(codes)),
    )
    draft = services.take_figures(edition=draft, by=analyst, seen=draft.version)
    opened = services.open_reply(edition=draft, days=7, by=analyst, seen=draft.version)
    client = client_as(Role.FOCAL_POINT, state="IDN")
    client.get("/editions/")
    with django_assert_max_num_queries(20):
        client.get(_path(opened))


# --- is it still true? ------------------------------------------------------------------------------------------------


def _changed(today):
    today.content = replace(
        today.content,
        stamp=replace(today.content.stamp, data_version=99),
        figures=tuple(
            replace(one, value=61.5, recipe_version=2) if one.key == ("6a", "IDN", 2025000) else one
            for one in today.content.figures
        ),
    )


def test_a_file_of_an_edition_says_which_figures_have_changed_since(published, today, client_as):
    client = client_as(Role.SOCA_MEMBER)
    line = stamp_text(published_content(published).stamp)
    file = SimpleUploadedFile("figures.csv", f"# {line}\r\nx".encode())
    assert b"Yes: no figure has changed" in client.post("/editions/check/", {"file": file}).content
    from django.core.cache import cache

    cache.clear()
    _changed(today)
    for given in (
        {"file": SimpleUploadedFile("figures.csv", f"# {line}\r\nx".encode())},
        {"text": line},
        {"text": "http://adme.example/e/1/"},
    ):
        page = client.post("/editions/check/", given).content.decode()
        assert "Method changed" in page
        assert "61.5" in page
    rows = b"".join(client.get("/editions/1/since.csv").streaming_content).decode()
    assert "6a,Share of persons in education,provisional,IDN,2025,method,52,61.5,per cent" in rows.replace("52.0", "52")


def test_a_stamp_with_another_hash_is_not_believed(published, client_as):
    stamp = replace(published_content(published).stamp, hash="0" * 64)
    page = client_as(Role.SOCA_MEMBER).post("/editions/check/", {"text": stamp_text(stamp)}).content
    assert b"Do not rely on it" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose a file"),
        ({"text": "nonsense"}, "no stamp of ADME"),
        ({"text": "http://adme.example/e/77/"}, "knows no edition 77"),
        ({"file": b"holiday photo"}, "carries no stamp"),
        ({"file": b"PK\x03\x04xx"}, "damaged"),
    ],
)
def test_wrong_files_get_a_clear_sentence(published, client_as, given, said):
    if "file" in given:
        given = {"file": SimpleUploadedFile("f", given["file"])}
    answer = client_as(Role.SOCA_MEMBER).post("/editions/check/", given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client_as, monkeypatch):
    from dissemination.editions import views_check

    monkeypatch.setattr(views_check, "MOST_BYTES", 1000)
    answer = client_as(Role.SOCA_MEMBER).post("/editions/check/", {"file": SimpleUploadedFile("f", b"x" * 1_200_000)})
    assert answer.status_code == 413
    assert b"larger than 30 MB" in answer.content


def test_a_file_of_an_embargoed_edition_is_unknown_to_readers(embargoed, client_as):
    line = stamp_text(published_content(embargoed).stamp)
    with time_machine.travel(embargoed.embargo_until - timedelta(minutes=1), tick=False):
        assert client_as(Role.SOCA_MEMBER).post("/editions/check/", {"text": line}).status_code == 422
        assert client_as(Role.ANALYST).post("/editions/check/", {"text": line}).status_code == 200


def test_two_editions_are_compared_in_either_order(published, today, analyst, second, close, client_as):
    _changed(today)
    edition = services.draft_edition(title="Next", meeting="M", meeting_on=date(2027, 1, 1), by=analyst)
    edition = services.take_figures(edition=edition, by=analyst, seen=edition.version, now=NOW)
    edition = close(services.open_reply(edition=edition, days=1, by=analyst, seen=edition.version, now=NOW))
    services.publish(edition=edition, by=second, seen=edition.version)
    client = client_as(Role.SOCA_MEMBER)
    for query in ("", "?from=1&to=2", "?from=2&to=1"):
        assert b"1 figures differ" in client.get(f"/editions/compare/{query}").content
    assert client.get("/editions/compare/?from=1&to=9").status_code == 404
    assert client.get("/editions/compare/?from=x&to=1").status_code == 404


def test_progress_counts_by_state(opened, user_with):
    focal = user_with(Role.FOCAL_POINT, state="IDN")
    services.reply(edition=opened, area="IDN", leaf="6a", kind="disputed", text="No.", by=focal, now=NOW)
    (brunei, indonesia) = selectors.progress(opened)
    assert (brunei.answered, brunei.left, brunei.share) == (0, 1, 0)
    assert (indonesia.answered, indonesia.disputed, indonesia.left, indonesia.share) == (1, 1, 1, 50)


def test_a_change_made_by_made_up_data_is_labelled_though_the_edition_had_none(published, today, client_as):
    client = client_as(Role.SOCA_MEMBER)
    _changed(today)
    assert b"demo-mark" not in client.get("/e/1/").content
    today.content = replace(
        today.content, leaves=tuple(replace(one, is_demonstration=True) for one in today.content.leaves)
    )
    from django.core.cache import cache

    cache.clear()
    assert b"demo-mark" in client.get("/e/1/").content
    assert b",yes\r\n" in b"".join(client.get("/editions/1/since.csv").streaming_content)
