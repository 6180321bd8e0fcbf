"""The address from which a person's own calendar reads what marketing does."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Token


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def opened_by(self, secret: str) -> "CalendarFeedQuerySet":
        """The feed behind a secret; none where its person is not active any more."""
        return self.filter(digest=Token.digest_of(secret), person__is_active=True)

    def unused_since(self, moment: object) -> "CalendarFeedQuerySet":
        return self.filter(Q(last_used_at=None) | Q(last_used_at__lt=moment))


class CalendarFeed(models.Model):
    """A person's feed: one at a time, and of its secret only a digest."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    only_mine = models.BooleanField(_("only what touches my accounts"), default=False)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")

    def __str__(self) -> str:
        return str(self.person)
