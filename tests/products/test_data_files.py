"""The data files say what the content says, and nothing in them runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from dissemination.editions.stamps import read_stamp, stamp_text
from dissemination.products.brief import brief_of
from dissemination.products.data import everything, json_file, sdmx_csv, tidy_csv

from .made import PAYLOADS, TAKEN, empty, figure, rich

FILE = "5b1e7d2c-0000-4000-8000-000000000001"


def made(builder: Any, content: Any) -> bytes:
    return b"".join(builder.build(content, stamp_text(content.stamp, FILE)))


def rows_of(data: bytes) -> list[dict[str, str]]:
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(line for line in io.StringIO(text, newline="") if not line.startswith("# ")))


def test_each_figure_of_the_content_is_one_row_with_its_exact_value() -> None:
    content = rich()

    rows = rows_of(made(tidy_csv, content))

    told = [
        (row["INDICATOR"], row["REF_AREA"], row["TIME_PERIOD"], float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None)
        for row in rows
    ]
    assert told == [(one.leaf, one.area, one.period_text, one.value) for one in content.figures]


def test_a_withheld_figure_is_empty_with_its_reason_and_a_zero_is_a_zero() -> None:
    rows = rows_of(made(tidy_csv, rich()))

    withheld = next(row for row in rows if row["INDICATOR"] == "6" and row["TIME_PERIOD"] == "2024")
    zero = next(row for row in rows if row["REF_AREA"] == "THA")
    assert (withheld["OBS_VALUE"], withheld["COMMENT"][:12]) == ("", "3 of 10 stat")
    assert float(zero["OBS_VALUE"]) == 0.0
    assert zero["REPLY"] == "silent"


def test_no_text_cell_starts_a_formula_and_a_negative_number_stays_one() -> None:
    base = rich()
    leaves = tuple(replace(one, title=text) for one, text in zip(base.leaves, PAYLOADS, strict=False))

    rows = rows_of(made(tidy_csv, replace(base, leaves=leaves)))

    texts = [cell for row in rows for name, cell in row.items() if name != "OBS_VALUE"]
    assert not [text for text in texts if text.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert float(next(row["OBS_VALUE"] for row in rows if row["INDICATOR"] == "31a")) == -3.14


@pytest.mark.parametrize("builder", [tidy_csv, json_file])
def test_a_file_says_what_it_is_and_is_recognised_by_its_stamp(builder: Any) -> None:
    content = rich()

    data = made(builder, content)

    stamp = read_stamp(data)
    assert stamp is not None
    assert (stamp.edition, stamp.data_version, stamp.hash, str(stamp.file)) == ("3", 128, "f" * 64, FILE)
    assert stamp.taken_at == TAKEN
    for said in ("World Bank", "CC BY 4.0", content.stamp.citation, "Demonstration"):
        assert said in data.decode("utf-8-sig")


def test_json_holds_every_figure_leaf_and_reply() -> None:
    content = rich()

    told = json.loads(made(json_file, content))

    assert [(one["leaf"], one["area"], one["period"], one["value"]) for one in told["figures"]] == [
        (one.leaf, one.area, one.period_text, one.value) for one in content.figures
    ]
    assert [one["title"] for one in told["leaves"]] == [one.title for one in content.leaves]
    assert [one["kind"] for one in told["replies"]] == ["disputed", "silent"]


def test_json_of_many_figures_is_whole_and_of_none_is_valid() -> None:
    many = tuple(figure("5a", "IDN", 1900 + number % 200, float(number)) for number in range(4001))

    assert len(json.loads(made(json_file, rich(figures=many)))["figures"]) == 4001
    assert json.loads(made(json_file, empty()))["figures"] == []


def test_the_zip_holds_each_product_and_its_checksums_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        everything.builders, "builder", lambda key, form: lambda content, stamp, **more: f"{key} {form} {more}".encode()
    )
    content = rich()

    archive = zipfile.ZipFile(io.BytesIO(made(everything, content)))

    names = set(archive.namelist())
    assert {"README.txt", "SHA256SUMS", "brief/adme_edition-3_brief.pdf"} <= names
    assert "state-profile/adme_edition-3_state-profile_TLS.pdf" in names
    assert "body-report/adme_edition-3_body-report_SLOM.docx" in names
    told = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert set(told) == names - {"README.txt", "SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in told.items())
    readme = archive.read("README.txt").decode()
    assert content.stamp.citation in readme
    assert all(name in readme for name in told)


def test_the_same_content_gives_the_same_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everything.builders, "builder", lambda key, form: lambda content, stamp, **more: b"x")

    assert made(everything, rich()) == made(everything, rich())


def test_sdmx_csv_has_every_figure_and_tells_the_edition_and_its_hash() -> None:
    content = rich()

    rows = list(csv.DictReader(io.StringIO(made(sdmx_csv, content).decode(), newline="")))

    told = {(row["INDICATOR"], row["REF_AREA"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows}
    assert {key: float(value) if value else None for key, value in told.items()} == {
        (one.leaf, one.area, one.period_text): one.value for one in content.figures
    }
    assert {row["EDITION"] for row in rows} == {f"Edition 3, SHA-256 {'f' * 64}"}


def test_pysdmx_reads_the_sdmx_csv_file() -> None:
    from pysdmx.io import read_sdmx

    (found,) = read_sdmx(made(sdmx_csv, rich()).decode()).data

    assert len(found.data) == len(rich().figures)


def test_what_an_analyst_writes_of_the_tools_stands_in_the_brief_and_the_automatic_text_does_not() -> None:
    content = rich()
    automatic = replace(content, texts=tuple(replace(one, is_automatic=True) for one in content.texts))
    written = next(text.text for text in content.texts if text.key == "tools")

    assert written.split("\n\n")[0] in brief_of(content).tools[0].sentence
    assert written.split("\n\n")[0] not in brief_of(automatic).tools[0].sentence
