"""Frameworks with their own tiers, areas with dated membership, sectoral bodies, issues, and SDMX code lists."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from adme.common.models import Retirable
from adme.common.text import fold


class Wording(models.TextChoices):
    """How sure we are of a title. Pages show it wherever the title stands."""

    OFFICIAL = "official", "official wording"
    REPORTED = "reported", "reported wording"
    TOPIC_KNOWN = "topic-known", "topic known, wording ours"
    PROVISIONAL = "provisional", "provisional wording"


class Kept(Retirable):
    """A row that `load_reference` keeps as the files say, or one that a person added.

    The rule: what a file holds, the file decides (an edit in the admin is replaced at the next load, and the dry run
    lists it); what only a person added (`from_file` false) no load touches.
    """

    from_file = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class Framework(Kept):
    """An edition of the plan: the Blueprint 2025, the Strategic Plan 2035. Several stand side by side."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=300)
    short_title = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    wording = models.CharField(max_length=20, choices=Wording)
    source = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.code


class FrameworkItem(Kept):
    """One node of a framework at one tier: Characteristic, KRA, strategic measure, goal, ..."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="items")
    tier = models.CharField(max_length=40, help_text="characteristic, kra, strategic_measure, strategic_goal, ...")
    code = models.CharField(max_length=20)
    title = models.TextField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    wording = models.CharField(max_length=20, choices=Wording)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["framework_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="framework_item_code_is_unique_in_framework")
        ]

    def __str__(self) -> str:
        return f"{self.framework.code} {self.code}"


class Area(Kept):
    """A reference area: a country, an aggregate such as ASEAN or the World."""

    class Kind(models.TextChoices):
        COUNTRY = "country", "country or territory"
        AGGREGATE = "aggregate", "aggregate"

    code = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9_]+\Z", "Write capital letters and digits.")],
        help_text="ISO 3166-1 alpha-3, or the provider's aggregate code.",
    )
    iso2 = models.CharField(
        max_length=2, blank=True, validators=[RegexValidator(r"^[A-Z]{2}\Z", "Write two capital letters.")]
    )
    m49 = models.CharField(
        max_length=3, blank=True, validators=[RegexValidator(r"^[0-9]{3}\Z", "Write three digits, such as 096.")]
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    official_languages = models.CharField(max_length=120, blank=True)
    capital = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.code


class AreaAlias(Kept):
    """Other spellings that files use for an area: 'Vietnam', 'Lao People's Democratic Republic', 'VN', '704'."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=160, unique=True, help_text="Folded: lower case, no accents or punctuation.")

    class Meta:
        verbose_name_plural = "area aliases"

    def __str__(self) -> str:
        return self.alias

    def clean(self) -> None:
        self.alias = fold(self.alias)
        if not self.alias:
            raise ValidationError({"alias": "Write letters or digits."})
        for code, iso2, m49, name in Area.objects.exclude(pk=self.area_id).values_list("code", "iso2", "m49", "name"):
            if self.alias in {fold(code), fold(iso2), m49, fold(name)}:
                raise ValidationError({"alias": f"This is already a code or the name of {name}."})


class AreaGroup(Kept):
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.code


class AreaMembership(Kept):
    """An area belongs to a group from a day to a day: ASEAN had 10 members until 2025-10-26 and has 11 since."""

    group = models.ForeignKey(AreaGroup, on_delete=models.CASCADE, related_name="memberships")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="memberships")
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "area"], name="area_is_once_in_a_group"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gt=F("joined_on")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area.code} in {self.group.code}"

    def holds_on(self, day: date) -> bool:
        return (self.joined_on is None or self.joined_on <= day) and (self.left_on is None or day < self.left_on)


class SectoralBody(Kept):
    code = models.SlugField(max_length=20, unique=True, help_text="Acronym without blanks, as used in addresses.")
    acronym = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    reports_to = models.CharField(max_length=80, blank=True)
    sector = models.CharField(max_length=120, blank=True)
    aliases = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["acronym"]
        verbose_name_plural = "sectoral bodies"

    def __str__(self) -> str:
        return self.acronym


class CrossPillarIssue(Kept):
    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=200)
    lead_bodies = models.CharField(max_length=120, help_text="As the source gives them; some are not sectoral bodies.")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.title


class CodeList(Kept):
    """An SDMX code list: CL_SEX, CL_FREQ, CL_OBS_STATUS, ..."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.code


class Code(Kept):
    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["code_list_id", "position"]
        constraints = [models.UniqueConstraint(fields=["code_list", "code"], name="code_is_unique_in_its_list")]

    def __str__(self) -> str:
        return f"{self.code_list.code}:{self.code}"
