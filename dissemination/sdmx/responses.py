"""Bytes of an answer in the format that was agreed on."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from adme.exports.sdmx.csv_data import Options, csv_chunks
from adme.exports.sdmx.data import DataSet, Header
from adme.exports.sdmx.json_data import json_chunks
from adme.exports.sdmx.json_structures import structure_json
from adme.exports.sdmx.structures import Structures
from adme.exports.sdmx.xml_data import XmlForm, xml_chunks
from adme.exports.sdmx.xml_structures import error_xml, structure_xml

from .negotiation import GENERIC_21, SPECIFIC_21, Body, Format


def data_chunks(data: DataSet, wanted: Format) -> Iterator[bytes]:
    if wanted.body == Body.CSV:
        version = 1 if wanted.version.startswith("1") else 2
        return csv_chunks(data, Options(version=version, labels=wanted.labels, keys=wanted.keys))
    if wanted.body == Body.JSON:
        return json_chunks(data, version=1 if wanted.version.startswith("1") else 2)
    if wanted.name == GENERIC_21.name:
        return xml_chunks(data, XmlForm.GENERIC_21)
    return xml_chunks(data, XmlForm.SPECIFIC_21 if wanted.name == SPECIFIC_21.name else XmlForm.SPECIFIC_30)


def structure_bytes(structures: Structures, header: Header, wanted: Format) -> bytes:
    if wanted.body == Body.JSON:
        return structure_json(structures, header, version=1 if wanted.version.startswith("1") else 2)
    return structure_xml(structures, header, version=3 if wanted.version.startswith("3") else 2)


def error_bytes(code: int, title: str, sentence: str, body: Body, header: Header) -> tuple[bytes, str]:
    """The message and its content type. SDMX-JSON: schema of data messages, `errors`."""
    if body != Body.JSON:
        return error_xml(code, [sentence]), "application/xml"
    meta = {"id": header.id, "prepared": header.prepared_text, "test": False, "sender": {"id": header.sender}}
    error = {"code": code, "title": title, "titles": {"en": title}, "detail": sentence, "details": {"en": sentence}}
    return orjson.dumps({"meta": meta, "errors": [error]}), "application/json"
