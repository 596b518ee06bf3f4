"""Writes docs/data-dictionary.md from the models; what a field means where its model does not say stands in
field_meanings.csv beside this file.

    python scripts/data_dictionary.py            write the document
    python scripts/data_dictionary.py --check    exit code 1 when it is not current
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "data-dictionary.md"
MEANINGS = Path(__file__).with_suffix("").with_name("field_meanings.csv")
PACKAGES = ("adme.reference", "databases_b", "adme.reporting", "databases_a.tool1", "databases_a.tool2",
            "databases_a.rfmd", "databases_c", "adme.ingest", "adme.observations", "adme.accounts",
            "adme.api", "adme.audit", "adme.jobs", "dissemination.editions", "dissemination.products",
            "dissemination.subscriptions")  # fmt: skip
OPENING = """# Data dictionary

Written by `scripts/data_dictionary.py` from the models; do not edit by hand. A test fails when it is not current.

Times are stored in UTC. "→" names the table that a field points to. "may be blank" means that the database allows no
value, or an empty text. Text keys in JSON stand in braces. Tables of Django itself (sessions, content types, second
factors, log of the operators' admin) are not listed.
"""
_WORDS = {
    "BigAutoField": "whole number, given by the database",
    "BooleanField": "yes or no",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "date and time",
    "DecimalField": "amount",
    "EmailField": "e-mail address",
    "FileField": "path of a file",
    "FloatField": "number",
    "IntegerField": "whole number",
    "JSONField": "JSON",
    "PositiveBigIntegerField": "whole number, 0 or more",
    "PositiveIntegerField": "whole number, 0 or more",
    "PositiveSmallIntegerField": "whole number, 0 or more",
    "SmallIntegerField": "whole number",
    "SlugField": "text without blanks",
    "TextField": "long text",
    "URLField": "web address",
    "UUIDField": "UUID",
}


class Unexplained(Exception):
    """A field without a meaning, or a meaning without a field."""


def meanings() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, field) -> (meaning, unit); table '*' holds for every table."""
    with MEANINGS.open(encoding="utf-8", newline="") as file:
        return {(row["table"], row["field"]): (row["meaning"], row["unit"]) for row in csv.DictReader(file)}


def document() -> str:
    """The whole document; raise Unexplained with every field that nobody explained."""
    from django.apps import apps

    known, used, lines, silent = meanings(), set(), [OPENING], []
    for package in PACKAGES:
        config = next(one for one in apps.get_app_configs() if one.name == package)
        lines.append(f"\n## {config.verbose_name} (`{package}`)\n")
        for model in sorted(config.get_models(), key=lambda model: model._meta.db_table):
            table = model._meta.db_table
            lines += [
                f"### `{table}`\n",
                f"{_opening(model)}\n",
                "| field | type | meaning | unit |",
                "|---|---|---|---|",
            ]
            for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
                key = (table, field.name) if (table, field.name) in known else ("*", field.name)
                meaning, unit = known.get(key, (str(field.help_text), ""))
                used.add(key)
                if not meaning:
                    silent.append(f"{table}.{field.name}")
                lines.append(f"| `{field.name}` | {_type(field)} | {_cell(meaning)} | {unit} |")
            lines += ["", *_rules(model), ""]
    unused = [".".join(key) for key in known if key not in used]
    if silent or unused:
        raise Unexplained(f"no meaning: {', '.join(silent) or 'none'}; no such field: {', '.join(unused) or 'none'}")
    return "\n".join(lines).rstrip() + "\n"


def _opening(model) -> str:  # type: ignore[no-untyped-def]
    """The first paragraph of the model's docstring; Django writes the field names where there is none."""
    text = (model.__doc__ or "").strip().split("\n\n")[0]
    if text.startswith(f"{model.__name__}("):
        return f"{str(model._meta.verbose_name).capitalize()}."
    return " ".join(text.split()).replace("Shapes: ", "")


def _type(field) -> str:  # type: ignore[no-untyped-def]
    if field.many_to_many:
        return f"→ several `{field.related_model._meta.db_table}`"
    if field.is_relation:
        text = f"→ `{field.related_model._meta.db_table}`"
    else:
        text = _WORDS[field.get_internal_type()] if field.get_internal_type() in _WORDS else field.get_internal_type()
        if type(field).__name__ in _WORDS:
            text = _WORDS[type(field).__name__]
        if field.max_length and text.startswith(("text", "web", "e-mail")):
            text += f", up to {field.max_length}"
    if field.choices:
        text += ": " + ", ".join(f"`{value}`" for value, _ in field.choices)
    if field.primary_key:
        return f"{text}; key"
    notes = ["unique"] if field.unique and not field.is_relation else []
    notes += ["may be blank"] if field.null or field.blank else []
    return "; ".join([text, *notes])


def _rules(model) -> Iterator[str]:  # type: ignore[no-untyped-def]
    for constraint in model._meta.constraints:
        fields = ", ".join(f"`{name}`" for name in getattr(constraint, "fields", ()))
        yield f"- rule `{constraint.name}`" + (f": {fields}" if fields else "")
    for index in model._meta.indexes:
        yield f"- index `{index.name}`: {', '.join(f'`{name}`' for name in index.fields)}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
    django.setup()
    wanted = document()
    if "--check" in sys.argv:
        return int(not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != wanted)
    DOCUMENT.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
