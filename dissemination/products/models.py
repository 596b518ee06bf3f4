"""Files made for download: each knows what it was made of and carries the hash by which it is recognised again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .kinds import FileState


class ProductFile(models.Model):
    """One file of one product, built as a job. `parameters` narrow it: {"body": "SOMHD"}, {"state": "IDN"}, ...

    Files of a published edition are shared by all who may download; others belong to the person who asked and are
    removed after `expires_at`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.CharField(max_length=30, help_text="Key in kinds.PRODUCTS, such as 'brief'.")
    format = models.CharField(max_length=12, help_text="pdf, docx, pptx, xlsx, csv, sdmx-csv, json, zip")
    parameters = models.JSONField(default=dict, blank=True)
    edition = models.ForeignKey(
        "editions.Edition", null=True, blank=True, on_delete=models.PROTECT, related_name="product_files"
    )
    data_version = models.PositiveBigIntegerField()
    title = models.CharField(max_length=300)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    job = models.UUIDField(null=True, blank=True, help_text="The job that builds it.")
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it could not be built.")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When its figures were read (UTC).")
    built_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="products/", blank=True)
    name = models.CharField(max_length=200, blank=True, help_text="File name at download.")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(default=0)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["requested_by", "-requested_at"], name="product_files_of_a_person")]

    def __str__(self) -> str:
        return self.title
