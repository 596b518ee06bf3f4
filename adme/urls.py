"""All addresses. Each package keeps its own; the composition stands here."""

from django.contrib import admin
from django.urls import include, path

from adme import site
from adme.common.views_styleguide import style_guide

urlpatterns = [
    path("", site.landing, name="landing"),
    path("healthz", site.healthz, name="healthz"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("style-guide/", style_guide, name="style_guide"),
    path("readyz", site.readyz, name="readyz"),
    path("", include("dashboards.urls")),
    path("", include("dashboards.download_urls")),
    path("", include("databases_a.rfmd.urls")),
    path("", include("adme.reporting.urls_reports")),
    path("", include("adme.reporting.urls_records")),
    path("", include("adme.reporting.urls_workbooks")),
    path("", include("databases_a.tool1.urls")),
    path("", include("databases_a.tool2.urls")),
    path("database-b/", include("databases_b.urls")),
    path("", include("databases_c.urls")),
    path("", include("dissemination.editions.urls")),
    path("files/", include("dissemination.products.urls")),
    path("", include("dissemination.subscriptions.urls")),
    path("imports/", include("adme.ingest.urls")),
    path("jobs/", include("adme.jobs.urls")),
    path("", include("adme.accounts.urls")),
    path("audit/", include("adme.audit.urls")),
    path("accounts/", include("allauth.urls")),
    path("account/tokens/", include("adme.api.urls")),
    path("api/v1/", include("adme.api_urls")),
    path("api/sdmx/", include("dissemination.sdmx.urls")),
    path("api/dcat/", include("dissemination.sdmx.dcat_urls")),
    path("operator-admin/", admin.site.urls),
]

# Programs are told in JSON what is wrong, people on a page.
handler400 = "adme.api.views.bad_request"
handler404 = "adme.api.views.page_not_found"
handler500 = "adme.api.views.server_error"
