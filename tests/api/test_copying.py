"""Long lists are written by PostgreSQL itself: the same bytes as through Python, and free of the reader's manners."""

from __future__ import annotations

import csv
import math
import random
import struct
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.db import DataError, connection
from django.db.models import F, FloatField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from adme.accounts.models import Role
from adme.api import copying
from adme.api.copying import Copied, Day, Moment, Number, Period, Text, Truth, Whole, copied_lines
from adme.api.parameters import shown_period
from adme.api.tables import csv_lines
from adme.common.csv_safety import csv_text
from adme.ingest.models import ImportBatch
from adme.observations.periods import TimePeriod
from databases_a.rfmd import api as rfmd
from databases_b import api as databases_b
from databases_b.models import Note, Observation

from .world import make_kpi, make_neet

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="COPY is PostgreSQL's")

TEXTS = [
    "",
    " ",
    "plain",
    "12.5",
    "-12.5",
    'a "quoted" word, and a comma',
    '"',
    "two\nlines",
    "carriage\rreturn",
    "both\r\nof them\n",
    "\\.",
    "\\N",
    "a\\b\tc",
    "percent % and %s and {}",
    "it's",
    "Việt Nam, ປະເທດລາວ, ព្រះ, မြန်မာ, ไทย, 中文, 🌏",
    "\u00e9 and e\u0301",
    "=1+1",
    " =1+1",
    "\u00a0\u200b\ufeff@x",
    "\u2003=x",
    "-",
    "+",
    "\t=1",
    "\n=1",
    "a\x01b\x1b[31m",
    "\x02=1+1",
    "\x07",
    "\ufffex\uffff",
    "x" * 40_000,
]


def through_python(rows):
    return b"".join(csv_lines([], rows)).removeprefix(b"\n")


def copied(rows):
    return b"".join(copied_lines(b"", Copied(rows)))


@on_postgresql
def test_texts_leave_postgresql_as_they_leave_python():
    starts = [char for char in map(chr, range(1, sys.maxunicode)) if unicodedata.normalize("NFKC", char) in "=+-@"]
    texts = [*TEXTS, *(f"{char}1" for char in starts)]
    texts += [chr(code) for code in (*range(1, 0x250), 0x2028, 0x2212, 0x3000, 0xE000)]
    Note.objects.bulk_create(Note(text=text) for text in dict.fromkeys(texts))
    notes = Note.objects.order_by("pk")
    expected = through_python(notes.values_list("pk", "text"))
    assert copied(notes.values_list(Whole("pk"), Text("text"))) == expected
    cells = [row[1] for row in csv.reader(StringIO(expected.decode(), newline=""))]
    assert cells == [csv_text(text) for text in dict.fromkeys(texts)]


def numbers():
    chance = random.Random(5)  # noqa: S311
    found = [0.0, -0.0, 1.0, -1.0, 0.1, 1e-4, 9.9e-5, 1e-5, 5e-324, 2.2250738585072014e-308, sys.float_info.max]
    found += [1e14, 1e15, 1.5e15, 1e15 + 0.125, 1e16, -1e16, 2**53 + 2.0, 1e22, 1e23, 2e23, 9.5e22, 1e100, 1e300]
    found += [22_139_000_000_000_000.0, math.nextafter(1e15, 0), math.nextafter(1e16, 0), math.nextafter(1e23, 1)]
    found += [float(2**power) for power in range(50, 1024)]
    found += [sign * (2**60 + 256.0 * step) for step in range(300) for sign in (1, -1)]
    found += [round(chance.uniform(-1e6, 1e6), chance.randrange(9)) for _ in range(2000)]
    found += [chance.uniform(1, 10) * 10 ** chance.randrange(14, 30) for _ in range(4000)]
    found += [chance.randrange(1, 10**5) * 10.0 ** chance.randrange(14, 290) for _ in range(4000)]
    bits = (struct.unpack("d", chance.randbytes(8))[0] for _ in range(4000))
    return [*found, *(value for value in bits if math.isfinite(value))]


@on_postgresql
def test_every_double_is_written_with_the_same_digits():
    Observation.objects.bulk_create(
        Observation(series_id=1, period=index, value=value, opened_by_id=1)
        for index, value in enumerate([*numbers(), None])
    )
    rows = Observation.objects.order_by("period")
    ours = copied(rows.values_list(Whole("period"), Number("value"))).decode().splitlines()
    assert ours == through_python(rows.values_list("period", "value")).decode().splitlines()
    assert all(float(line.partition(",")[2]) == value for line, value in zip(ours, numbers(), strict=False))


@on_postgresql
@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_empty(word):
    Note.objects.create(text=word)
    assert copied(Note.objects.values_list(Whole(Value(0)), Number(Cast("text", FloatField())))) == b"0,\n"


