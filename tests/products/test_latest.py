"""One click before a meeting: the latest edition's documents stand on the home page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dissemination.editions.models import Edition
from dissemination.products.models import ProductFile

from .test_files import NOW, edition

__all__ = ["edition"]
pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}


def ready(shown: Edition, product: str, form: str) -> ProductFile:
    return ProductFile.objects.create(
        product=product,
        format=form,
        edition=shown,
        data_version=1,
        title=f"{product} {form}",
        requested_by=shown.drafted_by,
        state="ready",
        file="products/x",
    )


def test_the_home_page_loads_the_latest_edition_with_its_documents(
    edition: Callable[..., Edition], client_as: Callable[..., Client]
) -> None:
    shown, client = edition(), client_as("soca_member")
    files = [ready(shown, "brief", "pdf"), ready(shown, "workbook", "xlsx"), ready(shown, "data", "csv")]

    home = client.get(reverse("home")).content.decode()
    part = client.get(reverse("latest_edition"), **PART).content.decode()  # type: ignore[arg-type]

    assert reverse("latest_edition") in home
    assert [reverse("product_file", args=[file.public_id]) in part for file in files] == [True, True, False]
    assert reverse("edition_detail", args=[shown.number]) in part


def test_an_edition_under_embargo_is_not_the_latest(
    edition: Callable[..., Edition], client_as: Callable[..., Client]
) -> None:
    shown = edition(embargo_until=NOW + timedelta(hours=1))
    client = client_as("analyst")

    def told() -> str:
        return client.get(reverse("latest_edition"), **PART).content.decode()  # type: ignore[arg-type]

    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        assert shown.title not in told()
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert shown.title in told()


def test_without_an_edition_the_page_says_what_can_be_had_instead(client_as: Callable[..., Client]) -> None:
    page: Any = client_as("soca_member").get(reverse("latest_edition"))

    assert "No edition yet" in page.content.decode()
    assert reverse("product_files") in page.content.decode()
