"""The whole way of an edition through its pages, by the clock: drafted, answered, published, released, asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from adme.accounts.models import Role
from dissemination.editions import tasks
from dissemination.editions.content import Item
from dissemination.editions.models import Edition
from dissemination.editions.reading import published_content
from dissemination.editions.stamps import stamp_text

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 09:00 in Jakarta
DEADLINE = datetime(2026, 11, 25, 16, 59, 59, tzinfo=UTC)
EMBARGO = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


class _Context:
    args: dict[str, str] = {}


def test_from_the_first_draft_to_a_changed_figure(today, user_with):
    today.content = replace(today.content, items=(Item("B", "Inclusive", "characteristic", "", "official"),))
    people = {
        "analyst": user_with(Role.ANALYST), "second": user_with(Role.ANALYST), "reader": user_with(Role.SOCA_MEMBER),
        "focal": user_with(Role.FOCAL_POINT, state="IDN"),
    }  # fmt: skip

    def at(moment):
        return time_machine.travel(moment, tick=False)

    def as_(name):
        client = Client()
        client.force_login(people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def act(name, what, **given):
        seen = Edition.objects.get().version
        return as_(name).post(f"/editions/draft/{edition.public_id}/{what}/", {"seen": seen, **given})

    with at(START):
        given = {"title": "Results", "meeting": "SOCA", "meeting_on": "2026-12-01"}
        assert as_("analyst").post("/editions/new/", given).status_code == 302
        edition = Edition.objects.get()
        assert act("analyst", "open", days="3").status_code == 302
        place = f"/editions/reply/{edition.public_id}/"
        said = {"leaf": "6a", "kind": "disputed", "period": "2025000", "text": "Other definition."}
        assert as_("focal").post(place, said).status_code == 302
        assert as_("focal").post(f"{place}rest/").status_code == 302
        assert act("analyst", "close").status_code == 422
    with at(DEADLINE + timedelta(seconds=1)):
        late = as_("focal").post(place, said)
        assert late.status_code == 422
        assert "ended on 25 Nov 2026, 23:59 Jakarta time" in late.content.decode()
        assert tasks.keep(_Context())["closed"] == 1
        assert act("analyst", "embargo", until="2026-12-01T09:00").status_code == 302
        assert act("analyst", "publish", checked="on").status_code == 422  # who drafted does not publish
        assert act("second", "publish", checked="on").status_code == 302
        assert as_("reader").get("/editions/1/").status_code == 404
        assert tasks.keep(_Context())["announced"] == 0
    with at(EMBARGO - timedelta(seconds=1)):
        assert as_("reader").get("/editions/1/").status_code == 404
    with at(EMBARGO):
        assert tasks.keep(_Context())["announced"] == 1
        page = as_("reader").get("/editions/1/").content.decode()
        assert "disputed: IDN" in page
        assert "Other definition." in page
        line = stamp_text(published_content(Edition.objects.get()).stamp)
        today.content = replace(
            today.content,
            figures=tuple(
                replace(one, value=61.5, recipe_version=2) if one.key == ("6a", "IDN", 2025000) else one
                for one in today.content.figures
            ),
        )
        cache.clear()
        answer = as_("reader").post("/editions/check/", {"text": line}).content.decode()
        assert "Method changed" in answer
        assert "61.5" in answer
