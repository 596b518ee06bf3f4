"""The access matrix: every address of the resolver, who gets which class of answer, and the file that says so.

`tests/access.csv` holds one row per address and method. It is reviewed like code; `make access` writes it anew from
what the application does now.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

FILE = Path(__file__).resolve().parent.parent / "access.csv"
METHODS = ("GET", "POST")
ACTORS = ("anonymous", "disabled", "no_role", "officer", "focal_point", "analyst", "soca_member", "administrator")
HEAD = ("address", "name", "method", *ACTORS)

# What stands for a parameter: a key that does not exist. Who may not open an address gets "forbidden", never "missing",
# so that nobody learns from the answer what exists.
_SAMPLES = {"int": "999999", "uuid": "00000000-0000-4000-8000-000000000000", "slug": "none", "path": "none"}
_NAMED_SAMPLES = {"uidb36": "0", "key": "none", "app_label": "reference", "url": "none", "format": "json"}
# The operators' admin is Django's own and made of one pattern; a row per method covers what is alike in it.
GROUPS = ("operator-admin/reference/", "operator-admin/")


@dataclass(frozen=True)
class Address:
    """One address of the application with a path that can be asked for."""

    pattern: str
    name: str
    path: str

    @property
    def group(self) -> str:
        """The address as the file names it: its own, or that of the group it belongs to."""
        return next((f"{group}*" for group in GROUPS if self.pattern.startswith(group)), self.pattern)


@dataclass
class Expectations:
    """The rows of the file, by address and method."""

    rows: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Expectations:
        if not FILE.exists():
            return cls()
        with FILE.open(encoding="utf-8", newline="") as file:
            return cls({(row["address"], row["method"]): row for row in csv.DictReader(file)})

    def write(self) -> None:
        with FILE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEAD, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for _, row in sorted(self.rows.items()))


def addresses() -> list[Address]:
    """Every address the resolver knows, in the order of its pattern."""
    found = {each.pattern: each for each in _walk(get_resolver().url_patterns)}
    return sorted(found.values(), key=lambda each: each.pattern)


def _walk(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[Address]:
    for each in patterns:
        here = prefix + _readable(str(each.pattern))
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each.url_patterns, here, inner)
        elif isinstance(each, URLPattern):
            name = f"{namespace}{each.name}" if each.name else ""
            yield Address(pattern=here, name=name, path=_path(each, name, here))


def _readable(pattern: str) -> str:
    """A regular expression as a route: `^(?P<key>[-:\\w]+)/$` becomes `<key>/`."""
    return re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)", r"\1", pattern).replace("^", "").replace("$", "")


def _path(pattern: URLPattern, name: str, here: str) -> str:
    given = {key: _sample(key, converter) for key, converter in pattern.pattern.converters.items()}
    for key in re.findall(r"<(?:\w+:)?(\w+)>", here):
        given.setdefault(key, _NAMED_SAMPLES.get(key, "999999"))
    if name:
        try:
            return reverse(name, kwargs=given)
        except NoReverseMatch:
            pass
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found.group(1)], here).replace("\\", "").rstrip("?")


def _sample(key: str, converter: Any) -> str:
    kind = type(converter).__name__.removesuffix("Converter").lower()
    return _NAMED_SAMPLES.get(key) or _SAMPLES.get(kind, "none")


def classify(response: Any) -> str:
    """The class of an answer: what it means for the person, not its exact number."""
    status, location = response.status_code, response.headers.get("Location", "")
    if status in (301, 302, 303, 307, 308):
        return "login" if location.startswith("/accounts/login/") else "redirect"
    names = {401: "login", 403: "forbidden", 404: "missing", 405: "method", 429: "too many"}
    if status in names:
        return names[status]
    if 200 <= status < 300:
        return "ok"
    if status == 501:  # SDMX says so of a question of the standard that is not answered here
        return "refused"
    return "refused" if status < 500 else "error" if status != 503 else "ok"


def observe(address: Address, method: str, make_client: Callable[[str], Client]) -> dict[str, str]:
    """What every actor gets at one address, each with a client of its own."""
    name = address.name if address.group == address.pattern else "admin:*"
    row = {"address": address.group, "name": name, "method": method}
    for actor in ACTORS:
        client = make_client(actor)
        client.raise_request_exception = False
        response = client.generic(method, address.path, content_type="application/x-www-form-urlencoded")
        row[actor] = classify(response)  # the test client has closed it; closing it again would drop the connection
    return row
