"""Keys to the API: made by their owner or by a command, revoked by the owner or an admin."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import Scope, Token, User
from common.errors import DomainError

MOST_TOKENS = 50
MOST_DAYS = 3650


@transaction.atomic
def make_token(
    *, user: User, name: str, scopes: Iterable[str], days: int | None, by: User | None, at: datetime
) -> tuple[Token, str]:
    """A new key to the API for `user` that ends after `days`, or never, and its secret, shown once.

    By nobody: a command. Raises DomainError `not_yours`, `unknown_scope`, `bad_value`, `too_many`.
    """
    if by is not None and by.pk != user.pk:
        raise DomainError("not_yours", _("Everybody makes their own tokens."))
    wanted = _checked(set(scopes))
    if days is not None and not 1 <= days <= MOST_DAYS:
        sentence = _("Write a number of days between 1 and %(most)d.") % {"most": MOST_DAYS}
        raise DomainError("bad_value", sentence, {"days": sentence})
    # Two at once: the second counts the first.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Token.objects.usable(at).filter(user=user).count() >= MOST_TOKENS:
        sentence = _("There are %(most)d tokens in use. Revoke one that nobody needs.") % {"most": MOST_TOKENS}
        raise DomainError("too_many", sentence)
    ends = at + timedelta(days=days) if days is not None else None
    token, secret = Token.make(user=user, name=name.strip()[:80], scopes=wanted, expires_at=ends)
    facts = {"user": str(user), "scopes": token.scopes, "expires_at": ends and ends.isoformat()}
    _note(token, trail.Act.ADDED, facts, by=by)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: User, at: datetime) -> Token:
    """The key opens nothing any more; one that is revoked already stays so. Raises DomainError `not_yours`."""
    if not (by.is_active and (by.is_staff or token.user_id == by.pk)):
        raise DomainError("not_yours", _("Its owner and admins revoke a token."))
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        _note(token, trail.Act.RETIRED, {"user": str(token.user), "revoked_at": at.isoformat()}, by=by)
    token.refresh_from_db(fields=["revoked_at"])
    return token


def create_token(
    *, email: str, name: str = "", scopes: Iterable[str] = Scope.values, days: int | None = None
) -> tuple[Token, str]:
    """A key for the person with the address `email`, as the command makes it.

    Raises DomainError `unknown_person` where nobody who may sign in has this address, and what `make_token` raises.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        sentence = _("Nobody with the address %(email)s can sign in.") % {"email": email}
        raise DomainError("unknown_person", sentence, {"email": sentence})
    return make_token(user=user, name=name, scopes=scopes, days=days, by=None, at=timezone.now())


def _checked(scopes: set[str]) -> set[str]:
    if not scopes or not scopes <= set(Scope.values):
        sentence = _("Choose among the scopes %(scopes)s.") % {"scopes": ", ".join(Scope.values)}
        raise DomainError("unknown_scope", sentence, {"scopes": sentence})
    return scopes


def _note(token: Token, act: str, facts: dict[str, Any], *, by: User | None) -> None:
    trail.note(token, act, by=by, changes={name: [None, value] for name, value in facts.items()})
