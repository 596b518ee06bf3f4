"""What goes into the rows of an edition comes out of them, to the last bit, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from adme.accounts.models import Role
from dissemination.editions.content import Content, Table
from dissemination.editions.models import Edition
from dissemination.editions.plain import canonical_bytes, decode, encode, hash_of
from dissemination.editions.reading import stored
from dissemination.editions.storing import store

from .made import content, contents, figure, unhurried


@unhurried
@given(contents)
def test_content_survives_as_plain_json(made):
    back = decode(json.loads(json.dumps(encode(made, Content))), Content)
    assert back == made
    assert canonical_bytes(back) == canonical_bytes(made)


def _edition_for(made, user):
    stamp = made.stamp
    return Edition.objects.create(
        title=stamp.title, meeting=stamp.meeting, meeting_on=stamp.meeting_on or date(2026, 12, 1), drafted_by=user,
        taken_at=stamp.taken_at, data_version=stamp.data_version, embargo_until=stamp.embargo_until,
        is_demonstration=stamp.is_demonstration,
    )  # fmt: skip


@pytest.mark.django_db
def test_content_survives_the_rows_of_an_edition(user_with):
    user = user_with(Role.ANALYST)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(contents)
    def round_trip(made):
        edition = _edition_for(made, user)
        store(edition=edition, content=made)
        back = stored(Edition.objects.get(pk=edition.pk))
        made = replace(made, stamp=back.stamp)  # a draft has no number, and its own address
        assert back == made
        assert canonical_bytes(back) == canonical_bytes(made)
        edition.delete()

    round_trip()


def test_whole_floats_of_a_table_stay_floats():
    """Beyond 1e15 PostgreSQL gives a JSON number back without its point."""
    table = Table("tool1.status", "T", ("a", "b", "c"), ((3, 3.0, 1e16), (None, "3", 0.5)))
    made = content(tables=(table,))
    back = decode(json.loads(json.dumps(encode(made, Content))), Content)
    assert [[type(cell) for cell in row] for row in back.tables[0].rows] == [
        [int, float, float],
        [type(None), str, float],
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_figure_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="not a number"):
        hash_of(content(figure(value=value)))


def test_the_hash_knows_every_figure_but_not_where_adme_is_reached():
    one = content(figure(value=50.0))
    assert hash_of(one) != hash_of(content(figure(value=50.000000000000007)))
    assert hash_of(one) == hash_of(replace(one, stamp=replace(one.stamp, address="https://other.example", hash="x")))
    assert hash_of(one) != hash_of(content(figure(value=None, withheld="Too few states")))


def test_negative_zero_is_zero():
    assert hash_of(content(figure(value=-0.0))) == hash_of(content(figure(value=0.0)))
