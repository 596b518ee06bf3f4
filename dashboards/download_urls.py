"""Addresses of downloads; each stands below the page whose figures it holds."""

from django.urls import path

from . import downloads

urlpatterns = [
    path("dashboards/kpis/<str:code>/data.<str:extension>", downloads.leaf_download, name="leaf_download"),
    path(
        "dashboards/characteristics/<str:code>/data.<str:extension>",
        downloads.characteristic_download,
        name="characteristic_download",
    ),
    path("dashboards/kras/<str:code>/data.<str:extension>", downloads.kra_download, name="kra_download"),
    path("dashboards/state-of-data/data.<str:extension>", downloads.gaps_download, name="gaps_download"),
]
