"""From a product and a format to the function that makes its bytes. Modules load when first asked for: the engines
behind them are large."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Protocol

from dissemination.editions.content import Content

from .errors import UnknownProduct
from .kinds import PRODUCTS, Product


class Build(Protocol):
    """`file_stamp` is the line of editions.stamps; `body` and `state` are codes, where the product needs one."""

    def __call__(
        self, content: Content, file_stamp: str, *, body: str = "", state: str = ""
    ) -> bytes | Iterable[bytes]: ...


_HOME = "dissemination.products"
_MODULES = {
    ("brief", "pdf"): "pdf.brief",
    ("brief", "docx"): "office.brief_docx",
    ("brief", "pptx"): "office.brief_pptx",
    ("workbook", "xlsx"): "office.workbook",
    ("body-report", "pdf"): "pdf.body_report",
    ("body-report", "docx"): "office.body_report_docx",
    ("state-profile", "pdf"): "pdf.state_profile",
    ("state-profile", "docx"): "office.state_profile_docx",
    ("tool2-matrix", "xlsx"): "office.tool2_matrix_xlsx",
    ("tool2-matrix", "pdf"): "pdf.tool2_matrix",
    ("kpi-book", "pdf"): "pdf.kpi_book",
    ("data", "csv"): "data.tidy_csv",
    ("data", "sdmx-csv"): "data.sdmx_csv",
    ("data", "json"): "data.json_file",
    ("all", "zip"): "data.everything",
}
EXTENSIONS = {"sdmx-csv": "sdmx.csv"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "sdmx-csv": "application/vnd.sdmx.data+csv; version=2.0; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}


def product_of(key: str, form: str) -> Product:
    """The product, or UnknownProduct where there is none in this format."""
    product = PRODUCTS.get(key)
    if product is None:
        raise UnknownProduct(f"There is no product '{key}'. There are: {', '.join(PRODUCTS)}.")
    if form not in product.formats:
        raise UnknownProduct(f"'{product.title}' comes as {', '.join(product.formats)}, not as '{form}'.")
    return product


def builder(key: str, form: str) -> Build:
    product_of(key, form)
    found: Build = import_module(f"{_HOME}.{_MODULES[key, form]}").build
    return found


def chunks(made: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (made,) if isinstance(made, bytes) else made
