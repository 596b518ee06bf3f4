"""Addresses under /api/v1/. Part of the composition root, since it sees the endpoints of every database."""

from typing import Any

from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from adme.api.tables import MayReadApi
from adme.reporting import api as reporting
from databases_a.rfmd import api as rfmd
from databases_b import api as b
from databases_c import api as c

LISTS = {
    "indicators": b.IndicatorList,
    "observations": b.ObservationList,
    "kpi-leaves": rfmd.LeafList,
    "kpi-values": rfmd.ValueList,
}


class Index(APIView):
    """What the API has: its lists and its description."""

    permission_classes = (MayReadApi,)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, **kwargs: Any) -> Response:
        addresses = {name: request.build_absolute_uri(reverse(f"api_{name}")) for name in LISTS}
        addresses["reports"] = request.build_absolute_uri(reverse("api_reports"))
        addresses["records-submissions"] = request.build_absolute_uri(reverse("api_submissions"))
        return Response({**addresses, "schema": request.build_absolute_uri(reverse("api_schema"))})


urlpatterns = [
    path("", Index.as_view(), name="api_index"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("reports/", reporting.ReportList.as_view(), name="api_reports"),
    path("reports/<uuid:report>/", reporting.ReportOne.as_view(), name="api_report"),
    path("reports/<uuid:report>/acts/", reporting.ReportActs.as_view(), name="api_report_acts"),
    path("reports/<uuid:report>/records/", reporting.RecordList.as_view(), name="api_records"),
    path("reports/<uuid:report>/records/<str:key>/", reporting.RecordOne.as_view(), name="api_record"),
    path("records/submissions/", c.SubmissionList.as_view(), name="api_submissions"),
    path("records/submissions/<uuid:submission>/", c.SubmissionOne.as_view(), name="api_submission"),
    path("records/submissions/<uuid:submission>/use/", c.SubmissionUse.as_view(), name="api_submission_use"),
]
for name, view in LISTS.items():
    urlpatterns.append(path(f"{name}/", view.as_view(), name=f"api_{name}"))
    urlpatterns.append(path(f"{name}.csv", view.as_view(), {"format": "csv"}, name=f"api_{name}_csv"))
