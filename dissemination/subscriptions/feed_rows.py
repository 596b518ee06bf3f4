"""The entries of the feeds: editions that everybody may read now. Three statements, however many there are."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dissemination.editions.models import Edition
from dissemination.editions.selectors import released
from dissemination.products.kinds import FileState
from dissemination.products.models import ProductFile

from .addresses import absolute_of
from .feeds import Entry, Feed, newest, summary_of
from .webhooks import causes_of

MOST = 50


def feed_of(form: str, *, now: datetime | None = None) -> Feed:
    """The same for every reader: an edition under embargo stands in no feed, not even in that of its authors."""
    now = now or timezone.now()
    editions = list(Edition.objects.filter(released(now=now)).select_related("previous").order_by("-number")[:MOST])
    causes = causes_of([one.pk for one in editions])
    ready = ProductFile.objects.filter(
        edition__in=[one.pk for one in editions], product="brief", format="pdf", state=FileState.READY, parameters={}
    )
    briefs = dict(ready.order_by("pk").values_list("edition_id", "public_id"))
    entries = (_entry(one, causes[one.pk], str(briefs.get(one.pk, ""))) for one in editions)
    return Feed(absolute_of("edition_list"), absolute_of(f"feed_{form}"), newest(entries, MOST))


def _entry(edition: Edition, causes: dict[str, int], brief: str) -> Entry:
    made_up = " [demonstration]" if edition.is_demonstration else ""
    previous = edition.previous.number if edition.previous else None
    day = f"{edition.meeting_on.day} {edition.meeting_on:%B %Y}"
    moments = [one for one in (edition.published_at, edition.embargo_until) if one is not None]
    return Entry(
        public_id=edition.public_id,
        title=f"Edition {edition.number}: {edition.title}{made_up}",
        summary=summary_of(meeting=edition.meeting, day=day, previous=previous, causes=causes),
        url=absolute_of("edition_detail", edition.number),
        brief=absolute_of("product_file", brief) if brief else "",
        released_at=max(moments),
    )
