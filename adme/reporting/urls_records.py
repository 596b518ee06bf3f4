"""Addresses of records: form, grid, comments and evidence."""

from django.urls import URLPattern, path

from . import views_evidence as evidence
from . import views_grid as grid
from . import views_records as records

urlpatterns: list[URLPattern] = [
    path("reports/<uuid:report>/grid/", grid.grid, name="grid"),
    path("reports/<uuid:report>/copy/", records.copy_all_forward, name="copy_all_forward"),
    path("reports/<uuid:report>/grid/<str:key>/", grid.grid_row, name="grid_row"),
    path("reports/<uuid:report>/records/new/", records.record_new, name="record_new"),
    path("reports/<uuid:report>/records/<str:key>/", records.record, name="record"),
    path("reports/<uuid:report>/records/<str:key>/sections/<slug:section>/", records.section_save, name="section_save"),
    path("reports/<uuid:report>/records/<str:key>/remove/", records.record_remove, name="record_remove"),
    path("reports/<uuid:report>/records/<str:key>/keep/", records.record_keep, name="record_keep"),
    path("reports/<uuid:report>/records/<str:key>/copy/", records.copy_forward, name="copy_forward"),
    path("reports/<uuid:report>/records/<str:key>/fields/<slug:field>/", records.field_history, name="field_history"),
    path("reports/<uuid:report>/records/<str:key>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("reports/<uuid:report>/comments/", evidence.comment_add, name="comment_add"),
    path("reports/<uuid:report>/comments/<int:comment>/resolve/", evidence.comment_resolve, name="comment_resolve"),
    path("reports/<uuid:report>/evidence/<uuid:evidence>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path("evidence/<uuid:evidence>/", evidence.evidence_file, name="evidence_file"),
]
