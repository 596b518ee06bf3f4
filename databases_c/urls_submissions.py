"""Addresses of submissions: below the report that they belong to."""

from django.urls import path

from . import views_findings
from . import views_submissions as views

_AT = "reports/<uuid:report>/submission/"
urlpatterns = [
    path(_AT, views.submission, name="submission"),
    path(f"{_AT}form/", views.submission_form, name="submission_form"),
    path(f"{_AT}upload/", views.submission_upload, name="submission_upload"),
    path(f"{_AT}findings/", views.findings_decide, name="findings_decide"),
    path(f"{_AT}template.xlsx", views.submission_template, {"ending": "xlsx"}, name="submission_template_xlsx"),
    path(f"{_AT}template.csv", views.submission_template, {"ending": "csv"}, name="submission_template_csv"),
    path(f"{_AT}<int:number>/", views.submission_version, name="submission_version"),
    path(f"{_AT}<int:number>/findings/<int:finding>/", views_findings.finding, name="finding"),
    path(f"{_AT}<int:number>/use/", views.submission_use, name="submission_use"),
    path(f"{_AT}<int:number>/findings.xlsx", views.submission_errors, name="submission_errors"),
    path(f"{_AT}<int:number>/rows.csv", views.submission_rows, name="submission_rows"),
    path(f"{_AT}<int:number>/file/", views.submission_file, name="submission_file"),
]
