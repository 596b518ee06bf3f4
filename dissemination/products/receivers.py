"""When an edition is published its files are built at once, so that they stand ready before anybody may read it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from dissemination.editions.models import Edition
from dissemination.editions.signals import edition_published

from . import services


@receiver(edition_published, dispatch_uid="products.build_shared")
def build_shared(*, edition: Edition, **kwargs: Any) -> None:
    services.request_shared(edition=edition, by=kwargs.get("by") or edition.published_by or edition.drafted_by)
