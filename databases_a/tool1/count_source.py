"""The series source that both tools share: points by area and year, and what stands behind a point."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from adme.observations import queries
from adme.observations.periods import TimePeriod, year_key
from adme.observations.points import ObservationInfo, Part, SeriesInfo, SeriesPoint
from adme.observations.queries import CountKind, Query, QueryError

from .counting import REGION, Answer, Ground, SetName, SetRow, answers, moments, sets
from .standing_reports import Report, any_demonstration, by_reporter, reports, years_with_any

REPORTING, OWING = "bodies_reporting", "bodies_owing"
PARTS_SHOWN = 100
NORMAL, INCOMPLETE, MISSING = "A", "U", "O"

__all__ = ["CountsOfReports", "SetRow", "coverage_kinds"]


def coverage_kinds(dataset: str, tool: str) -> tuple[CountKind, ...]:
    return (
        CountKind(dataset, REPORTING, f"Sectoral bodies whose {tool} reports of the year are in", "bodies", "region"),
        CountKind(dataset, OWING, f"Sectoral bodies that owe {tool} reports for the year", "bodies", "region"),
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference taken apart. `name` is None for coverage, whose set is named by the `digest` of its bodies."""

    text: str
    query: Query
    period: int
    area: str
    name: SetName | None = None
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure with all that was counted for it. `title` says the question in words."""

    title: str
    unit: str
    period: str
    info: ObservationInfo
    parts: tuple[Part, ...]


class CountsOfReports:
    """A source of counts over approved reports; the tools fill in what they count."""

    prefix: str
    dataset: str
    ground: Ground
    title: str
    page: str  # name of the address of one activity or action
    behind: str  # name of the address that lists all of them, or ''

    def kinds(self, *, look_up: bool = True) -> Sequence[CountKind]:
        """What is counted; without looking up, fields come without their codes."""
        raise NotImplementedError

    def number(self, query: Query, rows: Sequence[SetRow]) -> float | None:
        raise NotImplementedError

    def note(self, query: Query, own: Sequence[SetRow]) -> str:
        """What one activity adds, from all its records in the set."""
        raise NotImplementedError

    def faults(self, codes: Collection[str]) -> list[str]:
        known = self.kinds()
        return [fault for code in codes for fault in queries.faults(code, known)]

    def read(
        self,
        codes: Collection[str],
        *,
        areas: Collection[str],
        first_period: int = 0,
        totals_only: bool = True,
        as_of: datetime | None = None,
    ) -> Iterable[SeriesPoint]:
        asked = self._queries(codes)
        if not asked:
            return []
        known = reports(self.ground.tool, as_of=as_of)
        counted = [query for query in asked if query.count not in {REPORTING, OWING}]
        found = answers(self.ground, counted, as_of=as_of)
        points: list[SeriesPoint] = []
        for query in asked:
            if query.count in {REPORTING, OWING}:
                points += self._coverage(query, known, totals_only)
            elif query.count in self.ground.by_state:
                points += self._of_states(query, known, found)
            else:
                points += self._of_region(query, known, found)
        wanted = set(areas)
        kept = (point for point in points if point.area in wanted and point.period >= first_period)
        return sorted(kept, key=lambda point: point[:4])

    def describe(self, codes: Collection[str]) -> Mapping[str, SeriesInfo]:
        asked = self._queries(codes)
        if not asked:
            return {}
        known, made_up = self.kinds(look_up=False), any_demonstration(self.ground.tool)
        return {query.code: self._info(query, known, made_up) for query in asked if queries.find(query, known)}

    def describe_observations(self, references: Collection[str]) -> Mapping[str, ObservationInfo]:
        read = [one for one in (self.parse(text) for text in references) if one is not None]
        named = [one for one in read if one.name is not None]
        names = [one.name for one in named if one.name is not None]
        rows, times = sets(self.ground, names), moments(self.ground, names)
        found = {one.text: self._observed(one, own, time) for one, own, time in zip(named, rows, times, strict=True)}
        covering = [one for one in read if one.name is None]
        if covering:
            points = self.read({one.query.code for one in covering}, areas=[REGION])
            current = {point.reference for point in points}
            found |= {one.text: self._covered(one, one.text in current) for one in covering}
        return found

    def behind_figure(self, reference: str) -> Behind | None:
        """The figure of this reference; None where it names no count of facts."""
        one = self.parse(reference)
        if one is None or one.name is None:
            return None
        known = self.kinds()
        kind = queries.find(one.query, known)
        rows, times = sets(self.ground, [one.name])[0], moments(self.ground, [one.name])[0]
        parts = tuple(self._part(one.query, own) for own in self._counted(one.query, rows))
        period = str(TimePeriod.from_key(one.period))
        info = self._observed(one, rows, times)
        return Behind(queries.words(one.query, known), kind.unit if kind else "", period, info, parts)

    def parse(self, text: str) -> Reference | None:
        """`T1:<publication>:<period>:<question>`, a state's with its area before the question; None if it is none."""
        parts = text.split(":")
        if len(parts) not in {4, 5} or parts[0] != self.prefix or not parts[2].isascii() or not parts[2].isdigit():
            return None
        try:
            query = queries.parse(f"{self.dataset}:{parts[-1]}")
            period = TimePeriod.from_key(int(parts[2])).key
        except (QueryError, ValueError):
            return None
        number, _, digest = parts[1].partition("-")
        if not number.isascii() or not number.isdigit() or len(number) > 15:
            return None
        if digest:
            return Reference(text, query, period, REGION, number=float(number))
        known_fields = {field.name for kind in self.kinds(look_up=False) for field in kind.fields}
        if query.count not in self.ground.numbers or not set(dict(query.filters)) <= known_fields:
            return None
        area = parts[3] if len(parts) == 5 else REGION
        return Reference(text, query, period, area, SetName(int(number), period, area, query))

    def _queries(self, codes: Collection[str]) -> list[Query]:
        found = []
        for code in sorted(codes):
            if code.startswith(f"{self.dataset}:"):
                try:
                    query = queries.parse(code)
                except QueryError:
                    continue
                if query.code == code and (query.count in self.ground.numbers or query.count in {REPORTING, OWING}):
                    found.append(query)
        return found

    def _reports_of(self, query: Query, known: Sequence[Report]) -> list[Report]:
        """The reports in which the facts of a question stand."""
        return [one for one in known if one.body]

    def _of_region(
        self, query: Query, known: Sequence[Report], found: Mapping[tuple[Query, str, int], Answer]
    ) -> Iterable[SeriesPoint]:
        for year in sorted(years_with_any(self._reports_of(query, known))):
            answer = found.get((query, REGION, year), Answer(0.0, 0, 0, 0))
            value = 0.0 if not answer.facts else None if answer.number is None else float(answer.number)
            status = MISSING if value is None else INCOMPLETE if answer.silent else NORMAL
            reference = f"{self.prefix}:{answer.publication}:{year_key(year)}:{query.text}"
            yield SeriesPoint(query.code, REGION, "", year_key(year), value, status, reference)

    def _of_states(
        self, query: Query, known: Sequence[Report], found: Mapping[tuple[Query, str, int], Answer]
    ) -> Iterable[SeriesPoint]:
        """1 where a fact satisfies; 0 where all that the state owes for the year is in, and none does."""
        for year, states in by_reporter(one for one in known if one.state).items():
            for state, complete in states.items():
                answer = found.get((query, state, year), Answer(0.0, 0, 0, 0))
                if answer.facts or complete:
                    reference = f"{self.prefix}:{answer.publication}:{year_key(year)}:{state}:{query.text}"
                    value = 1.0 if answer.facts else 0.0
                    yield SeriesPoint(query.code, state, "", year_key(year), value, NORMAL, reference)

    def _coverage(self, query: Query, known: Sequence[Report], totals_only: bool) -> Iterable[SeriesPoint]:
        """Bodies that owe, or whose reports are in. Beside the total one point for each body: 1 in, 0 not."""
        for year, bodies in by_reporter(one for one in known if one.body).items():
            period = year_key(year)
            held = sorted(body for body, is_in in bodies.items() if is_in or query.count == OWING)
            digest = hashlib.sha256(",".join(held).encode()).hexdigest()[:12]
            reference = f"{self.prefix}:{len(held)}-{digest}:{period}:{query.text}"
            yield SeriesPoint(query.code, REGION, "", period, float(len(held)), NORMAL, reference)
            for body in () if totals_only else sorted(bodies):
                value = float(body in held)
                yield SeriesPoint(query.code, REGION, f"BODY={body}", period, value, NORMAL, reference)

    def _info(self, query: Query, known: Sequence[CountKind], made_up: bool) -> SeriesInfo:
        kind = queries.find(query, known)
        return SeriesInfo(
            code=query.code,
            title=queries.words(query, known),
            unit=kind.unit if kind else "",
            source=self.title,
            provider="ASEAN Secretariat",
            licence="",
            citation="",
            link="",
            release_date="",
            url="",
            is_demonstration=made_up,
        )

    def _observed(
        self, one: Reference, rows: Sequence[SetRow], times: tuple[datetime | None, datetime | None]
    ) -> ObservationInfo:
        """The point as its set of facts gives it, with every activity in it."""
        counted = self._counted(one.query, rows)
        silent = sum(self.number(one.query, [row]) is None for row in rows)
        note = f"{silent} of {len(rows)} records give no number." if silent else ""
        parts = tuple(self._part(one.query, own) for own in counted[:PARTS_SHOWN])
        page = _address(self.behind) if self.behind and counted else ""
        behind = f"{page}?{urlencode({'ref': one.text})}" if page else ""
        info = self._observation(one, self.number(one.query, rows), note, times)
        return replace(info, parts=parts, parts_total=len(counted), parts_url=behind)

    def _counted(self, query: Query, rows: Sequence[SetRow]) -> list[list[SetRow]]:
        """The records of each activity that adds something, or of which that is not known."""
        by_subject: dict[int, list[SetRow]] = {}
        for row in rows:
            by_subject.setdefault(row.subject, []).append(row)
        return [own for own in by_subject.values() if self.number(query, own) != 0]

    def _covered(self, one: Reference, is_current: bool) -> ObservationInfo:
        """Coverage: no facts stand behind it, but the ledger of reports; the passport names the bodies left out."""
        info = self._observation(one, one.number, "", (None, None))
        if is_current:
            return info
        return replace(info, note="Other bodies owe or have reported now.", known_until="replaced")

    def _observation(
        self, one: Reference, value: float | None, note: str, times: tuple[datetime | None, datetime | None]
    ) -> ObservationInfo:
        since, until = times
        return ObservationInfo(
            reference=one.text,
            series=one.query.code,
            area=one.area,
            period=one.period,
            value=value,
            obs_status=MISSING if value is None else NORMAL,
            note=note,
            filename=self.title,
            sha256="",
            release_date="",
            known_from=since.isoformat() if since else "",
            known_until=until.isoformat() if until else "",
            batch_url="",
        )

    def _part(self, query: Query, own: Sequence[SetRow]) -> Part:
        periods = ", ".join(str(TimePeriod.from_key(row.period)) for row in own)
        told = [own[-1].reporter or "", periods, self.note(query, own)]
        return Part(
            title=own[-1].title,
            url=_address(self.page, own[-1].public_id),
            note="; ".join(one for one in told if one),
            is_demonstration=any(row.is_demonstration for row in own),
        )


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