@on_postgresql
def test_days_moments_periods_and_truths_leave_as_python_writes_them():
    moments = [datetime(2026, 1, 31, 23, 59, 59, us, tzinfo=UTC) for us in (0, 1, 500_000, 999_999)]
    moments += [datetime(1999, 12, 31, tzinfo=UTC) - timedelta(days=days, seconds=days) for days in range(40)]
    for number, at in enumerate([*moments, None]):
        ImportBatch.objects.create(
            target="observations", filename="a.csv", sha256=str(number), applied_at=at,
            release_date=None if number % 3 else date(2026, 1, 1 + number % 28),
        )  # fmt: skip
    batches = ImportBatch.objects.order_by("pk")
    is_set = RawSQL("CASE WHEN id %% 3 = 0 THEN NULL ELSE id %% 2 = 0 END", [])
    columns = (F("applied_at"), F("release_date"), is_set)
    kinds = (Moment, Day, Truth)
    expected = through_python(batches.values_list(*columns))
    assert copied(batches.values_list(*(kind(column) for kind, column in zip(kinds, columns, strict=True)))) == expected

    texts = ["1900", "2100", "2025-S1", "2025-S2", "2025-Q1", "2025-Q4", "2025-01", "2025-09", "2025-12"]
    keys = [TimePeriod.parse(text).key for text in texts]
    Observation.objects.bulk_create(Observation(series_id=1, period=key, opened_by_id=1) for key in keys)
    rows = Observation.objects.order_by("pk")
    assert copied(rows.values_list(Period("period"))).decode().split() == texts
    assert texts == [shown_period(key) for key in keys]


@pytest.fixture
def figures(reference_data):
    """Two sets, one with statements of releases by series, one with a hostile code; notes, gaps and a revision."""
    indicator = make_neet()
    make_neet("@SET", is_demonstration=True)
    make_kpi(areas=("IDN", "VNM", "ASEAN"))
    first = ImportBatch.objects.filter(summary__scope="TEST_SET").order_by("applied_at")[0]
    first.release_date = date(2024, 12, 1)
    first.summary["release_dates"] = {"TEST_SET:NEET": "2024-11-30", "TEST_SET:OTHER": "2024-10-01"}
    first.save()
    ImportBatch.objects.filter(summary__scope="@SET").update(release_date=date(2025, 5, 5), summary={})
    note = Note.objects.create(text='=HYPERLINK("http://x")\nsecond line, with comma')
    series = indicator.series.order_by("pk")[0]
    for period, value, kind in [("2024-Q1", None, "M"), ("2024-07", 1e16, "E"), ("2024-S2", -0.0, "A")]:
        Observation.objects.create(
            series=series, period=TimePeriod.parse(period).key, value=value, obs_status=kind, opened_by=first,
            note=note if kind == "E" else None,
        )  # fmt: skip
    return indicator


LISTS = [
    "observations.csv?indicator=NEET",
    "observations.csv?indicator=TEST_SET:NEET,@SET:NEET&area=IDN&from=2023&to=2024&total=yes",
    "observations.csv?indicator=NEET&as_of=2025-06-30",
    "observations.csv?indicator=NEET&area=XXX",
    "observation-revisions.csv?indicator=NEET",
    "kpi-values.csv",
    "kpi-values.csv?as_of=2025-06-30&leaf=31c",
    "kpi-value-revisions.csv?leaf=31c",
]


@on_postgresql
@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_the_same_whichever_way_it_is_written(client_as, figures, monkeypatch, address):
    client = client_as(Role.ANALYST)
    ours = client.get(f"/api/v1/{address}")
    body = b"".join(ours.streaming_content)
    for view in (databases_b.ObservationList, databases_b.VintageList, rfmd.ValueList, rfmd.RevisionList):
        monkeypatch.setattr(view, "copied", lambda self, filters: None)
    other = client.get(f"/api/v1/{address}")
    assert body.decode() == b"".join(other.streaming_content).decode()
    told = ("ETag", "Content-Type", "Content-Disposition", "Cache-Control", "X-ADME-Data-Version")
    assert [ours.headers[name] for name in told] == [other.headers[name] for name in told]
    assert (body.count(b"\n") > 1) == ("XXX" not in address)


@on_postgresql
def test_a_list_that_cannot_have_rows_is_its_heading():
    assert (
        b"".join(copied_lines(b"text\n", Copied(Note.objects.filter(pk__in=[]).values_list(Text("text"))))) == b"text\n"
    )
    assert b"".join(copied_lines(b"text\n", Copied(Note.objects.values_list(Text("text"))))) == b"text\n"


def endless(most: int):
    Note.objects.create(text="again")
    return Copied(Note.objects.values_list(Text("text"), RawSQL("generate_series(1, %s)", [most])))


@on_postgresql
def test_a_long_list_comes_in_parts_in_order():
    parts = list(copied_lines(b"", endless(100_000)))
    assert len(parts) > 2
    lines = b"".join(parts).decode().splitlines()
    assert lines == [f"again,{number}" for number in range(1, 100_001)]


@on_postgresql
def test_within_a_transaction_a_reader_who_goes_away_leaves_it_usable():
    lines = copied_lines(b"", endless(300_000))
    next(lines)
    lines.close()
    assert Note.objects.get().text == "again"


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_database_stops_when_the_reader_goes_away():
    lines = copied_lines(b"", endless(2_000_000_000))
    next(lines)
    lines.close()
    assert Note.objects.get().text == "again"


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_reader_who_takes_nothing_for_too_long_is_let_go(monkeypatch):
    threads = []
    monkeypatch.setattr(copying, "Thread", lambda **given: threads.append(copying_thread(**given)) or threads[-1])
    lines = copied_lines(b"", endless(2_000_000_000), patience=0.05)
    next(lines)
    threads[0].join(60)
    assert not threads[0].is_alive()
    with pytest.raises(ConnectionError, match="broken off"):
        list(lines)
    assert Note.objects.get().text == "again"


copying_thread = copying.Thread


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_fails_in_the_database_is_told_where_the_lines_are_read():
    Note.objects.create(text="no number")
    with pytest.raises(DataError, match="invalid input syntax"):
        list(copied_lines(b"", Copied(Note.objects.values_list(Number(Cast("text", FloatField()))))))
    assert Note.objects.get().text == "no number"
