"""Editions under /api/v1/: the list, figures as frozen, changes by cause, and what states replied."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Max, Q, QuerySet
from rest_framework import serializers

from adme.accounts.permissions import Permission
from adme.api.parameters import CodeListField, PeriodsFilters, among, shown_period, within
from adme.api.tables import TableView

from . import selectors
from .content import ASEAN, Figure
from .models import Edition, EditionChange, EditionFigure, Reply
from .reading import address_of, published_content
from .states import Cause, EditionState, Outcome, ReplyKind
from .storing import FIGURE_FIELDS


class _EditionTable(TableView):
    permission = Permission.DASHBOARD_VIEW
    tag = "Editions"

    def visible(self) -> QuerySet[Edition]:
        """Published and, but for those who manage editions, out of embargo."""
        return selectors.visible(self.request.user)

    def stamp(self, filters: dict[str, Any]) -> Any:
        """Editions appear by publication and by the clock, not by a data version."""
        return list(self.visible().values_list("number", flat=True))

    def _chosen(self, filters: dict[str, Any]) -> QuerySet[Edition]:
        found = self.visible()
        return found.filter(number=filters["edition"]) if "edition" in filters else found

    def _contents(self, number: int) -> Any:
        """Leaves and replies of an edition, read once for a list."""
        if number not in self._read:
            self._read[number] = published_content(Edition.objects.get(number=number))
        return self._read[number]

    @cached_property
    def _read(self) -> dict[int, Any]:
        return {}


class EditionRow(serializers.Serializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    meeting = serializers.CharField()
    meeting_on = serializers.DateField()
    published_at = serializers.DateTimeField()
    embargo_until = serializers.DateTimeField(allow_null=True, help_text="Readers see it from this moment on.")
    taken_at = serializers.DateTimeField(help_text="When the figures were read.")
    data_version = serializers.IntegerField()
    previous = serializers.IntegerField(allow_null=True, help_text="Number of the edition that it is compared with.")
    hash = serializers.CharField(help_text="SHA-256 of the frozen content.")
    is_demonstration = serializers.BooleanField()
    url = serializers.CharField(help_text="Short link: which figures have changed since.")


class EditionList(_EditionTable):
    """Published editions, newest first. An edition under embargo is not there yet."""

    row = EditionRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Edition]:
        return self.visible().select_related("previous")

    def present(self, row: Edition) -> Sequence[Any]:
        return (
            row.number, row.title, row.meeting, row.meeting_on, row.published_at, row.embargo_until, row.taken_at,
            row.data_version, row.previous.number if row.previous else None, row.hash, row.is_demonstration,
            address_of(row),
        )  # fmt: skip


class OfEdition(PeriodsFilters):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=10**6, help_text="Number of the edition.")
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN or ASEAN.")


class FigureRow(serializers.Serializer):
    edition = serializers.IntegerField()
    leaf = serializers.CharField()
    area = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null where a regional value is withheld.")
    unit = serializers.CharField()
    obs_status = serializers.CharField()
    withheld = serializers.CharField(help_text="Why a regional value is not shown.")
    coverage_of = serializers.CharField(help_text="Whom the next two count: states, or (sectoral) bodies.")
    states_reporting = serializers.IntegerField(allow_null=True)
    states_expected = serializers.IntegerField(allow_null=True)
    states_carried = serializers.IntegerField(allow_null=True)
    population_share = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    recipe_version = serializers.IntegerField()
    reply = serializers.CharField(
        help_text="What the state said of it: confirmed, corrected, disputed, silent; blank for ASEAN."
    )
    wording = serializers.CharField(help_text="official, reported, topic-known or provisional: how sure the title is.")
    is_demonstration = serializers.BooleanField(help_text="It rests on made-up data, which shows how ADME works.")


class EditionFigureList(_EditionTable):
    """Figures as an edition froze them."""

    filters = OfEdition
    row = FigureRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[EditionFigure, Any]:
        found = EditionFigure.objects.filter(edition__in=self._chosen(filters))
        found = within(among(found, filters, leaf="leaf", area="area"), filters)
        ordered = found.order_by("-edition__number", "position")
        return ordered.values_list("edition__number", *FIGURE_FIELDS)  # type: ignore[no-any-return]

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        number, figure = row[0], Figure(*row[1:])
        content = self._contents(number)
        leaf = content.by_leaf.get(figure.leaf)
        mark = content.reply(figure) if figure.area != ASEAN else None
        return (
            number, figure.leaf, figure.area, figure.period_text, figure.value, leaf.unit if leaf else "",
            figure.obs_status, figure.withheld, figure.coverage_of, figure.states_reporting, figure.states_expected,
            figure.states_carried, figure.population_share, figure.recipe_version, mark.kind if mark else "",
            leaf.wording if leaf else "", bool(leaf and leaf.is_demonstration),
        )  # fmt: skip


class ChangeFilters(OfEdition):
    cause = serializers.ChoiceField(required=False, choices=Cause.choices)


class ChangeRow(serializers.Serializer):
    edition = serializers.IntegerField()
    previous = serializers.IntegerField(allow_null=True)
    leaf = serializers.CharField()
    area = serializers.CharField()
    period = serializers.CharField()
    cause = serializers.CharField(help_text="Why it differs; where several causes hold, the first in their order.")
    before = serializers.FloatField(allow_null=True, help_text="Null where there was no figure, or a withheld one.")
    after = serializers.FloatField(allow_null=True)
    detail = serializers.CharField(help_text="What exactly differs, in a sentence.")
    is_demonstration = serializers.BooleanField(help_text="It rests on made-up data, which shows how ADME works.")


class EditionChangeList(_EditionTable):
    """Figures that differ from the edition before, each with its cause, as frozen at publication."""

    filters = ChangeFilters
    row = ChangeRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[EditionChange, Any]:
        found = EditionChange.objects.filter(edition__in=self._chosen(filters))
        found = within(among(found, filters, leaf="leaf", area="area"), filters)
        if "cause" in filters:
            found = found.filter(cause=filters["cause"])
        return found.order_by("-edition__number", "position").values_list(  # type: ignore[no-any-return]
            "edition__number", "edition__previous__number", "leaf", "area", "period", "cause", "before", "after",
            "detail",
        )  # fmt: skip

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        leaf = self._contents(row[0]).by_leaf.get(row[2])
        return (*row[:4], shown_period(row[4]), *row[5:], bool(leaf and leaf.is_demonstration))


class ReplyFilters(serializers.Serializer):
    edition = serializers.UUIDField(required=False, help_text="Id of the edition, which it has before its number.")
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN.")
    kind = serializers.ChoiceField(required=False, choices=ReplyKind.choices)


class ReplyRow(serializers.Serializer):
    edition = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True, help_text="Null before publication.")
    area = serializers.CharField()
    leaf = serializers.CharField()
    period = serializers.CharField(help_text="Blank: the whole series.")
    kind = serializers.ChoiceField(choices=ReplyKind.choices)
    seen_value = serializers.FloatField(allow_null=True, help_text="The figure that the state answered to.")
    proposed_value = serializers.FloatField(allow_null=True)
    text = serializers.CharField()
    evidence = serializers.CharField(help_text="A link, or the name of a file.")
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    outcome_text = serializers.CharField()
    at = serializers.DateTimeField()


class EditionReplyList(_EditionTable):
    """What states said of their own figures. Before publication a focal point sees the own state's words only."""

    filters = ReplyFilters
    row = ReplyRow

    def _seen(self) -> QuerySet[Reply]:
        user = self.request.user
        found = Reply.objects.filter(superseded_at__isnull=True)
        if selectors.manages(user):
            return found
        asked = Q(edition__state__in=[EditionState.REPLY, EditionState.CLOSED])
        own = asked & Q(area__in=list(selectors.own_areas(user)))
        return found.filter(own | Q(edition__in=self.visible()))

    def stamp(self, filters: dict[str, Any]) -> Any:
        seen = self._seen()
        last = seen.aggregate(pk=Max("pk"), outcome=Max("outcome_at"))
        return [super().stamp(filters), seen.count(), last["pk"], last["outcome"]]

    def rows(self, filters: dict[str, Any]) -> QuerySet[Reply, Any]:
        found = among(self._seen(), filters, leaf="leaf", area="area")
        if "edition" in filters:
            found = found.filter(edition__public_id=filters["edition"])
        if "kind" in filters:
            found = found.filter(kind=filters["kind"])
        return found.order_by("-edition_id", "area", "leaf", "period").values_list(  # type: ignore[no-any-return]
            "edition__public_id", "edition__number", "area", "leaf", "period", "kind", "seen_value", "proposed_value",
            "text", "evidence_link", "evidence_name", "outcome", "outcome_text", "at",
        )  # fmt: skip

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        period, link, name = row[4], row[9], row[10]
        return (*row[:4], shown_period(period) if period else "", *row[5:9], link or name, *row[11:])
