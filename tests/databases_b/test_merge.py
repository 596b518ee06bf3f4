"""What an import writes: exactly the differences, once, and the same on both databases."""

from __future__ import annotations

import pytest

from adme.ingest import services
from adme.ingest.errors import PreviewOutdated
from adme.ingest.models import BatchState
from adme.observations.models import DataVersion
from databases_b.importing.engine import engine
from databases_b.importing.staging import Tables, stands
from databases_b.models import Indicator, Observation, Series

from .conftest import checksum, current
from .files import NEET, URBAN, packed

pytestmark = pytest.mark.django_db

ROWS = [
    (NEET, area, year, f"{base + year % 7}.25")
    for area, base in (("IDN", 20), ("VNM", 10), ("TLS", 30))
    for year in range(2010, 2025)
]


def test_a_fresh_file_stores_every_row_with_its_exact_value(store):
    batch = store([*ROWS, (URBAN, "IDN", 2020, "56.123456789012345", "E", "Census year")])

    assert batch.counts["new"] == len(ROWS) + 1
    assert batch.counts["opened"] == Observation.objects.count() == len(ROWS) + 1
    stored = Observation.objects.get(series__indicator__code=URBAN)
    assert (stored.value, stored.obs_status, stored.note.text) == (56.123456789012345, "E", "Census year")


def test_the_same_file_again_writes_no_row_and_says_so(store):
    store(ROWS)
    before = list(Observation.objects.order_by("pk").values())
    version = DataVersion.objects.get().number

    again = store(ROWS)

    assert list(Observation.objects.order_by("pk").values()) == before
    assert again.counts["unchanged"] == len(ROWS)
    assert (again.counts["new"], again.counts["changed"], again.counts["opened"], again.counts["closed"]) == (
        0,
        0,
        0,
        0,
    )
    assert again.problems.filter(code="already_applied", severity="note").count() == 1
    assert DataVersion.objects.get().number == version


def test_one_changed_value_touches_exactly_that_row(store):
    store(ROWS)
    ids = set(Observation.objects.values_list("pk", flat=True))
    changed = [(NEET, "VNM", 2015, "99.5") if row[1:3] == ("VNM", 2015) else row for row in ROWS]

    batch = store(changed)

    assert (batch.counts["changed"], batch.counts["unchanged"]) == (1, len(ROWS) - 1)
    closed = Observation.objects.get(closed_by=batch.pk)
    opened = Observation.objects.get(opened_by=batch.pk)
    assert closed.pk in ids
    assert opened.pk not in ids
    assert (closed.series_id, closed.period) == (opened.series_id, opened.period)
    assert opened.value == 99.5


def test_another_status_or_footnote_is_a_change_though_the_value_is_the_same(store):
    store([(NEET, "IDN", 2020, "24.3"), (NEET, "IDN", 2021, "22.4", "", "Survey in August")])

    batch = store([(NEET, "IDN", 2020, "24.3", "E"), (NEET, "IDN", 2021, "22.4", "", "Survey in February")])

    assert batch.counts["changed"] == 2


def test_a_file_without_footnotes_leaves_stored_ones_alone(store):
    store([(NEET, "IDN", 2021, "22.4", "", "Survey in August")])

    batch = store([(NEET, "IDN", 2021, "22.4")])

    assert (batch.counts["changed"], batch.counts["unchanged"]) == (0, 1)
    assert Observation.objects.get().note.text == "Survey in August"


def test_values_that_the_file_no_longer_has_are_kept_unless_closing_was_chosen(store):
    store(ROWS)
    shorter = [row for row in ROWS if row[2] != 2024]

    kept = store(shorter)
    assert kept.counts["vanished"] == 3
    assert len(current()) == len(ROWS)

    closed = store(shorter, on_vanished="close")
    assert closed.counts["closed"] == 3
    assert len(current()) == len(ROWS) - 3


def test_series_that_are_not_in_the_file_do_not_vanish(store):
    store(ROWS)

    batch = store([row for row in ROWS if row[1] == "IDN"], on_vanished="close")

    assert batch.counts["vanished"] == 0
    assert len(current()) == len(ROWS)


def test_missing_with_its_reason_is_stored_without_a_value_and_never_as_zero(store):
    store([(NEET, "BRN", 2020, "", "O"), (NEET, "BRN", 2021, "0"), (NEET, "BRN", 2022, "")])

    assert [(row[4], row[5], row[6]) for row in current()] == [(2020000, None, "O"), (2021000, 0.0, "A")]


def test_series_and_indicators_are_made_once(store):
    store(ROWS)
    counts = (Indicator.objects.count(), Series.objects.count())

    store([*ROWS, (NEET, "IDN", 2025, "20")])

    assert (Indicator.objects.count(), Series.objects.count()) == counts


def test_rows_of_one_series_lie_together_whatever_the_order_of_the_file(store):
    store(sorted(ROWS, key=lambda row: row[2]))

    in_table = list(Observation.objects.order_by("pk").values_list("series_id", "period"))
    assert in_table == sorted(in_table)


