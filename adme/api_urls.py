"""Addresses under /api/v1/. Part of the composition root, since it sees the endpoints of every database."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from databases_a.rfmd import api as rfmd
from databases_b import api as b

LISTS = {
    "indicators": b.IndicatorList,
    "observations": b.ObservationList,
    "kpi-leaves": rfmd.LeafList,
    "kpi-values": rfmd.ValueList,
}

urlpatterns = [path("schema/", SpectacularAPIView.as_view(), name="api_schema")]
for name, view in LISTS.items():
    urlpatterns.append(path(f"{name}/", view.as_view(), name=f"api_{name}"))
    urlpatterns.append(path(f"{name}.csv", view.as_view(), {"format": "csv"}, name=f"api_{name}_csv"))
