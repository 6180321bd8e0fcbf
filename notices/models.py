"""What the app tells a person, how they want to hear it, and what is on its way to them.

The key makes each notice, and each delivery of it, happen once.
"""

from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.kinds import Way, label_of


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """One thing told to one person; `key` names the fact, so that it is told once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # The database knows it too: a process of the version before may still write notices.
    awaits_digest = models.BooleanField(default=False, db_default=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["person", "-at", "-id"], name="notice_latest"),
            models.Index(fields=["person"], condition=Q(awaits_digest=True), name="notice_awaits_digest"),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(models.Model):
    """How a person wants to hear of a kind by mail, where it is other than the kind's default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=40)
    way = models.CharField(max_length=7, choices=Way.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_once_per_kind"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="preference_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.way}"


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def in_use(self) -> "WebhookEndpointQuerySet":
        return self.filter(removed_at=None)

    def visible_to(self, user: User) -> "WebhookEndpointQuerySet":
        """Of those of teams and people: all for an admin; a manager sees those of the side; anybody else none."""
        if user.is_staff:
            return self.filter(Q(team__isnull=False) | Q(person__isnull=False))
        if not user.is_manager:
            return self.none()
        return self.filter(Q(person__side=user.side) | Q(team__side=user.side))

    def of_the_company(self) -> "WebhookEndpointQuerySet":
        """Those that get events, whoever they concern."""
        return self.in_use().filter(team=None, person=None)

    def listening(self) -> "WebhookEndpointQuerySet":
        """Those for which events are written down. Who pauses gets them later, who is switched off never."""
        return self.of_the_company().filter(off_at=None)


class WebhookEndpoint(models.Model):
    """An address that takes news of a team or a person in the form that Slack takes, or events of the company.

    Who knows the address may write there, so it is shown to nobody after it was entered.
    """

    class Form(models.TextChoices):
        EVENT = "event", _("Events as JSON, for programs")
        MESSAGE = "message", _("Messages, for Slack and what takes the same form")

    name = models.CharField(_("name"), max_length=80, db_default="")
    url = models.CharField(max_length=500)
    form = models.CharField(_("form"), max_length=7, choices=Form.choices, default=Form.MESSAGE, db_default="message")
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, related_name="webhooks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="webhooks")
    # Kinds of news for a team or a person, events for the company.
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("what it gets"))
    # Sealed. For a day after a rotation both sign, so that the receiver can follow.
    secret = models.TextField(db_default="")
    former_secret = models.TextField(db_default="")
    former_until = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(_("paused"), null=True)
    off_at = models.DateTimeField(_("switched off"), null=True)
    off_why = models.CharField(max_length=300, db_default="")
    # In a row, since which moment, and until when nobody knocks again.
    failures = models.PositiveIntegerField(default=0, db_default=0)
    failing_since = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(team=None) | Q(person=None), name="webhook_of_one_or_the_company"),
            models.CheckConstraint(condition=Q(off_at=None) ^ ~Q(off_why=""), name="webhook_off_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.owner}, {self.host}"

    def get_absolute_url(self) -> str:
        return reverse("notices:webhook", args=[self.pk])

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def kind_labels(self) -> list[str]:
        return [label_of(kind) for kind in self.kinds]

    @property
    def of_the_company(self) -> bool:
        return self.team_id is None and self.person_id is None

    @property
    def owner(self) -> Any:
        return self.team or self.person or self.name


class Delivery(models.Model):
    """One message on its way: the outbox. It is written with the fact that it tells, and holds no text:
    what it says is put together when it leaves, so that nothing of an erased person waits in here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        GIVEN_UP = "given_up", _("Given up")

    # Made here, not by the database: it is the Message-ID, the same at each try.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Both are led by the unique keys below.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, null=True, related_name="deliveries", db_index=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    notices = models.ManyToManyField(Notification, related_name="deliveries")
    at = models.DateTimeField()
    # What an event is about ("lead:7"), and which of its events: both are growing, in the order of what happened.
    subject = models.CharField(max_length=40, db_default="")
    version = models.BigIntegerField(null=True)
    # How many facts a message sums up.
    count = models.PositiveIntegerField(default=1, db_default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it may be tried; whoever claims it moves this past the time that a try can take.
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    # The latest try: when, what the receiver answered, how long it took.
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    took_ms = models.PositiveIntegerField(null=True)
    # Sent once more by hand: it is tried as long as one that is new.
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="mail_once_per_fact"),
            models.UniqueConstraint(fields=["endpoint", "key"], name="webhook_once_per_fact"),
            models.CheckConstraint(condition=Q(person=None) ^ Q(endpoint=None), name="delivery_by_mail_or_webhook"),
            models.CheckConstraint(condition=Q(state="sent") ^ Q(sent_at=None), name="delivery_sent_at_a_moment"),
            models.CheckConstraint(
                condition=~Q(state="given_up") | ~Q(last_error=""), name="delivery_given_up_for_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            # What is due for one receiver; what of a lead is still to be sent; the log, newest first.
            models.Index(fields=["endpoint", "next_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(
                fields=["endpoint", "subject", "version"],
                condition=Q(state="waiting") & ~Q(subject=""),
                name="delivery_in_order",
            ),
            models.Index(fields=["endpoint", "-at", "-id"], name="delivery_of_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def by_mail(self) -> bool:
        return self.person_id is not None
