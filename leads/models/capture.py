"""Where leads come in from outside: the addresses of a campaign, and each post that one of them accepted."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead, Touch


class CaptureAddress(models.Model):
    """An address of a campaign at which people and programs leave leads, without signing in."""

    class Kind(models.TextChoices):
        FORM = "form", _("Hosted form")
        SITE = "site", _("Own site")
        GOOGLE = "google", _("Google Ads lead form")
        META = "meta", _("Meta lead ads")

    # Those whose posts are signed, by us or by nobody.
    OWN = (Kind.FORM, Kind.SITE)

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="capture_addresses")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=32, unique=True, editable=False)
    touch_kind = models.CharField(_("kind of touch"), max_length=10, choices=Touch.Kind.choices, default="form")
    source = models.CharField(_("source"), max_length=120, blank=True)
    is_on = models.BooleanField(_("takes leads"), default=True)
    per_minute = models.PositiveIntegerField(_("posts in a minute"), default=600)
    per_client = models.PositiveIntegerField(_("posts in a minute from one client address"), default=60)
    # Origins such as https://www.example.com: they may show the form in a frame, and their pages may post.
    sites = ArrayField(models.CharField(max_length=200), verbose_name=_("sites"), default=list, blank=True)
    # Pages to which somebody may be sent on; the first where none is named.
    returns = ArrayField(models.CharField(max_length=500), verbose_name=_("goes on to"), default=list, blank=True)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    intro = models.TextField(_("introduction"), max_length=1000, blank=True)
    thanks = models.TextField(_("thanks"), max_length=1000, blank=True)
    consent = models.TextField(_("consent text"), max_length=2000, blank=True)
    consent_required = models.BooleanField(_("nobody can send without consent"), default=False)
    # Counts the texts that people have been asked to consent to.
    consent_version = models.PositiveIntegerField(default=0)
    # A digest of the key that Google sends, or of the token by which Meta knows the address. What signs and what
    # opens, the secret of an app and a page token, is sealed.
    secret_digest = models.CharField(max_length=64, blank=True)
    sealed_secret = models.TextField(blank=True)
    sealed_token = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name = _("capture address")
        verbose_name_plural = "capture addresses"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(per_minute__range=(1, 60_000)) & Q(per_client__range=(1, 60_000)),
                name="capture_limits",
                violation_error_message=_("Write a limit between 1 and 60,000."),
            ),
            models.CheckConstraint(condition=Q(kind__in=["form", "site", "google", "meta"]), name="capture_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("capture:address", args=[self.campaign.code, self.pk])

    @property
    def path(self) -> str:
        return reverse("capture:capture", args=[self.key])

    @property
    def url(self) -> str:
        """Where leads are posted to."""
        return f"{settings.BASE_URL}{self.path}"

    @property
    def is_own(self) -> bool:
        return self.kind in self.OWN


class Submission(models.Model):
    """One post that was accepted: written before the answer, kept whatever becomes of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        # Meta tells that there is a lead; who it is must be asked for.
        FETCHING = "fetching", _("asked for")
        TAKEN = "taken", _("taken in")
        REFUSED = "refused", _("refused")
        SUSPECT = "suspect", _("looks like spam")
        DISMISSED = "dismissed", _("dismissed")

    # What somebody must look at.
    STUCK = (State.REFUSED, State.SUSPECT)

    address = models.ForeignKey(CaptureAddress, models.CASCADE, related_name="submissions", db_index=False)
    at = models.DateTimeField()
    # Texts by the columns of a file of leads, further facts by their names, and what was consented to.
    values = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    consent = models.JSONField(default=dict)
    # By it the same content is known when it comes again; `repeats` counts how often it did.
    digest = models.CharField(max_length=64)
    repeats = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    sentence = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it may be tried; whoever claims it moves this past the time that a try can take.
    next_at = models.DateTimeField()
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="submissions", db_index=False)
    result = models.CharField(max_length=9, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        verbose_name = _("post")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "suspect"]) | ~Q(sentence=""), name="submission_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "fetching"], ended_at=None)
                | (~Q(state__in=["waiting", "fetching"]) & Q(ended_at__isnull=False)),
                name="submission_ended_at_a_moment",
            ),
        ]
        indexes: ClassVar = [
            # The latest of an address, and how many there are.
            models.Index(fields=["address", "-at", "-id"], name="submission_latest"),
            # Whether the same content came before.
            models.Index(fields=["address", "digest", "-at"], name="submission_told_before"),
            # What is due to be taken in.
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="submission_waiting"),
            # What is due to be asked for.
            models.Index(fields=["next_at"], condition=Q(state="fetching"), name="submission_fetching"),
            # What somebody must look at.
            models.Index(
                fields=["address", "-at"], condition=Q(state__in=["refused", "suspect"]), name="submission_stuck"
            ),
            # What came of one person.
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="submission_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.address_id} {self.at:%Y-%m-%d %H:%M}"
