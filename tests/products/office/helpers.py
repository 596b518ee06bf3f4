"""What the tests of office files share: the stamp, the parts of a file, contents full of payloads."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

from defusedxml import ElementTree

from dissemination.editions.content import Content
from dissemination.editions.stamps import read_stamp, stamp_text

from ..made import PAYLOADS, rich

FILE = "5b1e7d2c-0000-4000-8000-000000000001"
OWN_CELLS = re.compile(r"('Chart data'|Sheet1)!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?")
ADDRESS = "https://adme.example.org/"


def made(module: Any, content: Content, **narrow: str) -> bytes:
    built: bytes = module.build(content, stamp_text(content.stamp, FILE), **narrow)
    return built


def hostile() -> list[Content]:
    """The payloads as titles, names, headlines, notes and cells: a few contents, so that each has its turn."""
    found = []
    for start in range(0, len(PAYLOADS), 5):
        given = [PAYLOADS[(start + at) % len(PAYLOADS)] for at in range(5)]
        base = rich()
        leaves = tuple(
            replace(one, title=text, unit=text, note=text, why_none=text, needed=text)
            for one, text in zip(base.leaves, given, strict=True)
        )
        found.append(
            replace(
                base,
                stamp=replace(base.stamp, title=given[0], meeting=given[1]),
                leaves=leaves,
                states=tuple(replace(one, name=text) for one, text in zip(base.states, given, strict=False)),
                items=tuple(replace(one, title=text) for one, text in zip(base.items, given * 2, strict=False)),
                texts=tuple(replace(one, text=given[2], heading=given[3]) for one in base.texts),
                sources=tuple(replace(one, citation=given[4], provider=given[3]) for one in base.sources),
                methods=tuple((given[0], given[1]) for _ in base.methods),
                tables=tuple(
                    replace(
                        one, title=given[0], note=given[1], source=given[2],
                        rows=tuple((given[3], *row[1:]) for row in one.rows),
                    )
                    for one in base.tables
                ),
            )
        )  # fmt: skip
    return found


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def all_parts(data: bytes) -> dict[str, bytes]:
    """Also those of the workbooks inside charts, as `outer!inner`."""
    found = parts(data)
    for name, inner in list(found.items()):
        if name.endswith(".xlsx"):
            found |= {f"{name}!{own}": value for own, value in parts(inner).items()}
    return found


def assert_harmless(data: bytes) -> None:
    """Well-formed XML; no formula, macro, outer relation or script in any part."""
    for name, value in all_parts(data).items():
        assert "vbaProject" not in name
        assert "externalLink" not in name
        if not name.endswith((".xml", ".rels")):
            continue
        root = ElementTree.fromstring(value)
        if name.endswith(".rels"):
            outer = [one.get("Target", "") for one in root if one.get("TargetMode") == "External"]
            assert all(target.startswith(ADDRESS) for target in outer), (name, outer)
        if "/charts/" in name:
            leads = [one.text or "" for one in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}f")]
            assert all(OWN_CELLS.fullmatch(lead) for lead in leads), (name, leads)
        if "/worksheets/" in name:
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert not tags & {"f", "hyperlink"}, name


def assert_stamped(data: bytes, content: Content) -> None:
    found = read_stamp(b"".join(value for name, value in parts(data).items() if name.startswith("docProps/")))
    assert found is not None
    assert (found.edition, found.data_version, found.hash) == (
        content.stamp.edition, content.stamp.data_version, content.stamp.hash,
    )  # fmt: skip
    assert str(found.file) == FILE


def number(text: str) -> float:
    """A number as readers see it: `-3.14` written with a minus sign and spaces."""
    match = re.match(r"[\u2212-]?[\d\u00a0]+(\.\d+)?", text)
    assert match, text
    return float(match[0].replace("\u2212", "-").replace("\u00a0", ""))
