"""No addresses: this package lies below accounts and cannot ask who may read. The page is adme.accounts.audit_views."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
