"""Editions made of small contents: the figures of `made.py` stand in for what the databases hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from adme.accounts.models import Role
from dissemination.editions import live, services
from dissemination.editions.models import Edition

from . import made

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta


@pytest.fixture
def today(monkeypatch):
    """`today.content` is what ADME says now; a test may put another content there."""

    class Today:
        content = made.content(
            made.figure(value_id=1),
            made.figure(area="BRN", value=40.0, value_id=2, states_reporting=None, states_expected=None),
            made.figure(area="IDN", period=2024000, value=51.0, value_id=3),
            made.figure(area="IDN", period=2025000, value=52.0, value_id=4),
            made.figure(leaf="7b", area="IDN", value=7.0, value_id=5),
            leaves=(made.leaf("6a"), made.leaf("7b", kpi=7)),
        )

    def take(*, title="", meeting="", meeting_on=None, now=None):
        from dataclasses import replace

        stamp = replace(
            Today.content.stamp, title=title or "Now", meeting=meeting, meeting_on=meeting_on, taken_at=now or NOW
        )
        return replace(Today.content, stamp=stamp)

    monkeypatch.setattr(live, "take", take)
    return Today


@pytest.fixture
def analyst(user_with):
    return user_with(Role.ANALYST)


@pytest.fixture
def second(user_with):
    return user_with(Role.ANALYST)


@pytest.fixture
def draft(today, analyst):
    edition = services.draft_edition(
        title="Figures for SOCA", meeting="Forty-first SOCA", meeting_on=date(2026, 12, 10), by=analyst
    )
    return services.take_figures(edition=edition, by=analyst, seen=edition.version, now=NOW)


@pytest.fixture
def opened(draft, analyst):
    return services.open_reply(edition=draft, days=7, by=analyst, seen=draft.version, now=NOW)


@pytest.fixture
def close():
    def close(edition):
        after = edition.reply_until + timedelta(seconds=1)
        return services.close_reply(edition=edition, now=after)

    return close


@pytest.fixture
def closed(opened, close):
    return close(opened)


@pytest.fixture
def published(closed, second):
    return services.publish(edition=closed, by=second, seen=closed.version, now=NOW + timedelta(days=8))


@pytest.fixture
def anew():
    """The row as it is stored now."""
    return lambda edition: Edition.objects.get(pk=edition.pk)
