"""Builds fixtures/world_bank from real World Bank downloads: figures as the files have them, source by source; and the
sample with which a newcomer tries an import (figures of Indonesia from a later download).

Run once per new set of downloads; the fixture is kept in the repository, so nothing else needs the downloads.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from adme.common.commands import AdmeCommand
from adme.ingest.problems import Report, UnreadableFile
from databases_b import readers
from databases_b.readers.base import Cell, IndicatorFacts, SourceFile

AREAS = frozenset("BRN KHM IDN LAO MYS MMR PHL SGP THA VNM TLS WLD EAS SAS LMC HIC".split())  # noqa: SIM905 - a list to read
FIRST_YEAR = 1990
LICENCE = "CC BY 4.0"
# Other terms than CC BY 4.0 (Protected Planet; CC BY-NC): such figures may be imported, but not shipped by us.
NOT_OURS_TO_SHIP = frozenset({"ER.PTD.TOTL.ZS", "EN.ATM.CO2E.PC"})
# Units that neither the metadata nor the title spells out; each follows from the World Bank's definition.
UNITS = {
    "SI.POV.GINI": "index, 0 to 100",
    "SP.POP.TOTL": "persons",
    "SM.POP.REFG": "persons",
    "SM.POP.NETM": "persons",
    "ST.INT.ARVL": "arrivals",
    "ER.H2O.FWST.ZS": "% of available freshwater resources",
    "SG.GEN.PARL.ZS": "% of seats",
    "SE.ENR.PRSC.FM.ZS": "ratio of girls to boys",
    "SE.PRM.ENRR": "% gross",
    "SE.PRM.NENR": "% net",
    "SE.SEC.NENR": "% net",
    "IC.BUS.NDNS.ZS": "new registrations per 1,000 people ages 15-64",
}
_PRODUCTS = (
    ("ESG bulk", "Environment, Social and Governance Data (bulk download)"),
    ("DataBank Gender Statistics", "Gender Statistics (DataBank extract)"),
    ("DataBank WDI", "World Development Indicators (DataBank extract)"),
    ("", "World Development Indicators"),
)
COUNTRY_DOWNLOAD = Path("country_download") / "API_IDN_DS2_en_csv_v2_893274.csv"
SAMPLE_CODES = ("SL.UEM.NEET.ZS", "SI.POV.NAHC")
OBSERVATIONS = ("INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "NOTE", "DATASET")
SERIES = (
    "dataset", "indicator", "title", "topic", "unit", "definition", "source", "method", "coverage", "limitations",
    "frequency", "aggregation_method", "licence", "release_date", "citation", "link", "product", "origin_file",
    "metadata_from", "observations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures of one indicator come from."""

    product: str
    release_date: str  # '' where the download has lost its date
    file: str
    metadata_from: str
    coverage: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    dataset: str
    facts: IndicatorFacts
    origin: Origin
    cells: list[Cell]


class Command(AdmeCommand):
    help = "Build fixtures/world_bank from a folder of World Bank downloads."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", dest="folder", required=True, type=Path, help="Folder with the downloads.")
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "fixtures", help="Folder of the fixtures.")

    def handle(self, *args: Any, folder: Path, to: Path, **options: Any) -> None:
        try:
            pieces = sorted(_pieces(folder), key=lambda piece: (piece.dataset != "WB_WDI", piece.facts.code))
        except UnreadableFile as error:
            raise CommandError(error.issue.hint) from error
        written = {
            "world_bank/observations.csv": _observations(pieces),
            "world_bank/series.csv": _series(pieces),
            "samples/youth_neet_update.csv": _sample(folder),
        }
        counts = {"indicators": len(pieces), "observations": sum(len(piece.cells) for piece in pieces)}
        changed = []
        for name, text in written.items():
            path = to / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                changed.append(name)
                if self.apply:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8", newline="")
        self.say(f"{counts['indicators']} indicators, {counts['observations']:,} observations.")
        self.say(f"Changed: {', '.join(changed) or 'nothing'}.")
        self.close({**counts, "changed": changed})


def _pieces(folder: Path) -> Iterator[Piece]:
    footnotes = _esg_footnotes(folder)
    with (folder / "wdi_bulk" / "PROVENANCE.csv").open(encoding="utf-8-sig", newline="") as stream:
        provenance = {row["indicator_code"]: row for row in csv.DictReader(stream)}
    facts, cells = _read(folder / "wdi_bulk" / "WDIData.csv")
    for code, found in cells.items():
        if code not in NOT_OURS_TO_SHIP:
            origin = _origin(provenance[code])
            if origin.product.startswith("Environment"):
                found = [_with_note(cell, footnotes) for cell in found]
            yield Piece("WB_WDI", facts[code], origin, found)
    yield from _single_pieces(folder)


