"""Numbered pages with a cap, so that no request can ask for everything at once; `.csv` streams everything."""

from rest_framework.pagination import PageNumberPagination

LARGEST_PAGE = 500


class Page(PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    page_size_query_description = f"Rows on a page, at most {LARGEST_PAGE}."
