"""Who may buy, where they work, and each contact they had with a campaign."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, TypeVar, cast

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from common.texts import gettext_lazy as _
from leads.models.organisation import Organisation

Rows = TypeVar("Rows", bound=models.Model)
MOST_OF_A_TAG = 40


def seen_by(user: User, rows: models.QuerySet[Rows], lead: str, each: bool = False) -> models.QuerySet[Rows]:
    """The one door: of `rows` those whose `lead` the person may see. Reps see the leads of their team, everybody
    else who works here sees all. Asked of `each` row by itself, no plan reads all the handoffs there are."""
    if not user.is_active:
        return rows.none()
    if user.sees_everything:
        return rows.all()
    # The relation's model: handoffs stand on leads, so their module can't be imported here.
    theirs = user.handoffs.model.objects.visible_to(user).filter(lead=OuterRef(lead))
    if each:
        return rows.filter(IsNull(Subquery(theirs.order_by().values("pk")[:1]), False))
    return rows.filter(Exists(theirs))


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: User) -> "LeadQuerySet":
        """The leads that the person may see."""
        return cast("LeadQuerySet", seen_by(user, self, "pk"))

    def counted(self) -> "LeadQuerySet":
        """Leads that figures count: tests, spam and duplicates are left out."""
        return self.filter(kept_out="")

    def for_list(self) -> "LeadQuerySet":
        return self.select_related("organisation", "campaign", "owner")


class Lead(models.Model):
    """A person who may buy. One e-mail address, one lead, for ever."""

    class Grade(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"

    class Stage(models.TextChoices):
        NEW = "new", _("With marketing")
        HANDED_OFF = "handed_off", _("With sales")
        ACCEPTED = "accepted", _("Accepted")
        NURTURE = "nurture", _("Nurture")
        REJECTED = "rejected", _("Rejected")
        OPPORTUNITY = "opportunity", _("Opportunity")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    class KeptOut(models.TextChoices):
        TEST = "test", _("Test")
        SPAM = "spam", _("Spam")
        DUPLICATE = "duplicate", _("Duplicate")

    # Stages in which a new touch opens the lead again.
    CLOSED_STAGES = (Stage.NURTURE, Stage.REJECTED, Stage.LOST)

    email = models.EmailField(_("e-mail"), max_length=254, null=True, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=250, blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    # The same number in E.164 where it is one: by it people are recognised.
    phone_e164 = models.CharField(_("phone in E.164"), max_length=16, blank=True, default="", db_default="")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="leads")
    website = models.CharField(_("website"), max_length=253, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    # Foreign keys without an index of their own are led by another index, or nobody asks by them.
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("first campaign"),
        db_index=False,
    )
    captured_at = models.DateTimeField(_("captured at"))
    note = models.TextField(_("note"), blank=True)
    consent = models.CharField(_("consent"), max_length=200, blank=True)
    facts = models.JSONField(_("further facts"), default=dict, blank=True)

    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, blank=True)
    best_grade = models.CharField(_("best grade reached"), max_length=1, choices=Grade.choices, blank=True)
    fit = models.SmallIntegerField(_("fit"), default=0)
    engagement = models.SmallIntegerField(_("engagement"), default=0)
    # The moment as of which engagement was judged: for imported history the latest touch.
    graded_at = models.DateTimeField(null=True, blank=True)
    # What grading and sales write again and again stands in no index, nor in the condition of one: each write would
    # cost all of them.
    # Definitions and imports are never deleted: constraints would look for them once more for each row.
    graded_by = models.ForeignKey(
        "leads.LeadDefinition",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.NEW)
    # Whoever owns a lead was handed it, and it is found by the handoffs.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="leads", db_index=False
    )
    wake_up_on = models.DateField(_("wakes up on"), null=True, blank=True)
    kept_out = models.CharField(_("kept out of figures"), max_length=9, choices=KeptOut.choices, blank=True)
    tags = ArrayField(
        models.CharField(max_length=MOST_OF_A_TAG), verbose_name=_("tags"), default=list, blank=True, db_default=[]
    )
    do_not_contact = models.BooleanField(_("do not contact"), default=False, db_default=False)
    do_not_contact_at = models.DateTimeField(null=True, blank=True)
    # Nobody asks for the leads of this person: an index would only slow the import down.
    do_not_contact_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    do_not_contact_why = models.CharField(_("why not to contact"), max_length=200, blank=True, db_default="")
    # Erased on request: an anonymous count, without a key by which it could be found again.
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    run = models.ForeignKey(
        "imports.Import",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("import that brought it"),
        db_index=False,
        db_constraint=False,
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="lead_one_per_address",
                violation_error_message=_("A lead with this address is here already."),
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="lead_one_per_external_id",
                violation_error_message=_("A lead with this external id is here already."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(external_id__isnull=False) | Q(erased_at__isnull=False),
                name="lead_has_a_key",
                violation_error_message=_("Write an e-mail address or an external id."),
            ),
            models.CheckConstraint(condition=~Q(email="") & ~Q(external_id=""), name="lead_keys_not_empty"),
            models.CheckConstraint(condition=Q(grade__in=["", "A", "B", "C", "D"]), name="lead_grade_is_known"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(email=None, external_id=None, name="", phone="", note="", facts={}),
                name="lead_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=~Q(stage="nurture") | Q(wake_up_on__isnull=False),
                name="lead_nurture_has_a_date",
                violation_error_message=_("Write the day on which the lead wakes up."),
            ),
        ]
        indexes: ClassVar = [
            # The list, newest first, paged by key.
            # With what the figures of a quarter ask of each lead, which then need not be fetched.
            models.Index(
                fields=["-captured_at", "-id"],
                include=["kept_out", "campaign", "source", "best_grade"],
                name="lead_newest_first",
            ),
            # The list of one campaign, and its figures.
            models.Index(fields=["campaign", "-captured_at"], name="lead_of_campaign"),
            # The leads of a tag; a lead without any is not in it.
            GinIndex(fields=["tags"], condition=~Q(tags=[]), name="lead_of_tag"),
            models.Index(fields=["-captured_at"], condition=~Q(tags=[]), name="lead_tagged"),
            # Who wakes up, and when.
            models.Index(fields=["wake_up_on"], condition=Q(wake_up_on__isnull=False), name="lead_to_wake"),
            # What one import brought, to show it and to undo it.
            models.Index(fields=["run"], condition=Q(run__isnull=False), name="lead_of_import"),
            # Who else has this number.
            models.Index(fields=["phone_e164"], condition=~Q(phone_e164=""), name="lead_by_phone"),
            # Who else has this name, where no organisation tells them apart.
            models.Index(Lower("name"), condition=Q(organisation=None) & ~Q(name=""), name="lead_by_name_alone"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("leads:lead", args=[self.pk])

    @property
    def display_name(self) -> str:
        if self.erased_at:
            return gettext("Erased person")
        return self.name or self.email or self.external_id or ""


class TouchQuerySet(models.QuerySet["Touch"]):
    def latest_of(self, leads: Collection[int]) -> dict[int, datetime]:
        """The moment of the latest touch of each of `leads`, by id. One pass: to ask for the first by date of each lead
        would read the dates of all others while the planner does not know yet how many touches a lead has."""
        found = self.filter(lead__any=leads).order_by().values("lead").annotate(latest=Max("at"))
        return dict(found.values_list("lead", "latest")) if leads else {}


class Touch(models.Model):
    """One dated contact between a lead and a campaign."""

    class Kind(models.TextChoices):
        FORM = "form", _("Form")
        QUOTE = "quote", _("Asked for a quote")
        DEMO = "demo", _("Asked for a demo")
        EVENT = "event", _("Visited the stand")
        WEBINAR = "webinar", _("Attended a webinar")
        DOWNLOAD = "download", _("Download")
        VISIT = "visit", _("Visited the site")
        EMAIL = "email", _("Answered a mail")
        CALL = "call", _("Called in")
        OTHER = "other", _("Other")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="touches", db_index=False)
    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, null=True, blank=True, related_name="touches")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FORM)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    run = models.ForeignKey(
        "imports.Import",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="touches",
        db_index=False,
        db_constraint=False,
    )

    objects = TouchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        verbose_name_plural = "touches"
        indexes: ClassVar = [
            models.Index(fields=["run"], condition=Q(run__isnull=False), name="touch_of_import"),
            # The list of leads by their latest touch.
            models.Index(fields=["-at", "-lead"], name="touch_latest_first"),
        ]
        constraints: ClassVar = [
            # The same contact told twice, by a file loaded again or a form sent twice, is one touch.
            models.UniqueConstraint(
                fields=["lead", "campaign", "kind", "at"],
                name="touch_told_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef] # the plugin declares Django's own
        """The label of the kind. Django's own looks through all labels, translating each: lists show many touches."""
        return str(Touch.Kind(self.kind).label)
