"""A content with everything a product must cope with: withheld, missing, provisional, proxy, demonstration, replies,
other scripts, and texts that a spreadsheet or a browser would like to run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from dissemination.editions.content import (
    ASEAN,
    Body,
    Change,
    Content,
    Figure,
    Item,
    Leaf,
    Rating,
    ReplyMark,
    Source,
    Stamp,
    State,
    Table,
    Text,
)

TAKEN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
PAYLOADS = (
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1",
    '"=1"',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</script>",
    "{{7*7}}",
    "javascript:alert(1)",
    "$\\href{javascript:1}{x}$",
    "\u202eevil",
    "#set page(width: 1pt)",
    '#read("/etc/passwd")',
    "line\u2028break",
    "\x1b[31mred\x1b[0m",
    "a\r\nSet-Cookie: x=1",
    "*bold* _it_ `raw` $x^2$ #1 [link] <label> @ref // comment",
)
SCRIPTS = {
    "THA": "การศึกษาและการพัฒนาเยาวชนในอาเซียน",
    "KHM": "ការអប់រំនិងការអភិវឌ្ឍយុវជនក្នុងអាស៊ាន",
    "LAO": "ການສຶກສາແລະການພັດທະນາຊາວໜຸ່ມໃນອາຊຽນ",
    "MMR": "အာဆီယံရှိပညာရေးနှင့်လူငယ်ဖွံ့ဖြိုးရေး",
    "VNM": "Giáo dục và phát triển thanh niên trong ASEAN",
}
ITEMS = (
    *(
        Item(code, title, "characteristic", "", "official")
        for code, title in (
            ("A", "Engages and Benefits the People"),
            ("B", "Inclusive"),
            ("C", "Sustainable"),
            ("D", "Resilient"),
            ("E", "Dynamic"),
        )
    ),
    Item("B.1", "Reducing Barriers", "kra", "B", "official"),
    Item("E.3", "Engender a Culture of Entrepreneurship", "kra", "E", "official"),
)
STATES = (
    State("BRN", "Brunei Darussalam", date(1984, 1, 7)),
    State("IDN", "Indonesia", date(1967, 8, 8)),
    State("THA", "Thailand", date(1967, 8, 8)),
    State("TLS", "Timor-Leste", date(2025, 10, 26)),
)
SOURCE = Source(
    "WB:X",
    "A series",
    "World Bank",
    "ILO modelled estimates",
    "CC BY 4.0",
    "World Bank (2026).",
    "https://data.worldbank.org",
    "2026-10-01",
    False,
)


def leaf(code: str, **given: object) -> Leaf:
    plain = Leaf(
        code=code,
        kpi=int("".join(filter(str.isdigit, code))),
        title=f"Title of {code}",
        wording="official",
        unit="% of population",
        decimals=1,
        direction="increase",
        source_type="B",
        characteristic="B",
        kra="B.1",
        is_proxy=False,
        is_demonstration=False,
        note="",
        recipe_version=2,
        recipe_lines=(("Inputs", "value: A series."), ("ASEAN value", "Mean of states.")),
        sources=("WB:X",),
        state_of_data="current",
        newest_year=2024,
    )
    return replace(plain, **given)  # type: ignore[arg-type]


def figure(code: str, area: str, year: int, value: float | None, **given: object) -> Figure:
    regional = area == ASEAN
    plain = Figure(
        leaf=code,
        area=area,
        period=year * 1000,
        value=value,
        obs_status="A",
        withheld="",
        coverage_of="states",
        states_reporting=9 if regional else None,
        states_expected=10 if regional else None,
        states_carried=1 if regional else None,
        population_share=0.93 if regional else None,
        recipe_version=2,
        inputs_hash="ab" * 32,
        value_id=100 + year,
    )
    return replace(plain, **given)  # type: ignore[arg-type]


def rating(code: str, area: str = ASEAN, word: str = "on_track") -> Rating:
    label = {"on_track": "on track", "attention": "attention", "off_track": "off track", "no_rating": "no rating"}[word]
    return Rating(
        code,
        area,
        word,
        label,
        "90 % of the way gone, 80 % of the time passed.",
        1,
        0.9,
        0.8,
        2016,
        40.0,
        True,
        2025,
        55.0,
        True,
        2024000,
        53.5,
    )


def rich(**given: object) -> Content:
    leaves = (
        leaf("5a", title="Share covered by social protection"),
        leaf("6", title=SCRIPTS["THA"], wording="provisional", is_proxy=True, note=SCRIPTS["KHM"]),
        leaf(
            "20", title="A demonstration count", unit="activities", decimals=0, source_type="A1", is_demonstration=True
        ),
        leaf("31a", title=PAYLOADS[0], characteristic="E", kra="E.3", decimals=2),
        leaf(
            "32",
            title="Nothing yet",
            characteristic="E",
            kra="E.3",
            recipe_version=None,
            recipe_lines=(),
            sources=(),
            state_of_data="none",
            newest_year=None,
            why_none="No survey.",
            needed="A survey.",
            from_whom="Analysts",
        ),
    )
    figures = [
        *(figure("5a", ASEAN, year, 40.0 + (year - 2016) * 1.5) for year in range(2016, 2025)),
        *(figure("5a", "IDN", year, 30.25 + year - 2016) for year in range(2016, 2025)),
        figure("5a", "THA", 2024, 0.0),
        figure("6", ASEAN, 2023, 12.5),
        figure(
            "6",
            ASEAN,
            2024,
            None,
            withheld="3 of 10 states reported; at least half are needed.",
            states_reporting=3,
            obs_status="O",
        ),
        figure("20", ASEAN, 2024, 21.0, coverage_of="bodies", states_reporting=8, states_expected=15),
        figure("31a", ASEAN, 2024, -3.14),
    ]
    tables = (
        Table(
            "tool1.figures",
            "Tool 1 in 2025",
            ("Figure", "Value", "Note"),
            (
                ("Activities", 125, "in 2025"),
                ("Implemented", 120, "96 % of all"),
                ("Held up", 5, "4 % of all"),
                ("Participants", None, "not given"),
            ),
            coverage="8 of 15 bodies",
            source="Tool 1",
            is_demonstration=True,
        ),
        Table(
            "tool1.status",
            "Activities by status",
            ("Status", "Activities"),
            (
                ("Not started", 0),
                ("On-going", 69),
                ("Completed", 51),
                ("Delayed", 4),
                ("Postponed", 0),
                ("Cancelled", 1),
            ),
            unit="activities",
            coverage="8 of 15 bodies",
            source="Tool 1",
            is_demonstration=True,
        ),
        Table(
            "tool1.bodies",
            "Activities by body",
            ("Sectoral body", "On-going", "Completed", "All", "Report"),
            (("SLOM", 10, 3, 13, "in"), ("ACW", None, None, None, "not reported")),
            unit="activities",
            is_demonstration=True,
        ),
        Table(
            "tool1.body_kras",
            "Activities by body and KRA",
            ("Sectoral body", "KRA", "Title", "Activities", "Implemented"),
            (("SLOM", "B.1", "Reducing Barriers", 8, 7),),
        ),
        Table(
            "tool1.kras",
            "Activities by KRA",
            ("KRA", "Title", "Activities", "Implemented"),
            (("B.1", "Reducing Barriers", 8, 7), ("E.3", PAYLOADS[1], 2, 1)),
        ),
        Table("tool2.figures", "Tool 2 in 2025", ("Figure", "Value", "Note"), (("Clauses", 90, "entered"),)),
        Table("tool2.status", "Actions by status", ("Status", "Actions"), (("On-going", 51), ("Completed", 88))),
        Table(
            "tool2.matrix",
            "Declarations and who acts",
            ("Code", "Declaration", "Year", "Lead", "Clauses", "Bodies", *(one.name for one in STATES)),
            (
                (
                    "decl-1",
                    PAYLOADS[2],
                    2020,
                    "SLOM",
                    3,
                    "2 (on-going)",
                    "no action",
                    "1 (completed)",
                    "not reported",
                    "not reported",
                ),
                ("decl-2", SCRIPTS["VNM"], 2021, "ACW", 1, "no action", *("not reported",) * 4),
            ),
        ),
        Table(
            "reporting.standing",
            "Reports owed and handed in",
            (
                "Tool",
                "Period",
                "Owed",
                "Reported",
                "Certified nil",
                "Overdue or missing",
                "Completeness, %",
                "In time, %",
            ),
            (("Tool 1", "2025", 15, 11, 0, 3, 73.3, 53.3),),
            unit="reports",
            source="Obligation ledger (ADME)",
        ),
        Table(
            "reporting.bodies",
            "Reports by body",
            (
                "Reporter",
                "Tool",
                "Owed",
                "Reported",
                "Certified nil",
                "Overdue or missing",
                "Completeness, %",
                "In time, %",
            ),
            (("SLOM", "Tool 1", 11, 9, 0, 1, 81.8, 63.6),),
        ),
        Table(
            "reporting.states",
            "Reports by state",
            (
                "Reporter",
                "Tool",
                "Owed",
                "Reported",
                "Certified nil",
                "Overdue or missing",
                "Completeness, %",
                "In time, %",
            ),
            (("Indonesia", "Tool 2", 6, 4, 0, 0, 66.7, 33.3),),
        ),
        Table(
            "records.held",
            "Administrative records held of 2025",
            ("Set", "Title", "Sectoral body", "Reports owed", "Came in", "With records", "Completeness, %"),
            (("disaster-losses", "Disaster losses", "ACDM", 21, 17, 15, 81.0),),
        ),
    )
    plain = Content(
        stamp=Stamp(
            "Figures for SOCA",
            "3",
            "Forty-first meeting of SOCA",
            date(2026, 12, 1),
            128,
            TAKEN,
            datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
            None,
            "f" * 64,
            "https://adme.example.org/e/3/",
            True,
            False,
        ),
        framework="BP2025",
        first_current_year=2021,
        items=ITEMS,
        states=STATES,
        leaves=leaves,
        figures=tuple(figures),
        ratings=(
            rating("5a"),
            rating("6", word="attention"),
            rating("20", word="no_rating"),
            rating("31a", word="off_track"),
            rating("32", word="no_rating"),
            rating("5a", "IDN", "attention"),
        ),
        sources=(SOURCE,),
        bodies=(Body("ACW", "ACW", "ASEAN Committee on Women", "Women"), Body("SLOM", "SLOM", PAYLOADS[4], "Labour")),
        texts=tuple(
            Text(key, heading, text, automatic)
            for key, heading, text, automatic in (
                ("foreword", "Foreword", "\n\n".join(PAYLOADS), False),
                *(
                    (f"headline.{item.code}", f"{item.code} {item.title}", f"Headline of {item.code}.", True)
                    for item in ITEMS[:5]
                ),
                ("movements", "Key movements", "KPI 5a rose.", True),
                ("tools", "Tool 1 and Tool 2", "\n\n".join(SCRIPTS.values()), False),
                ("gaps", "Gaps", "1 of 5 KPI leaves has no figure.", True),
            )
        ),
        tables=tables,
        replies=(
            ReplyMark("IDN", "5a", 2024000, "disputed", "Another survey says 41.", None, "", "", "", TAKEN),
            ReplyMark("THA", "5a", 0, "silent", "", None, "", "", "", TAKEN),
        ),
        changes=(
            Change("5a", ASEAN, 2023000, "source_revision", 50.0, 50.5, "IDN, value of 2023: 36.5 became 37.25."),
        ),
        previous="2",
        methods=(("Ratings", "On track: ..."), ("Missing", "Missing (..) is never counted as zero.")),
    )
    return replace(plain, **given)  # type: ignore[arg-type]


def empty() -> Content:
    """No figures, no tables, no texts: a new installation."""
    return replace(
        rich(),
        figures=(),
        ratings=(),
        tables=(),
        texts=(),
        replies=(),
        changes=(),
        previous="",
        sources=(),
        leaves=tuple(
            replace(one, state_of_data="none", newest_year=None, why_none="No data.") for one in rich().leaves
        ),
    )
