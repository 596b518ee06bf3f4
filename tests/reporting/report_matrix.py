"""The access matrix of reports: every address that names a report or what lies in one, by method, person and state.

`tests/report_access.csv` says what each gets; it is reviewed like code, and `make access` writes it anew. A line holds
for the states (and the tool) that it names; where all states answer alike it says "all". OPTIONS tells
nothing of a report, and is asked of drafts only.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.accounts import access

FILE = Path(__file__).resolve().parent.parent / "report_access.csv"
TOOLS = ("tool1", "tool2")
STATES = ("draft", "submitted", "returned", "approved", "reopened", "certified_nil")
METHODS = ("GET", "POST", "PATCH", "OPTIONS")
ACTORS = (
    "anonymous",
    "disabled",
    "no_role",
    "officer_own",
    "officer_other",
    "focal_own",
    "focal_other",
    "focal_limited",
    "analyst",
    "soca_member",
    "administrator",
)
HEAD = ("address", "method", "tool", "states", *ACTORS)
# What makes an address one of a report: a part of it that names a report, or something that belongs to one.
OF_A_REPORT = re.compile(r"<uuid:(report|evidence|batch|activity|action|plan)>")
# Lists and files over all reports: what matters is not only who may open them, but whether this report is in them.
LISTS = (
    "my_work",
    "review_queue",
    "activity_search",
    "activity_download:csv",
    "activity_download:xlsx",
    "declaration_detail",
    "declaration_matrix_download:csv",
    "tool1_dashboard",
    "tool2_dashboard",
    "api_reports",
)
ACTS = ("submit", "certify_nil", "approve", "return", "reopen", "excuse", "not_applicable", "resume", "start")
MARK = "Zirbelstube"  # stands in what is reported, and nowhere else
HTMX = {"HTTP_HX_REQUEST": "true"}
JSON = {"HTTP_ACCEPT": "application/json"}


@dataclass(frozen=True)
class Ask:
    """One question to the application. `label` is the address in the file, with what is special about it."""

    label: str
    method: str
    path: str
    unknown: str  # the same with a report that does not exist, '' where there is nothing to hide
    sent: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_api: bool = False
    is_list: bool = False


@dataclass
class Scene:
    """A report at a state, with what lies in it; `ids` are the parts of its addresses."""

    tool: str
    state: str
    report: Any
    ids: dict[str, Any]
    marked: str  # stands in every list that names the report
    sends: dict[str, dict[str, Any]]  # what a form of this address sends


def patterns() -> list[str]:
    return [one.pattern for one in access.addresses() if OF_A_REPORT.search(one.pattern)]


def named() -> dict[str, str]:
    """Name of each such address, with its pattern."""
    return {one.name: one.pattern for one in access.addresses() if OF_A_REPORT.search(one.pattern)}


def asks(scene: Scene) -> Iterator[Ask]:
    for name, pattern in named().items():
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
        if any(one not in scene.ids and one != "act" for one in wanted):
            continue
        for act in ACTS if "act" in wanted else ("",):
            label = pattern.replace("<slug:act>", act) if act else pattern
            yield from _questions(scene, name, label, wanted, act, is_api=pattern.startswith("api/"))
    for name, _, extension in (one.partition(":") for one in LISTS):
        path = _list_path(scene, name, extension)
        yield Ask(label=f"{path.strip('/')} (list)", method="GET", path=path, unknown="", is_list=True)


def _list_path(scene: Scene, name: str, extension: str) -> str:
    if name == "declaration_detail":
        return reverse(name, args=[scene.ids["code"]])
    return reverse(name, args=[extension] if extension else [])


def _questions(scene: Scene, name: str, label: str, wanted: list[str], act: str, *, is_api: bool) -> Iterator[Ask]:
    ids = {key: act if key == "act" else scene.ids[key] for key in wanted}
    nobody = {key: uuid4() if isinstance(value, type(uuid4())) else value for key, value in ids.items()}
    path, unknown = reverse(name, kwargs=ids), reverse(name, kwargs=nobody)
    sent = scene.sends.get(f"{name}:{act}" if act else name, {})
    common: dict[str, Any] = {"path": path, "unknown": unknown, "is_api": is_api}
    for method in METHODS:
        if (method == "PATCH" and not is_api) or (method == "OPTIONS" and scene.state != "draft"):
            continue
        yield Ask(label=label, method=method, sent=sent if method in {"POST", "PATCH"} else {}, **common)
    if name in {"activity_overlaps", "field_history"}:
        yield Ask(label=f"{label} (htmx)", method="GET", headers=HTMX, **common)
    if name in {"section_save", "grid_row"}:
        yield Ask(label=f"{label} (script)", method="POST", sent=sent, headers=JSON, **common)


def answer(client: Client, ask: Ask, path: str = "") -> Any:
    """What the application says; whatever it did is undone."""
    client.raise_request_exception = False
    with transaction.atomic():
        if ask.is_api and ask.method in {"POST", "PATCH"}:
            found = client.generic(
                ask.method, path or ask.path, _json(ask.sent), content_type="application/json", **ask.headers
            )
        elif ask.method == "POST":
            found = client.post(path or ask.path, dict(ask.sent), **ask.headers)
        else:
            found = client.generic(ask.method, path or ask.path, **ask.headers)
        if getattr(found, "streaming", False):
            found.content_read = b"".join(found.streaming_content)
        transaction.set_rollback(True)
    return found


def _json(sent: Mapping[str, Any]) -> str:
    import json

    return json.dumps(dict(sent), default=str)


def classify(ask: Ask, found: Any, scene: Scene) -> str:
    """As the general matrix; a list says too whether this report is in it, a form whether it is refused and how."""
    kind = access.classify(found)
    if kind == "refused":
        return {400: "bad", 409: "conflict", 422: "incomplete"}.get(found.status_code, "refused")
    if ask.is_list and kind == "ok":
        return "shows" if shows(found, scene) else "hides"
    return kind


def shows(found: Any, scene: Scene) -> bool:
    content = getattr(found, "content_read", None) or found.content
    if content[:2] == b"PK":
        content = _sheet_text(content)
    return any(one.encode() in content for one in (MARK, scene.marked))


def _sheet_text(content: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))


# --- the file -------------------------------------------------------------------------------------------------------

Key = tuple[str, str, str, str]  # address, method, tool, state
Answers = tuple[str, ...]  # in the order of ACTORS


def read() -> dict[Key, Answers]:
    found: dict[Key, Answers] = {}
    if not FILE.exists():
        return found
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tools = TOOLS if row["tool"] == "both" else (row["tool"],)
            states = STATES if row["states"] == "all" else row["states"].split("|")
            for tool, state in itertools.product(tools, states):
                found[row["address"], row["method"], tool, state] = tuple(row[actor] for actor in ACTORS)
    return found


def write(found: Mapping[Key, Answers]) -> None:
    """As few lines as say it: states that answer alike share one, and so do the tools."""
    lines: dict[tuple[str, str, str, Answers], list[str]] = defaultdict(list)
    for (address, method, tool, state), answers in found.items():
        lines[address, method, tool, answers].append(state)
    merged: dict[tuple[str, str, str, Answers], list[str]] = defaultdict(list)
    for (address, method, tool, answers), states in lines.items():
        merged[address, method, _states(states), answers].append(tool)
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for (address, method, states, answers), tools in sorted(merged.items()):
            tool = "both" if len(tools) == len(TOOLS) else tools[0]
            writer.writerow([address, method, tool, states, *answers])


def _states(found: Iterable[str]) -> str:
    held = [one for one in STATES if one in set(found)]
    return "all" if len(held) == len(STATES) else "|".join(held)
