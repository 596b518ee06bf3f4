"""Addresses of downloads; each stands below the page whose figures it holds."""

from django.urls import path

from . import downloads, tool_downloads, views_records

urlpatterns = [
    path("dashboards/kpis/<str:code>/data.<str:extension>", downloads.leaf_download, name="leaf_download"),
    path(
        "dashboards/characteristics/<str:code>/data.<str:extension>",
        downloads.characteristic_download,
        name="characteristic_download",
    ),
    path("dashboards/kras/<str:code>/data.<str:extension>", downloads.kra_download, name="kra_download"),
    path("dashboards/state-of-data/data.<str:extension>", downloads.gaps_download, name="gaps_download"),
    path("dashboards/tool-1/<slug:chart>/data.<str:extension>", tool_downloads.tool1_download, name="tool1_download"),
    path("dashboards/tool-2/<slug:chart>/data.<str:extension>", tool_downloads.tool2_download, name="tool2_download"),
    path(
        "dashboards/records/<slug:chart>/data.<str:extension>", views_records.records_download, name="records_download"
    ),
    path(
        "dashboards/records/<str:code>/<slug:chart>/data.<str:extension>",
        views_records.statistic_download,
        name="statistic_download",
    ),
]
