"""Numbered pages with a cap, so that no request can ask for everything at once; `.csv` streams everything."""

from rest_framework.pagination import PageNumberPagination


class Page(PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500
