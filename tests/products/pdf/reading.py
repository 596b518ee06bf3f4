"""Reads a PDF back without the code that made it: what is read aloud, which glyphs are drawn, how it is tagged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject, TextStringObject


def reader(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def text(content: bytes) -> str:
    """All pages as pypdf extracts them, blanks and line ends made one."""
    return " ".join(" ".join(page.extract_text().split()) for page in reader(content).pages)


def _characters(font: DictionaryObject) -> dict[int, str]:
    """Glyph code to text, from the font's own ToUnicode table."""
    told = font["/ToUnicode"].get_object().get_data().decode("latin-1")  # type: ignore[attr-defined]
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.S):
        for code, value in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.S):
        for first, last, value in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(int(value, 16) + code - int(first, 16))
    return found


def _streams(holder: Any, owner: PdfReader) -> Iterator[tuple[Any, ContentStream]]:
    """The page's content and that of every form drawn on it."""
    resources = holder["/Resources"].get_object()
    content = holder.get_contents() if isinstance(holder, PageObject) else holder
    yield resources, ContentStream(content, owner)
    for form in (resources.get("/XObject") or {}).values():
        if form.get_object().get("/Subtype") == "/Form" and "/Resources" in form.get_object():
            yield from _streams(form.get_object(), owner)


def glyphs(content: bytes) -> dict[str, list[int]]:
    """Glyph codes drawn, by name of the font without its subset tag."""
    found: dict[str, list[int]] = {}
    whole = reader(content)
    for page in whole.pages:
        for resources, stream in _streams(page, whole):
            name = ""
            for operands, operator in stream.operations:
                if operator == b"Tf":
                    font = resources["/Font"][operands[0]]
                    name = str(font["/BaseFont"]).rpartition("+")[2]
                elif operator in (b"Tj", b"TJ"):
                    found.setdefault(name, []).extend(_codes(operands))
    return found


def _codes(operands: Any) -> list[int]:
    parts = operands[0] if isinstance(operands[0], list) else operands
    raw = b"".join(part.original_bytes for part in parts if hasattr(part, "original_bytes"))
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]


def spoken(content: bytes) -> str:
    """What a reading machine says: ActualText where it is given, else the text of the glyphs. Blanks made one.

    The engine parts a cluster where one of its glyphs is raised, and gives each part the text of the whole cluster
    (Khmer above all): the same cluster again straight after itself is taken once.
    """
    whole, said = reader(content), []
    for page in whole.pages:
        for resources, stream in _streams(page, whole):
            tables = {name: _characters(font) for name, font in (resources.get("/Font") or {}).items()}
            said.append(_once(_said(stream, tables)))
    return re.sub(r"[^\S\u200b]+", " ", "\n".join(said))


def _said(stream: ContentStream, tables: dict[str, dict[int, str]]) -> Iterator[str]:
    """Text of each glyph or span of glyphs, and a blank at the end of each text object."""
    characters: dict[int, str] = {}
    spans: list[bool] = []
    for operands, operator in stream.operations:
        if operator == b"Tf":
            characters = tables[operands[0]]
        elif operator in (b"BDC", b"BMC"):
            given = operands[1] if operator == b"BDC" and isinstance(operands[1], DictionaryObject) else {}
            spans.append("/ActualText" in given)
            if spans[-1]:
                actual = given["/ActualText"]
                yield actual if isinstance(actual, TextStringObject) else actual.decode("utf-16")
        elif operator == b"EMC":
            spans.pop()
        elif operator == b"ET" and not any(spans[:-1]):
            yield " "
        elif operator in (b"Tj", b"TJ") and not any(spans):
            yield from (characters.get(code, "\ufffd") for code in _codes(operands))


def _once(parts: Iterator[str]) -> str:
    said, latest = [], ""
    for part in parts:
        if part != latest or len(part) < 2:
            said.append(part)
        latest = latest if part == " " else part
    return "".join(said)


def tags(content: bytes) -> list[tuple[str, str]]:
    """(role, alternative text) of every element of the structure, in reading order."""
    root = reader(content).trailer["/Root"]["/StructTreeRoot"]
    return list(_elements(root))


def _elements(node: Any) -> Iterator[tuple[str, str]]:
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from _elements(node["/K"])
