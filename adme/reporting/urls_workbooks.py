"""Addresses of workbooks: fetch, send back, decide, and get back with marks."""

from django.urls import path

from . import views_workbooks as views

urlpatterns = [
    path("reports/<uuid:report>/workbook.xlsx", views.workbook, name="workbook"),
    path("reports/<uuid:report>/upload/", views.workbook_upload, name="workbook_upload"),
    path("reports/<uuid:report>/uploads/<uuid:batch>/", views.workbook_preview, name="workbook_preview"),
    path("reports/<uuid:report>/uploads/<uuid:batch>/marked.xlsx", views.workbook_marked, name="workbook_marked"),
]
