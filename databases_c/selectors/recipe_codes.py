"""Names of the codes that a recipe reads and publishes. One statement for all shared code lists."""

from __future__ import annotations

from collections.abc import Mapping

from adme.reporting import vocabularies

from ..layout import Column, Layout, Type
from ..recipes import NOT_GIVEN, TOTAL, Dimension, Recipe

_YES_NO = {"yes": "Yes", "no": "No"}
Lists = dict[str, vocabularies.Vocabulary]


ColumnLabels = dict[str, dict[str, str]]  # {column: {code: label}}


def column_labels(layout: Layout) -> ColumnLabels:
    """Of the columns that hold codes, or yes and no."""
    return labels_of_layouts({0: layout})[0]


def labels_of_layouts(layouts: Mapping[int, Layout]) -> dict[int, ColumnLabels]:
    """The same of several layouts, by their key; still one statement."""
    lists = _load({one.code_list for layout in layouts.values() for one in layout.columns})
    return {
        key: {one.name: found for one in layout.columns if (found := _of_column(one, lists))}
        for key, layout in layouts.items()
    }


def concept_labels(recipe: Recipe, layout: Layout) -> dict[str, dict[str, str]]:
    """{concept: {published code: label}}, in the order in which they are shown."""
    columns = [layout.by_name[one.column] for one in recipe.dimensions if one.column in layout.by_name]
    lists = _load({one.code_list for one in recipe.dimensions} | {one.code_list for one in columns})
    return {one.concept: _of_dimension(one, layout, lists) for one in recipe.dimensions}


def _load(names: set[str]) -> Lists:
    wanted = names - {""}
    return vocabularies.load(wanted) if wanted else {}


def _of_column(column: Column, lists: Lists) -> dict[str, str]:
    if column.type == Type.YES_NO:
        return dict(_YES_NO)
    shared = lists.get(column.code_list)
    return {**shared.retired, **shared.choices} if shared else dict(column.codes)


def _of_dimension(one: Dimension, layout: Layout, lists: Lists) -> dict[str, str]:
    shared = lists[one.code_list].choices if one.code_list in lists else {}
    if one.bands:
        found = {code: shared.get(code, _band(least, most)) for least, most, code in one.bands}
    else:
        column = layout.by_name.get(one.column)
        own = _of_column(column, lists) if column else {}
        mapping = dict(one.mapping)
        found = {}
        for code, label in own.items():
            target = mapping.get(code, code)
            found.setdefault(target, shared.get(target) or own.get(target) or (label if target == code else target))
    return {**found, TOTAL: "Total", NOT_GIVEN: found.get(NOT_GIVEN, "Not stated")}


def _band(least: float | None, most: float | None) -> str:
    if least is None:
        return f"up to {most:g}"
    return f"{least:g} and more" if most is None else f"{least:g} to {most:g}"
