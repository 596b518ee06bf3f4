"""What one watches under /api/v1/watches/: read it, and change it as on the page."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.models import User
from adme.accounts.permissions import Permission
from adme.api.scopes import Scope
from adme.api.tables import TableView

from . import selectors, watching
from .errors import NotWatchable
from .models import Watch, WatchKind


class WatchRow(serializers.Serializer):
    kind = serializers.ChoiceField(choices=WatchKind.values)
    code = serializers.CharField(help_text="Of the KPI leaf, the state or the sectoral body.")
    name = serializers.CharField()
    url = serializers.CharField(help_text="Its page within ADME; blank where it has none.")


class WatchOrder(serializers.Serializer):
    kind = serializers.ChoiceField(choices=WatchKind.values)
    code = serializers.CharField(max_length=20)
    is_watched = serializers.BooleanField(help_text="true: be told when it changes; false: no more.")


class WatchList(TableView):
    """What you watch. Notices of it stand in the application and come by mail, as your page of watched things says."""

    permission = Permission.DASHBOARD_VIEW
    scope = Scope.WATCHES
    tag = "Watches"
    row = WatchRow

    def rows(self, filters: dict[str, Any]) -> Any:
        return selectors.lines_for(self.request.user)

    def present(self, row: selectors.WatchLine) -> tuple[str, ...]:
        return row.kind, row.code, row.name, row.url

    def stamp(self, filters: dict[str, Any]) -> Any:
        return list(Watch.objects.filter(user=cast(User, self.request.user)).values_list("kind", "code"))

    @extend_schema(request=WatchOrder, responses={200: WatchOrder})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Watch one thing, or no longer. The same again changes nothing."""
        order = WatchOrder(data=request.data)
        order.is_valid(raise_exception=True)
        wanted, user = order.validated_data, cast(User, request.user)
        act = watching.watch if wanted["is_watched"] else watching.unwatch
        try:
            act(user=user, kind=wanted["kind"], code=wanted["code"])
        except NotWatchable as error:
            raise serializers.ValidationError({"code": [str(error)]}) from None
        return Response(wanted)
