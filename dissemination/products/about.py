"""What every file says about itself: title, filters, edition or data version, time, sources, licence, citation."""

from __future__ import annotations

from datetime import UTC

from dissemination.editions.content import Content

SIGNS: tuple[tuple[str, str], ...] = (
    ("..", "not available; never zero"),
    ("w", "withheld: too few members reported for a regional figure"),
    ("P", "provisional or working title of the KPI"),
    ("proxy", "a series that stands in for what is not measured yet"),
    ("demo", "made-up figures for demonstration; do not cite"),
)


def heading(content: Content, file_stamp: str, filters: str = "none") -> list[tuple[str, str]]:
    """Pairs for the top of a data file or for a sheet; texts are plain."""
    stamp = content.stamp
    lines = [("Title", stamp.title)]
    if stamp.is_demonstration:
        lines.append(("Demonstration", "Some values here are made up for demonstration. Do not cite them."))
    if stamp.edition:
        lines.append(("Edition", stamp.edition))
    elif stamp.is_draft:
        lines.append(("Draft", "Not published. Do not cite."))
    if stamp.meeting:
        lines.append(("Meeting", f"{stamp.meeting}, {stamp.meeting_on}" if stamp.meeting_on else stamp.meeting))
    lines += [
        ("Filters", filters),
        ("Data version", str(stamp.data_version)),
        ("Figures read at (UTC)", f"{stamp.taken_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"),
    ]
    if stamp.published_at:
        lines.append(("Published at (UTC)", f"{stamp.published_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"))
    if stamp.hash:
        lines.append(("Content SHA-256", stamp.hash))
    return [
        *lines,
        ("Sources", sources(content)),
        ("Licence", licences(content)),
        ("Citation", stamp.citation),
        ("Stamp", file_stamp),
    ]


def sources(content: Content) -> str:
    told = sorted({source.provider for source in content.sources if source.provider})
    return "; ".join(told) or "ADME"


def licences(content: Content) -> str:
    told = sorted({source.licence for source in content.sources if source.licence})
    return "; ".join(told) or "as the sources state"
