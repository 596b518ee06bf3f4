"""What the record form, the grid and the small forms beside them send. What a value may be is checked by `fields`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from .fields import MOST_ITEMS, Field, Kind, Value

_MOST_ROWS = MOST_ITEMS * 2  # more are refused by the field itself, with its sentence
TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})


@dataclass(frozen=True, slots=True)
class Sent:
    """One section or row as it was sent. `typed` holds every field as it stood in the form, to show it again; `raw`
    only those that differ from `base`, the values the page had started from, or that are to win a conflict."""

    token: str
    raw: dict[str, Any]
    typed: dict[str, Any]
    base: dict[str, Value] | None
    reason: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


def sent(post: QueryDict, fields: Iterable[Field]) -> Sent:
    """Reads the fields that the form says it holds (`given`); a list without a tick is otherwise not there at all."""
    given = set(post.getlist("given"))
    fields = tuple(fields)
    base = _base(post.get("base", ""), fields)
    typed: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    choices: dict[str, str] = {}
    for one in fields:
        if one.name not in given:
            continue
        value = _typed(one, post)
        choice = post.get(f"choice-{one.name}", "")
        if choice:
            choices[one.name] = choice
        if choice == "theirs" and base is not None and one.name in base:
            typed[one.name] = form_value(one, base[one.name])
            continue
        if choice == "together" and one.kind in TEXTS:
            value = post.get(f"together-{one.name}", "")
        typed[one.name] = value
        if base is None or one.name not in base or not is_same(one, value, base[one.name]):
            raw[one.name] = value
    return Sent(
        token=post.get("token", "")[:64],
        raw=raw,
        typed=typed,
        base=base,
        reason=post.get("reason", "").replace("\x00", "").strip(),
        choices=choices,
    )


def form_value(one: Field, value: Value) -> Any:
    """A canonical value as a form holds it: text, a list of codes, or a list of items."""
    if one.kind in {Kind.CODES, Kind.ITEMS}:
        return list(value or [])
    if value is None:
        return ""
    if one.kind == Kind.YES_NO:
        return "yes" if value is True else "no" if value is False else str(value)
    return str(value)


def is_same(one: Field, typed: Any, stored: Value) -> bool:
    """What stands in the form is what the page had started from."""
    held = form_value(one, stored)
    if one.kind == Kind.CODES:
        return set(typed) == set(held)
    if one.kind == Kind.ITEMS:
        return bool(typed == held)
    return _plain(typed) == _plain(held)


def _plain(text: Any) -> str:
    return str(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _typed(one: Field, post: QueryDict) -> Any:
    if one.kind == Kind.CODES:
        return [code for code in post.getlist(one.name) if code]
    if one.kind == Kind.ITEMS:
        parts = [post.getlist(f"{one.name}-{part}") for part in ("kind", "title", "link")]
        rows = [dict(zip(("kind", "title", "link"), row, strict=True)) for row in zip(*parts, strict=False)]
        return [row for row in rows if any(part.strip() for part in row.values())][:_MOST_ROWS]
    return post.get(one.name, "")


def _base(text: str, fields: Iterable[Field]) -> dict[str, Value] | None:
    """What the page had started from. A value that no page of ours would send counts as not told."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {one.name: found[one.name] for one in fields if one.name in found and _is_shaped(one, found[one.name])}


def _is_shaped(one: Field, value: Any) -> bool:
    if one.kind == Kind.CODES:
        return isinstance(value, list) and all(_is_text(code) for code in value)
    if one.kind == Kind.ITEMS:
        return isinstance(value, list) and all(
            isinstance(item, dict) and all(_is_text(part) for part in item.values()) for item in value
        )
    return value is None or _is_text(value) or isinstance(value, int)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)


class _Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class RemoveForm(_Plain):
    reason = forms.CharField(
        label="Why is it taken out?",
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
        help_text="Reviewers read this. Such as: entered twice; belongs to another body.",
    )


class KeepForm(_Plain):
    code = forms.CharField(max_length=60)
    reason = forms.CharField(max_length=2000, required=False)


class CommentForm(_Plain):
    record_key = forms.CharField(max_length=64, required=False)
    field = forms.CharField(max_length=60, required=False)
    text = forms.CharField(max_length=4000, error_messages={"required": "Write something, then send."})


class LinkForm(_Plain):
    title = forms.CharField(
        label="What it is", max_length=300, widget=forms.TextInput(attrs={"class": "form-control", "id": "link-title"})
    )
    url = forms.CharField(
        label="Web address",
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control", "id": "link-url", "inputmode": "url"}),
        help_text="It begins with https://.",
    )


class FileForm(_Plain):
    title = forms.CharField(
        label="What it is", max_length=300, widget=forms.TextInput(attrs={"class": "form-control", "id": "file-title"})
    )
    file = forms.FileField(label="File", widget=forms.FileInput(attrs={"class": "form-control", "id": "file-file"}))
