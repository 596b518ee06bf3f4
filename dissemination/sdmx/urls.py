"""Addresses below /api/sdmx/. The rest of a path is read by the views, since the standard lets its end be left out."""

from django.urls import path

from . import views

urlpatterns = [
    path("v2/data", views.DataV2.as_view(), name="sdmx_v2_all_data"),
    path("v2/data/<path:rest>", views.DataV2.as_view(), name="sdmx_v2_data"),
    path("v2/availability/<path:rest>", views.AvailabilityV2.as_view(), name="sdmx_v2_availability"),
    path("v2/structure", views.StructuresV2.as_view(), name="sdmx_v2_all_structures"),
    path("v2/structure/<path:rest>", views.StructuresV2.as_view(), name="sdmx_v2_structures"),
    path("v2/<path:rest>", views.NotHereV2.as_view(), name="sdmx_v2_other"),
    path("data/<path:rest>", views.DataV1.as_view(), name="sdmx_data"),
    path("availableconstraint/<path:rest>", views.AvailabilityV1.as_view(), name="sdmx_availability"),
    path("metadata/<path:rest>", views.NotHere.as_view(), name="sdmx_metadata"),
    path("schema/<path:rest>", views.NotHere.as_view(), name="sdmx_schema"),
    path("<slug:resource>", views.StructuresV1.as_view(), name="sdmx_all_structures"),
    path("<slug:resource>/<path:rest>", views.StructuresV1.as_view(), name="sdmx_structures"),
]
