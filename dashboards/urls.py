"""Addresses of the dashboards."""

from django.urls import URLPattern, URLResolver, path

from . import views, views_records, views_tools

urlpatterns: list[URLPattern | URLResolver] = [
    path("dashboards/", views.home, name="home"),
    path("dashboards/characteristics/<str:code>/", views.characteristic, name="characteristic"),
    path("dashboards/kras/<str:code>/", views.kra, name="kra"),
    path("dashboards/kpis/<str:code>/", views.leaf, name="leaf"),
    path("dashboards/kpis/<str:code>/passport/", views.passport, name="passport"),
    path("dashboards/state-of-data/", views.gaps, name="gaps"),
    path("dashboards/tool-1/", views_tools.tool1, name="tool1_dashboard"),
    path("dashboards/tool-2/", views_tools.tool2, name="tool2_dashboard"),
    path("dashboards/records/", views_records.records, name="records_dashboard"),
    path("dashboards/records/<str:code>/", views_records.statistic, name="statistic_dashboard"),
]
