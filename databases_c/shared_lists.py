"""Shared code lists that the columns of a layout name: which there are, and what is wrong where one is not."""

from __future__ import annotations

from collections.abc import Container

from adme.reference.models import CodeList

from .layout import Fault, Layout, Type


def known_lists() -> dict[str, str]:
    """Code and name of every list in use, by name."""
    found = CodeList.objects.filter(retired_at__isnull=True).order_by("name")
    return dict(found.values_list("code", "name"))


def faults_of_lists(layout: Layout, known: Container[str]) -> list[Fault]:
    return [
        Fault(f"columns[{place}].code_list", one.code_list, "there is no shared code list of this name")
        for place, one in enumerate(layout.columns)
        if one.type == Type.CODE and one.code_list and one.code_list not in known
    ]
