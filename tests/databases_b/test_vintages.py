"""What was known when: nothing is overwritten, and an undo restores the state before, bit for bit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from adme.ingest import services
from adme.ingest.errors import NotAllowedNow, Superseded
from adme.ingest.models import BatchState
from adme.observations import registry
from adme.observations.periods import TimePeriod
from adme.observations.signals import series_changed
from databases_b import selectors
from databases_b.models import Indicator, Observation, Series

from .conftest import checksum, current
from .files import NEET, URBAN

pytestmark = pytest.mark.django_db

CODE = f"WB_WDI:{NEET}"


def values(as_of=None):
    return {
        (row.area, row.period // 1000): row.value
        for row in selectors.observations([CODE], areas=["IDN", "VNM"], as_of=as_of)
    }


@pytest.fixture
def history(store):
    """Three vintages: two values; one revised; one revised again and one closed."""
    one = store([(NEET, "IDN", 2020, "24"), (NEET, "VNM", 2020, "8")])
    two = store([(NEET, "IDN", 2020, "25"), (NEET, "VNM", 2020, "8"), (NEET, "VNM", 2021, "9")])
    three = store([(NEET, "IDN", 2020, "26"), (NEET, "VNM", 2021, "9")], on_vanished="close")
    return one, two, three


def test_as_of_gives_what_was_known_then(history):
    one, two, three = history

    assert values(one.applied_at - timedelta(seconds=1)) == {}
    assert values(one.applied_at) == {("IDN", 2020): 24, ("VNM", 2020): 8}
    assert values(two.applied_at) == {("IDN", 2020): 25, ("VNM", 2020): 8, ("VNM", 2021): 9}
    assert values(three.applied_at) == values() == {("IDN", 2020): 26, ("VNM", 2021): 9}


def test_every_revision_of_a_value_can_be_read(history):
    series = Series.objects.get(area__code="IDN")

    found = selectors.revisions(series_id=series.pk, period=TimePeriod(2020))

    assert [(one.value, one.known_until is None) for one in found] == [(24, False), (25, False), (26, True)]
    assert found[0].known_until == found[1].known_from


def test_undo_restores_every_value_by_checksum(store, undo):
    store([(NEET, "IDN", 2020, "24", "E", "First"), (NEET, "VNM", 2020, "8")])
    before = checksum()
    wrong = store(
        [(NEET, "IDN", 2020, "99", "", "Second"), (URBAN, "IDN", 2020, "56"), (NEET, "VNM", 2021, "1")],
        on_vanished="close",
    )
    assert checksum() != before

    undo(wrong)

    assert checksum() == before
    wrong.refresh_from_db()
    assert wrong.state == BatchState.UNDONE
    call_command("check_observations", verbosity=0)


def test_history_between_import_and_undo_stays_readable(store, undo):
    first = store([(NEET, "IDN", 2020, "24")])
    wrong = store([(NEET, "IDN", 2020, "99")])
    taken_back = undo(wrong)

    assert values(first.applied_at) == {("IDN", 2020): 24}
    assert values(wrong.applied_at) == {("IDN", 2020): 99}
    assert values(taken_back.applied_at) == {("IDN", 2020): 24}


def test_undo_restores_the_metadata_and_retires_what_the_import_made(store, undo):
    store([(NEET, "IDN", 2020, "24")])
    wrong = store(
        [(NEET, "IDN", 2020, "25"), (URBAN, "IDN", 2020, "5")],
        titles={NEET: "Wrong title", URBAN: "Urban"},
        released="2026-06-01",
    )
    undo(wrong)

    youth, urban = (Indicator.objects.get(code=code) for code in (NEET, URBAN))
    assert youth.title.startswith("Share of youth")
    assert str(youth.release_date) == "2026-01-31"
    assert urban.is_retired

    store([(URBAN, "IDN", 2020, "56")])
    urban.refresh_from_db()
    assert not urban.is_retired


def test_an_import_that_a_later_one_has_replaced_is_not_undone_but_the_later_one_is_named(history, undo):
    one, two, three = history
    before = checksum()

    with pytest.raises(Superseded, match=f"import {three.pk}"):
        services.undo(batch_id=one.pk, reason="wrong", by=None, in_background=False)
    assert checksum() == before

    undo(three)
    undo(two)
    undo(one)
    assert current() == []


def test_an_import_that_closed_what_a_later_one_brought_back_is_not_undone(store):
    store([(NEET, "IDN", 2020, "24"), (NEET, "IDN", 2021, "25")])
    closing = store([(NEET, "IDN", 2020, "24")], on_vanished="close")
    later = store([(NEET, "IDN", 2021, "25")])

    with pytest.raises(Superseded, match=f"import {later.pk}"):
        services.undo(batch_id=closing.pk, reason="wrong", by=None, in_background=False)


def test_an_import_is_undone_only_once_and_an_undo_not_at_all(store, undo):
    batch = store([(NEET, "IDN", 2020, "24")])
    taken_back = undo(batch)

    for one in (batch, taken_back):
        with pytest.raises(NotAllowedNow):
            services.undo(batch_id=one.pk, reason="again", by=None, in_background=False)


def test_a_killed_undo_leaves_everything_as_it_was(store, monkeypatch):
    batch = store([(NEET, "IDN", 2020, "24")])
    opened = services.undo(batch_id=batch.pk, reason="wrong", by=None, in_background=False)
    before = checksum()

    def die(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("databases_b.importing.target.bump_data_version", die)
        with pytest.raises(RuntimeError):
            services.apply(batch_id=opened.pk)
    batch.refresh_from_db()
    assert (checksum(), batch.state) == (before, BatchState.APPLIED)

    services.apply(batch_id=opened.pk)
    assert current() == []


def test_receivers_hear_just_the_codes_that_changed(store, undo):
    heard = []

    def listen(sender, codes, trigger, actor, **kwargs):
        heard.append((codes, trigger, actor))

    series_changed.connect(listen)
    try:
        first = store([(NEET, "IDN", 2020, "24"), (URBAN, "IDN", 2020, "56")])
        second = store([(NEET, "IDN", 2020, "25"), (URBAN, "IDN", 2020, "56")])
        store([(NEET, "IDN", 2020, "25"), (URBAN, "IDN", 2020, "56")])
        taken_back = undo(second)
    finally:
        series_changed.disconnect(listen)

    assert heard == [
        (frozenset({CODE, f"WB_WDI:{URBAN}"}), f"import batch {first.pk}", "command"),
        (frozenset({CODE}), f"import batch {second.pk}", "command"),
        (frozenset({CODE}), f"import batch {taken_back.pk}", "command"),
    ]


def test_the_registry_reads_current_and_past_points_with_their_exact_observation(history):
    one, _, _ = history

    points = registry.read([CODE, "WB_WDI:NONE"], areas=["IDN", "VNM"])
    assert [(p.area, p.period, p.value) for p in points] == [("IDN", 2020000, 26.0), ("VNM", 2021000, 9.0)]

    then = registry.read([CODE], areas=["IDN"], as_of=one.applied_at)
    info = registry.describe_observations([then[0].reference])[then[0].reference]
    assert (info.series, info.area, info.period, info.value) == (CODE, "IDN", 2020000, 24.0)
    assert info.sha256 == one.sha256
    assert info.known_from == one.applied_at.isoformat()
    assert info.known_until != ""
    current_one = registry.describe_observations([points[0].reference])[points[0].reference]
    assert current_one.known_until == ""


def test_the_registry_reads_any_number_of_series_in_two_statements(store, django_assert_num_queries):
    store([(code, area, 2020, "1") for code in (NEET, URBAN) for area in ("IDN", "VNM", "THA", "PHL", "SGP")])

    with django_assert_num_queries(2):
        assert len(registry.read([CODE, f"WB_WDI:{URBAN}"], areas=["IDN", "VNM", "THA", "PHL", "SGP"])) == 10
    with django_assert_num_queries(2):
        assert len(registry.read([CODE], areas=["IDN"])) == 1


def test_the_registry_describes_a_series_with_licence_and_citation(store):
    store([(NEET, "IDN", 2020, "24")])

    info = registry.describe([CODE])[CODE]

    assert (info.provider, info.licence, info.release_date) == ("World Bank", "CC BY 4.0", "2026-01-31")
    assert "World Bank, World Development Indicators" in info.citation
    assert info.url == f"/database-b/indicators/WB_WDI/{NEET}/"


def test_check_observations_holds_after_imports_and_finds_what_is_broken(history):
    call_command("check_observations", verbosity=0)

    Observation.objects.filter(closed_by__isnull=True).update(series_id=999_999_999)
    with pytest.raises(CommandError, match="without a series"):
        call_command("check_observations", verbosity=0)
