"""A file and its companions travel as one zip, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

from databases_b.readers import bundle
from tests.readers.reading import read_file, written

TIDY = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\nNEET,IDN,2020,1\n"
SERIES = "indicator,title\nNEET,Youth NEET\n"


def test_a_file_without_companions_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, TIDY, "data.csv")
    written(tmp_path, TIDY, "other.csv")
    source = bundle(path, tmp_path / "packed")
    assert (source.path, source.name) == (path, "data.csv")


def test_companions_are_packed_and_read_from_the_pack(tmp_path: Path) -> None:
    path = written(tmp_path, TIDY, "data.csv")
    written(tmp_path, SERIES, "series.csv")
    folder = tmp_path / "packed"
    folder.mkdir()
    source = bundle(path, folder)
    assert source.name == "data.zip"
    assert read_file(source.path).facts.indicators["NEET"].title == "Youth NEET"


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, TIDY, "data.csv")
    written(tmp_path, SERIES, "series.csv")
    packs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packs.append(bundle(path, tmp_path / name).path.read_bytes())
    assert packs[0] == packs[1]
