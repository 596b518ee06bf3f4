"""A file and its companions packed into one zip, so that the bytes an import keeps are all that it was read from."""

from __future__ import annotations

import zipfile
from pathlib import Path

from adme.ingest.problems import UnreadableFile
from databases_b.readers.base import SourceFile
from databases_b.readers.package import Package

# The same files give the same bytes, so a second import of them is seen to be the same.
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_WORLD_BANK_PARTS = ("series", "country", "country-series", "series-time", "footnote")


def companions_of(path: Path) -> list[Path]:
    """Companion files that lie beside a CSV and belong to it by name."""
    stem = path.stem.casefold()
    prefix = next((stem.removesuffix(end) for end in ("data", "csv") if stem.endswith(end)), "")
    found = []
    for other in sorted(path.parent.glob("*.csv")):
        name = other.stem.casefold()
        belongs = name == "series" or (prefix and name in {prefix + part for part in _WORLD_BANK_PARTS})
        belongs = belongs or (stem.startswith("api_") and name.startswith("metadata_") and stem in name)
        if belongs and other != path:
            found.append(other)
    return found


def bundle(path: Path, into: Path) -> SourceFile:
    """The file as it is when it has no companions; else a zip in the folder `into` that holds it and them."""
    if path.suffix.lower() != ".csv" or not (companions := companions_of(path)):
        return SourceFile(path=path, name=path.name)
    packed = into / f"{path.stem}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in [path, *companions]:
            info = zipfile.ZipInfo(part.name, date_time=_FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part.read_bytes())
    source = SourceFile(path=packed, name=packed.name)
    try:
        Package(source)
    except UnreadableFile:  # too large as a zip: the file alone, without its companions, is better than nothing
        return SourceFile(path=path, name=path.name)
    return source
