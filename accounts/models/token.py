"""Keys to the API."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Scope(models.TextChoices):
    """What a token may be used for; never more than its owner may do."""

    READ = "read", _("read")
    INTAKE = "intake", _("intake")
    ANSWER = "answer", _("answer")
    MANAGE = "manage", _("manage")


class TokenQuerySet(models.QuerySet["Token"]):
    def usable(self, at: datetime) -> "TokenQuerySet":
        """Tokens that open the door at the moment `at`; a deactivated owner closes it."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None, user__is_active=True)

    def visible_to(self, user: User) -> "TokenQuerySet":
        """An admin sees every token, everybody else their own; nobody sees a secret."""
        return self if user.is_staff else self.filter(user=user)

    def matching(self, secret: str) -> "TokenQuerySet":
        return self.filter(digest=Token.digest_of(secret))


class Token(models.Model):
    """A key to the API. Only a digest is kept; the secret is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(
        models.CharField(max_length=6, choices=Scope.choices), verbose_name=_("scopes"), db_default=Scope.values
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0), name="token_has_known_scopes"
            ),
        ]

    def __str__(self) -> str:
        return self.name or _("token %(number)s") % {"number": self.pk}

    def usable(self, at: datetime) -> bool:
        """Whether it opens the door at the moment `at`: the rule of the queryset for one row."""
        ended = self.expires_at is not None and self.expires_at <= at
        return not ended and self.revoked_at is None and self.user.is_active

    @staticmethod
    def digest_of(secret: str) -> str:
        # The secret has 256 random bits, so a plain hash cannot be searched backwards.
        return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def make(
        cls, *, user: User, name: str = "", scopes: Iterable[str] = Scope.values, expires_at: datetime | None = None
    ) -> tuple["Token", str]:
        """A new token of `user`, and the secret that is never seen again."""
        secret = "al_" + secrets.token_urlsafe(32)
        wanted = [scope for scope in Scope.values if scope in set(scopes)]
        digest = cls.digest_of(secret)
        return cls.objects.create(user=user, name=name, digest=digest, scopes=wanted, expires_at=expires_at), secret
