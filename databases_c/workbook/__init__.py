"""Workbooks of record sets: the template that goes out, and the error report that goes back."""

from .errors import error_report
from .template import csv_template, file_name, template

__all__ = ["csv_template", "error_report", "file_name", "template"]