def _single_pieces(folder: Path) -> Iterator[Piece]:
    """Indicators that the compiled bulk file lacks, each from one download."""
    facts, cells = _read(folder / "esg_bulk" / "ESGData.csv")
    code = "GB.XPD.RSDV.GD.ZS"
    origin = Origin(_PRODUCTS[0][1], "2023-05-19", "ESG_CSV.zip!ESGData.csv", "ESGSeries 2023-05")
    yield Piece("WB_ESG", facts[code], origin, cells[code])

    facts, cells = _read(folder / "databank" / "P_Data_Extract_From_World_Development_Indicators.xlsx")
    code = "IT.CEL.SETS.P2"
    origin = Origin(_PRODUCTS[2][1], "2025-01-28", "P_Data_Extract_From_World_Development_Indicators.xlsx",
                    "DataBank Series - Metadata 2025-01", "The extract holds the years 2014 to 2023 only.")  # fmt: skip
    yield Piece("WB_WDI", facts[code], origin, cells[code])

    facts, cells = _read(folder / COUNTRY_DOWNLOAD)
    code = "IC.BUS.NDNS.ZS"
    origin = Origin(_PRODUCTS[3][1], "2025-07-01", COUNTRY_DOWNLOAD.name, "none beside the data file",
                    "From the download of one country: figures of Indonesia only.")  # fmt: skip
    yield Piece("WB_WDI", facts[code], origin, cells[code])


def _read(path: Path) -> tuple[dict[str, IndicatorFacts], dict[str, list[Cell]]]:
    source = SourceFile(path=path, name=path.name, beside=path.parent)
    report = Report()
    facts, cells = readers.detect(source).open(source, report)
    kept: dict[str, list[Cell]] = {}
    for row in cells:
        cell = Cell(*row)
        if cell.area in AREAS and int(cell.period[:4]) >= FIRST_YEAR:
            kept.setdefault(cell.indicator, []).append(cell)
    if report.has_errors:
        raise CommandError(f"{path.name}: {report.issues[0].hint}")
    return facts.indicators, kept


def _esg_footnotes(folder: Path) -> dict[tuple[str, str, str], str]:
    _, cells = _read(folder / "esg_bulk" / "ESGData.csv")
    return {
        (cell.indicator, cell.area, cell.period): cell.note for found in cells.values() for cell in found if cell.note
    }


def _with_note(cell: Cell, footnotes: dict[tuple[str, str, str], str]) -> Cell:
    return cell._replace(note=footnotes.get((cell.indicator, cell.area, cell.period), ""))


def _origin(row: dict[str, str]) -> Origin:
    vintage = row["vintage"]
    day, _, remark = vintage.partition(" ")
    product = next(title for mark, title in _PRODUCTS if mark in vintage)
    years = remark.strip("()").partition(", ")[2].removesuffix(" only")
    coverage = f"The extract holds the years {years.replace('-', ' to ')} only." if years else ""
    file = f"{row['repository']}@{row['commit'][:12]}/{row['path']}"
    return Origin(product, day, file, row["metadata_row_from"], coverage)


def _observations(pieces: list[Piece]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(OBSERVATIONS)
    for piece in pieces:
        for cell in sorted(piece.cells, key=lambda cell: (cell.area, cell.period)):
            writer.writerow(
                (cell.indicator, cell.area, cell.period, cell.value, cell.obs_status, cell.note, piece.dataset)
            )
    return out.getvalue()


def _sample(folder: Path) -> str:
    """A few figures of a later vintage: some are new, some revised, some the same as in the fixture."""
    _, cells = _read(folder / COUNTRY_DOWNLOAD)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(OBSERVATIONS)
    for code in SAMPLE_CODES:
        for cell in cells[code]:
            writer.writerow((cell.indicator, cell.area, cell.period, cell.value, "", "", "WB_WDI"))
    return out.getvalue()


def _series(pieces: list[Piece]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, SERIES, lineterminator="\n")
    writer.writeheader()
    for piece in pieces:
        facts, origin = piece.facts, piece.origin
        released = f", release of {origin.release_date}" if origin.release_date else ""
        row = {name: " ".join(str(getattr(facts, name, "") or "").split()) for name in SERIES}
        row |= {
            "dataset": piece.dataset,
            "indicator": facts.code,
            "unit": UNITS.get(facts.code) or facts.unit,
            "coverage": " ".join([origin.coverage, row["coverage"]]).strip(),
            "licence": LICENCE,
            "release_date": origin.release_date,
            "citation": f"World Bank, {origin.product} ({facts.code}){released}. {LICENCE}.",
            "link": f"https://data.worldbank.org/indicator/{facts.code}",
            "product": origin.product,
            "origin_file": origin.file,
            "metadata_from": origin.metadata_from,
            "observations": str(len(piece.cells)),
        }
        writer.writerow(row)
    return out.getvalue()
