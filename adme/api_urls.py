"""Addresses under /api/v1/. Part of the composition root, since it sees the endpoints of every database."""

from typing import Any

from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from adme.api import jobs, reference
from adme.api.tables import Endpoint, TableView
from adme.ingest import api as ingest
from adme.reporting import api as reporting
from adme.reporting import api_uploads as uploads
from databases_a.rfmd import api as rfmd
from databases_a.tool1 import api as tool1
from databases_a.tool2 import api as tool2
from databases_b import api as b
from databases_c import api as c
from databases_c import api_reading as c_reading
from dissemination.editions import api as editions
from dissemination.subscriptions import api as subscriptions

# Each list has an address, the same with `.csv` in place of the last slash, and a place in the index.
LISTS: dict[str, type[TableView]] = {
    # reference
    "frameworks": reference.FrameworkList,
    "framework-items": reference.ItemList,
    "areas": reference.AreaList,
    "area-groups": reference.GroupList,
    "area-memberships": reference.MembershipList,
    "bodies": reference.BodyList,
    "issues": reference.IssueList,
    "code-lists": reference.CodeListList,
    "codes": reference.CodeTable,
    # Database A
    "kpi-leaves": rfmd.LeafList,
    "kpi-values": rfmd.ValueList,
    "kpi-value-revisions": rfmd.RevisionList,
    "kpi-baselines": rfmd.BaselineList,
    "kpi-targets": rfmd.TargetList,
    "kpi-ratings": rfmd.RatingList,
    "kpi-gaps": rfmd.GapList,
    "survey-results": rfmd.SurveyList,
    "work-plans": tool1.PlanList,
    "activities": tool1.ActivityList,
    "declarations": tool2.DeclarationList,
    "clauses": tool2.ClauseList,
    "actions": tool2.ActionList,
    # Database B
    "datasets": b.DatasetList,
    "indicators": b.IndicatorList,
    "observations": b.ObservationList,
    "observation-revisions": b.VintageList,
    # Database C
    "record-sets": c_reading.SetList,
    "statistics": c_reading.StatisticList,
    "statistic-figures": c_reading.FigureList,
    "holdings": c_reading.HoldingList,
    "concepts": c_reading.ConceptList,
    "concept-candidates": c_reading.CandidateList,
    # Editions
    "editions": editions.EditionList,
    "edition-figures": editions.EditionFigureList,
    "edition-changes": editions.EditionChangeList,
    "edition-replies": editions.EditionReplyList,
    # one's own work
    "reports": reporting.ReportList,
    "records/submissions": c.SubmissionList,
    "imports": ingest.ImportList,
    "jobs": jobs.JobList,
    "watches": subscriptions.WatchList,
}


def name_of(address: str) -> str:
    return f"api_{address.replace('/', '_')}"


class Index(Endpoint):
    """What the API has: its lists and its description."""

    @extend_schema(responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}})
    def get(self, request: Request, **kwargs: Any) -> Response:
        found = {address: request.build_absolute_uri(reverse(name_of(address))) for address in LISTS}
        return Response({**found, "schema": request.build_absolute_uri(reverse("api_schema"))})


_REPORT = "reports/<uuid:report>/"
_SUBMISSION = "records/submissions/<uuid:submission>/"
urlpatterns = [
    path("", Index.as_view(), name="api_index"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("kpi-values/<str:leaf>/<str:area>/<str:period>/", rfmd.PassportOne.as_view(), name="api_passport"),
    path("record-sets/<str:code>/", c_reading.SetOne.as_view(), name="api_record_set"),
    path("statistics/<str:code>/metadata/", c_reading.MetadataOne.as_view(), name="api_statistic_metadata"),
    path(_REPORT, reporting.ReportOne.as_view(), name="api_report"),
    path(f"{_REPORT}acts/", reporting.ReportActs.as_view(), name="api_report_acts"),
    path(f"{_REPORT}records/", reporting.RecordList.as_view(), name="api_records"),
    path(f"{_REPORT}records/<str:key>/", reporting.RecordOne.as_view(), name="api_record"),
    path(f"{_REPORT}workbook.xlsx", uploads.ReportWorkbook.as_view(), name="api_workbook"),
    path(f"{_REPORT}uploads/", uploads.UploadList.as_view(), name="api_uploads"),
    path(f"{_REPORT}uploads.csv", uploads.UploadList.as_view(), {"format": "csv"}, name="api_uploads_csv"),
    path(f"{_REPORT}uploads/<uuid:upload>/", uploads.UploadOne.as_view(), name="api_upload"),
    path(f"{_REPORT}uploads/<uuid:upload>/acts/", uploads.UploadActs.as_view(), name="api_upload_acts"),
    path(_SUBMISSION, c.SubmissionOne.as_view(), name="api_submission"),
    path(f"{_SUBMISSION}use/", c.SubmissionUse.as_view(), name="api_submission_use"),
    path("imports/<uuid:batch>/", ingest.ImportOne.as_view(), name="api_import"),
    path("imports/<uuid:batch>/acts/", ingest.ImportActs.as_view(), name="api_import_acts"),
    path("jobs/<uuid:job>/", jobs.JobOne.as_view(), name="api_job"),
]
for address, view in LISTS.items():
    urlpatterns.append(path(f"{address}/", view.as_view(), name=name_of(address)))
    urlpatterns.append(path(f"{address}.csv", view.as_view(), {"format": "csv"}, name=f"{name_of(address)}_csv"))