def test_nothing_is_left_of_the_staging_once_applied(store, send):
    applied = store(ROWS)
    assert not stands(Tables(applied.pk))

    previewed = send(packed([*ROWS, (NEET, "IDN", 2025, "1")]))
    assert stands(Tables(previewed.pk))
    services.discard(batch_id=previewed.pk, by=None)
    assert not stands(Tables(previewed.pk))
    assert len(current()) == len(ROWS)


def test_a_preview_made_before_another_import_is_refused(send, store):
    waiting = send(packed([(NEET, "IDN", 2020, "1")]), create_indicators=True)
    services.approve(batch_id=waiting.pk, by=None, in_background=False)
    store(ROWS)
    before = checksum()

    with pytest.raises(PreviewOutdated):
        services.apply(batch_id=waiting.pk)

    assert checksum() == before


def test_an_import_into_another_dataset_does_not_outdate_a_preview(send, store):
    waiting = send(packed([(NEET, "IDN", 2020, "1")]), create_indicators=True)
    other = send(
        b"INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,TITLE\nX.ONE,IDN,2020,5,One\n",
        "esg.csv",
        dataset="WB_ESG",
        create_indicators=True,
    )
    assert other.state == BatchState.PREVIEWED, list(other.problems.values_list("code", "hint"))
    services.approve(batch_id=other.pk, by=None, in_background=False)
    services.apply(batch_id=other.pk)

    services.approve(batch_id=waiting.pk, by=None, in_background=False)
    assert services.apply(batch_id=waiting.pk).state == BatchState.APPLIED


def test_applying_twice_has_one_effect(send):
    batch = send(packed(ROWS), create_indicators=True)
    services.approve(batch_id=batch.pk, by=None, in_background=False)
    services.apply(batch_id=batch.pk)
    first = checksum()

    again = services.apply(batch_id=batch.pk)

    assert again.state == BatchState.APPLIED
    assert checksum() == first
    assert Observation.objects.count() == len(ROWS)


def test_the_same_file_approved_twice_has_one_effect(send):
    one, two = (send(packed(ROWS), create_indicators=True) for _ in range(2))
    for batch in (one, two):
        services.approve(batch_id=batch.pk, by=None, in_background=False)
    services.apply(batch_id=one.pk)

    with pytest.raises(PreviewOutdated):
        services.apply(batch_id=two.pk)

    assert Observation.objects.count() == len(ROWS)


@pytest.mark.parametrize(
    "step",
    [
        "databases_b.importing.metadata.write",
        "databases_b.importing.merge.create_series",
        "databases_b.importing.merge.close_old",
        "databases_b.importing.merge.open_new",
        "databases_b.importing.merge.touched_codes",
        "databases_b.importing.staging.drop",
        "databases_b.importing.target.bump_data_version",
        "adme.ingest.services._moment",
        "adme.ingest.services._record",
    ],
)
def test_an_import_killed_at_any_step_leaves_nothing_and_succeeds_when_retried(store, send, monkeypatch, step):
    store(ROWS)
    before = checksum()
    batch = send(packed([*ROWS[:-1], (NEET, "TLS", 2024, "77"), (URBAN, "IDN", 2020, "56.6")]), create_indicators=True)
    services.approve(batch_id=batch.pk, by=None, in_background=False)

    def die(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr(step, die)
        with pytest.raises(RuntimeError):
            services.apply(batch_id=batch.pk)
    assert checksum() == before
    assert Observation.objects.filter(opened_by=batch.pk).count() == 0

    assert services.apply(batch_id=batch.pk).state == BatchState.APPLIED
    assert Observation.objects.filter(opened_by=batch.pk).count() == 2


def test_a_reading_killed_half_way_can_be_repeated(send, monkeypatch):
    vendor = type(engine())
    load = vendor.load

    def die(self, table, columns, blocks, on_segment):
        load(self, table, columns, blocks, on_segment)
        raise RuntimeError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr(vendor, "load", die)
        with pytest.raises(RuntimeError):
            send(packed(ROWS), create_indicators=True)
    batch = services.ImportBatch.objects.get()
    assert batch.state == BatchState.READING

    batch = services.read(batch_id=batch.pk, progress=lambda done, message: None)

    assert batch.state == BatchState.PREVIEWED
    assert batch.counts["new"] == len(ROWS)


def test_a_preview_whose_tables_were_lost_in_a_crash_is_not_applied(send):
    batch = send(packed(ROWS), create_indicators=True)
    services.approve(batch_id=batch.pk, by=None, in_background=False)
    from databases_b.importing.staging import execute

    execute("DELETE FROM {changes}", Tables(batch.pk))

    with pytest.raises(PreviewOutdated):
        services.apply(batch_id=batch.pk)
    assert Observation.objects.count() == 0
