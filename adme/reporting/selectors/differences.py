"""What differs between two revisions of a report, by record and field, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import tools, vocabularies
from ..fields import Field, Value, is_empty, shown
from ..models import Revision
from ..tools import ReportTool
from ..vocabularies import Vocabulary

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """`field` is the name of the catalogue, 'evidence', or 'kept:<code>'; a text is '' where there was nothing."""

    field: str
    label: str
    before_text: str
    after_text: str


@dataclass(frozen=True, slots=True)
class RecordDifference:
    key: str
    title: str
    group: str
    kind: str  # 'added', 'removed' or 'changed'
    fields: list[FieldDifference]


def compare(before: Revision | None, after: Revision) -> list[RecordDifference]:
    """Records that differ, in the order of the newer revision, those taken out last. Without `before` all are new."""
    if before is not None and before.content_id == after.content_id:
        return []
    old = _records(before) if before is not None else {}
    new = _records(after)
    words = _Words(after, [*old.values(), *new.values()])
    found = [words.difference(old.get(key), record) for key, record in new.items()]
    found += [words.difference(record, None) for key, record in old.items() if key not in new]
    return [one for one in found if one is not None]


def _records(revision: Revision) -> dict[str, Mapping[str, Any]]:
    rows = sorted(revision.content.data["records"], key=lambda row: (row["group"], row["title"], row["key"]))
    return {row["key"]: row for row in rows}


class _Words:
    """The labels of fields and codes. A field that the catalogue no longer has is shown by its name."""

    def __init__(self, revision: Revision, records: Iterable[Mapping[str, Any]]) -> None:
        self._tool: ReportTool = tools.get(revision.obligation.tool)
        self._fields = self._tool.catalogue.by_name
        gone = {name for record in records for name in record["values"]} - self._fields.keys()
        self._names = [*self._fields, *sorted(gone)]
        framework = self._tool.framework(revision.obligation)
        self._lists: dict[str, Vocabulary] = vocabularies.load(self._tool.catalogue.vocabularies, framework)

    def difference(self, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> RecordDifference | None:
        fields = self._field_differences(old, new)
        if old is not None and new is not None and not fields:
            return None
        shown_by = new or old or {}
        kind = ADDED if old is None else REMOVED if new is None else CHANGED
        return RecordDifference(shown_by["key"], shown_by["title"], shown_by["group"], kind, fields)

    def _field_differences(self, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[FieldDifference]:
        found = []
        left, right = (old or {}).get("values", {}), (new or {}).get("values", {})
        for name in self._names:
            if _same(left.get(name), right.get(name)):
                continue
            one = self._fields.get(name)
            texts = (self._text(one, left.get(name)), self._text(one, right.get(name)))
            found.append(FieldDifference(name, one.label if one else name, *texts))
        texts = _evidence(old), _evidence(new)
        if texts[0] != texts[1]:
            found.append(FieldDifference(EVIDENCE, "Evidence", *texts))
        return found + _kept(old, new)

    def _text(self, one: Field | None, value: Value) -> str:
        if one is None:
            return "" if is_empty(value) else str(value)
        return shown(one, value, self._lists)


def _same(left: Value, right: Value) -> bool:
    return left == right or (is_empty(left) and is_empty(right))


def _evidence(record: Mapping[str, Any] | None) -> str:
    rows = (record or {}).get("evidence", [])
    return "\n".join(f"{row['title']} ({row.get('url') or row.get('file')})" for row in rows)


def _kept(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[FieldDifference]:
    left, right = (old or {}).get("kept", {}), (new or {}).get("kept", {})
    label = "Kept although it contradicts something else"
    return [
        FieldDifference(f"kept:{code}", label, left.get(code, ""), right.get(code, ""))
        for code in sorted(left.keys() | right.keys())
        if left.get(code, "") != right.get(code, "")
    ]
