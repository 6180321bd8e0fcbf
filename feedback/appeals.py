"""Appeals as people read them: what waits for whom, and how often a rejection was overturned."""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from feedback.appeal_models import AppealQuerySet
from feedback.appealing import may_settle
from feedback.models import Appeal
from feedback.shares import Share

LOOKS_BACK = timedelta(days=365)
Word = Appeal.Word


def settled_since(user: User, now: datetime, result: str = "") -> AppealQuerySet:
    """The appeals that were settled in the last 365 days, all of them or those of one `result`."""
    appeals = Appeal.objects.visible_to(user).filter(settled_at__gte=now - LOOKS_BACK, settled_at__lte=now)
    return appeals.filter(result=result) if result else appeals


def overturn_rate(user: User, now: datetime) -> Share:
    """The overturned among those; the number opens exactly them."""
    found = settled_since(user, now).aggregate(
        overturned=Count("pk", filter=Q(result=Word.OVERTURNED)), settled=Count("pk")
    )
    return Share(found["overturned"], found["settled"], f"{reverse('feedback:appeals')}?result=overturned")


def awaiting(user: User) -> AppealQuerySet:
    """The open appeals about which the side of `user` has not said its word, for those who settle."""
    if not may_settle(user):
        return Appeal.objects.none()
    return Appeal.objects.visible_to(user).open().filter(**{f"{'sales' if user.in_sales else 'marketing'}_word": ""})
