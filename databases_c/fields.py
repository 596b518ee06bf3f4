"""What a report of a record set holds of its submission, as reporting shows, compares and keeps it."""

from __future__ import annotations

from adme.reporting.fields import Catalogue, Field, Holder, Kind, Section

_REPORT = Holder.REPORT
SECTIONS = (
    Section("file", "What was sent"),
    Section("records", "Records"),
    Section("coverage", "Coverage", "How much of what should be in the records is in them."),
)
EDITABLE = frozenset({"units_known", "units_reporting", "remarks"})
CATALOGUE = Catalogue(
    layout="records-1",
    sections=SECTIONS,
    fields=(
        Field("version", "Version", "file", Kind.NUMBER, _REPORT),
        Field("layout", "Layout of the file", "file", Kind.TEXT, _REPORT),
        Field("verdict", "Verdict", "file", Kind.TEXT, _REPORT),
        Field("channel", "Sent as", "file", Kind.TEXT, _REPORT),
        Field("filename", "File", "file", Kind.TEXT, _REPORT),
        Field("sha256", "Checksum of the file", "file", Kind.TEXT, _REPORT),
        Field("records_read", "Records read", "records", Kind.NUMBER, _REPORT),
        Field("records_accepted", "Records accepted", "records", Kind.NUMBER, _REPORT),
        Field("records_refused", "Records refused", "records", Kind.NUMBER, _REPORT),
        Field("records_merged", "Repeated records merged", "records", Kind.NUMBER, _REPORT),
        Field("warnings", "Warnings", "records", Kind.NUMBER, _REPORT),
        Field("open_findings", "Warnings without a decision", "records", Kind.NUMBER, _REPORT),
        Field("to_correct", "Values to be corrected", "records", Kind.NUMBER, _REPORT),
        Field("units_known", "Units that should report", "coverage", Kind.NUMBER, _REPORT,
              help="Offices, schools or other units whose records belong in the file."),
        Field("units_reporting", "Units in the file", "coverage", Kind.NUMBER, _REPORT,
              help="How many of these units are in the file."),
        Field("remarks", "Remarks", "coverage", Kind.LONG_TEXT, _REPORT, max_length=4000,
              help="What readers of the figures should know, such as why records were refused."),
    ),
)  # fmt: skip
