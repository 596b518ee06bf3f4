"""One row that says which state of the data the pages show."""

from django.db import models


class DataVersion(models.Model):
    """Counts up whenever published figures may have changed. Caches and ETags key on it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_data_version")]

    def __str__(self) -> str:
        return f"data version {self.number}"
