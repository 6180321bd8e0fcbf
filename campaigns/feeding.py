"""A person's own calendar feed: made, renewed and taken back. Its address is the only key, and is shown once."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts import trail
from accounts.models import Token, User
from campaigns.models import CalendarFeed

LAST_USE_STEP = timedelta(minutes=5)


@transaction.atomic
def make_feed(*, by: User, only_mine: bool, at: datetime) -> tuple[CalendarFeed, str]:
    """A feed of `by`, and the secret of its address, which is never seen again. The address before it is dead."""
    # Two tabs at once: one address lives, that of the second.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    secret = secrets.token_urlsafe(32)
    facts = {"digest": Token.digest_of(secret), "only_mine": only_mine, "made_at": at, "last_used_at": None}
    feed, added = CalendarFeed.objects.update_or_create(person=by, defaults=facts)
    trail.note(feed, trail.Act.ADDED if added else trail.Act.CHANGED, by=by)
    return feed, secret


@transaction.atomic
def take_feed_back(*, by: User) -> bool:
    """Nothing is read at the address any more; whether there was one."""
    feed = CalendarFeed.objects.select_for_update().filter(person=by).first()
    if feed is None:
        return False
    trail.note(feed, trail.Act.REMOVED, by=by)
    feed.delete()
    return True


def feed_opened_by(secret: str, *, at: datetime) -> CalendarFeed | None:
    """The feed behind a secret; its last use is written at most every five minutes."""
    feed = CalendarFeed.objects.opened_by(secret).select_related("person", "person__team").first()
    if feed is not None:
        CalendarFeed.objects.unused_since(at - LAST_USE_STEP).filter(pk=feed.pk).update(last_used_at=at)
    return feed
