"""What marketing undertakes, what it costs, and what was done on which day."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.feed_models import CalendarFeed
from campaigns.merge_models import CampaignMerge
from common.countries import country_name

__all__ = ["Activity", "Alias", "CalendarFeed", "Campaign", "CampaignMerge", "Cost"]


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> "CampaignQuerySet":
        """Both sides see every campaign: sales looks ahead at what is running."""
        return self.all() if user.is_active else self.none()

    def running_on(self, day: date) -> "CampaignQuerySet":
        begun = self.filter(set_status="", starts_on__lte=day)
        return begun.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def planned_on(self, day: date) -> "CampaignQuerySet":
        return self.filter(set_status="", starts_on__gt=day)

    def within(self, first: date, last: date, today: date) -> "CampaignQuerySet":
        """Those that run on a day from `first` to `last`, both included, by their dates. What somebody ended
        before its last day runs until `today` at most; what was abandoned is left out."""
        begun = self.filter(~Q(set_status="abandoned"), starts_on__lte=last)
        begun = begun.filter(Q(ends_on=None) | Q(ends_on__gte=first))
        return begun if first <= today else begun.filter(set_status="")

    def for_country(self, region: str) -> "CampaignQuerySet":
        """Those that name this country, by its two letters, and those for everywhere."""
        return self.filter(Q(countries__contains=[region]) | Q(countries=[]))

    def asking(self, user: User, day: date) -> "CampaignQuerySet":
        """Those that ask `user` to be their sales partner, wait for the answer and are not over on `day`."""
        asked = self.filter(sales_partner=user, partner_state=Campaign.PartnerState.ASKED, set_status="")
        return asked.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def with_spending(self) -> "CampaignQuerySet":
        """Annotates `spent`, the actual cost so far; None where no cost is entered."""
        costs = Cost.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
        return self.annotate(spent=Subquery(costs.annotate(total=Sum("actual")).values("total")))


class Campaign(models.Model):
    """One marketing undertaking. `code` is how files, forms and addresses name it."""

    class Channel(models.TextChoices):
        WEBINAR = "webinar", _("Webinar")
        EVENT = "event", _("Event")
        SEARCH = "search", _("Search")
        PAID_SOCIAL = "paid_social", _("Paid social")
        SOCIAL = "social", _("Social")
        CONTENT = "content", _("Content")
        EMAIL = "email", _("E-mail")
        REFERRAL = "referral", _("Referral")
        PARTNER = "partner", _("Partner")
        OTHER = "other", _("Other")

    class Priority(models.TextChoices):
        HIGH = "high", _("High")
        NORMAL = "normal", _("Normal")
        LOW = "low", _("Low")

    class Status(models.TextChoices):
        UNDATED = "undated", _("no dates")
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        ABANDONED = "abandoned", _("abandoned")

    class PartnerState(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")

    # What a person may set against the dates.
    SETTABLE: ClassVar = [(one.value, one.label) for one in (Status.ENDED, Status.ABANDONED)]

    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.OTHER)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("programme"),
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_campaigns",
        verbose_name=_("owner"),
    )
    sales_partner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partnered_campaigns",
        verbose_name=_("sales partner"),
    )
    # Empty: there is no partner, or nobody asked.
    partner_state = models.CharField(
        _("sales partner’s answer"), max_length=8, choices=PartnerState.choices, blank=True, default="", db_default=""
    )
    partner_said = models.CharField(_("sales partner’s word"), max_length=300, blank=True, default="", db_default="")
    # Countries by their two letters; none: everywhere.
    countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("region"), default=list, blank=True, db_default=[]
    )
    for_targets = models.BooleanField(_("for target accounts"), default=False, db_default=False)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    audience = models.CharField(_("audience"), max_length=300, blank=True, db_default="")
    offer = models.CharField(_("offer"), max_length=300, blank=True, db_default="")
    priority = models.CharField(
        _("priority for follow-up"),
        max_length=6,
        choices=Priority.choices,
        default=Priority.NORMAL,
        db_default=Priority.NORMAL,
    )
    expected_a = models.PositiveIntegerField(_("expected A leads"), null=True, blank=True)
    expected_b = models.PositiveIntegerField(_("expected B leads"), null=True, blank=True)
    expected_c = models.PositiveIntegerField(_("expected C leads"), null=True, blank=True)
    expected_d = models.PositiveIntegerField(_("expected D leads"), null=True, blank=True)
    links = models.JSONField(_("links"), default=list, db_default=Value([], models.JSONField()), blank=True)
    # Empty: the status follows the dates.
    set_status = models.CharField(_("status"), max_length=9, choices=SETTABLE, blank=True, db_default="")
    status_why = models.CharField(_("why"), max_length=500, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name = _("campaign")
        verbose_name_plural = "campaigns"
        indexes: ClassVar = [models.Index(Lower("name"), name="campaign_by_lower_name")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message=_("A campaign ends on or after the day it starts."),
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0),
                name="campaign_budget_not_negative",
                violation_error_message=_("Write a budget of 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(set_status="", status_why="") | (~Q(set_status="") & ~Q(status_why="")),
                name="campaign_set_status_says_why",
                violation_error_message=_("Write why."),
            ),
            models.CheckConstraint(
                condition=Q(partner_state="") | Q(sales_partner__isnull=False),
                name="campaign_answer_has_a_partner",
            ),
            models.CheckConstraint(
                condition=~Q(partner_state="declined") | ~Q(partner_said=""),
                name="campaign_partner_declines_with_a_word",
                violation_error_message=_("Write a word about why."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign", args=[self.code])

    @property
    def region_words(self) -> str:
        """The countries it is for, by name; empty where it is for everywhere."""
        return ", ".join(sorted(map(country_name, self.countries)))

    def family(self) -> list[int]:
        """The ids of it and of the campaigns under it."""
        return [self.pk, *self.children.values_list("pk", flat=True)]

    def status_on(self, day: date) -> "Campaign.Status":
        """What somebody set, else what the dates say of `day`; on its last day a campaign still runs."""
        if self.set_status:
            return self.Status(self.set_status)
        if self.ends_on and self.ends_on < day:
            return self.Status.ENDED
        if self.starts_on is None:
            return self.Status.UNDATED
        return self.Status.PLANNED if self.starts_on > day else self.Status.RUNNING


class Alias(models.Model):
    """Another spelling or UTM code by which files name a campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="aliases")
    name = models.CharField(_("alias"), max_length=200)
    # The name without its case and its idle blanks; casefolding may make three letters of one.
    key = models.CharField(max_length=600, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.name


class Cost(models.Model):
    """One line of money of a campaign; empty means not entered, zero means free.

    `planned`, `committed` and `actual` are in the company's currency. A line of another currency keeps what was
    entered, and the rate by which it was turned.
    """

    class Kind(models.TextChoices):
        MEDIA = "media", _("Media")
        PRODUCTION = "production", _("Production")
        PEOPLE = "people", _("People")
        TOOLS = "tools", _("Tools")
        EVENT = "event", _("Event")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="costs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    planned = models.DecimalField(_("planned"), max_digits=14, decimal_places=2, null=True, blank=True)
    actual = models.DecimalField(_("actual"), max_digits=14, decimal_places=2, null=True, blank=True)
    committed = models.DecimalField(_("committed"), max_digits=14, decimal_places=2, null=True, blank=True)
    on = models.DateField(_("date"))
    supplier = models.CharField(_("supplier"), max_length=120, blank=True, db_default="")
    note = models.CharField(_("note"), max_length=200, blank=True)
    # Empty: the company's.
    currency = models.CharField(_("currency"), max_length=3, blank=True, db_default="")
    # What one unit of `currency` is worth in the company's.
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8, null=True, blank=True)
    entered_planned = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    entered_committed = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    entered_actual = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        verbose_name = _("cost")
        verbose_name_plural = "costs"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(planned=None) | Q(planned__gte=0))
                & (Q(committed=None) | Q(committed__gte=0))
                & (Q(actual=None) | Q(actual__gte=0)),
                name="cost_not_negative",
                violation_error_message=_("Write a cost of 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(currency="", rate=None) | (~Q(currency="") & Q(rate__isnull=False, rate__gt=0)),
                name="cost_of_another_currency_has_a_rate",
                violation_error_message=_("Write the rate beside the currency."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.kind} {self.on}"

    @property
    def rate_words(self) -> str:
        """The rate without idle zeros; empty where the line is in the company's currency."""
        return f"{self.rate.normalize():f}" if self.rate else ""


class Activity(models.Model):
    """Something marketing did in a campaign on a day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="activities")
    on = models.DateField(_("date"))
    what = models.CharField(_("what was done"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.what
