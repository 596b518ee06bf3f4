"""What a workbook says beside its figures: methods, the key of signs, the texts of the edition."""

from __future__ import annotations

from dissemination.editions.content import Content

from .. import words
from .sheets import Sheet

SIGNS = (
    *words.SIGNS,
    ("provisional title, topic-known title", "working title of the KPI until the official list is loaded"),
    ("proxy", "a series that stands in for what is not measured yet"),
    ("demonstration data", "made-up figures for demonstration; do not cite"),
)


def write_notes(sheet: Sheet, content: Content, *, with_texts: bool = True) -> None:
    sheet.heading("Key of signs")
    sheet.pairs(SIGNS)
    sheet.blank()
    if content.methods:
        sheet.heading("Methods")
        sheet.pairs(content.methods)
        sheet.blank()
    told = content.texts if with_texts else ()
    if told:
        sheet.heading("Texts of the edition")
        sheet.pairs(
            (text.heading or text.key, f"{text.text}\n(made from the figures)" if text.is_automatic else text.text)
            for text in told
        )
        sheet.blank()
