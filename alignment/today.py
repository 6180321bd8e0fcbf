"""The things that need a person today, each with where to act."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import company
from accounts.models import User
from common.templatetags.ui import delta_words
from feedback import worklist
from leads import clock
from leads.models import Lead
from notices.models import Notification
from reviews.figures import figures
from reviews.measures import Slice
from reviews.quarters import quarter_of

MOST = 7


@dataclass(frozen=True)
class Item:
    """One thing to do: what, more about it, where, and how it stands in time."""

    title: str
    detail: str
    url: str
    icon: str
    when: str = ""
    late: bool = False


def today_for(user: User, now: datetime) -> dict[str, Any]:
    """The context of the home page."""
    quarter = quarter_of(now)
    items = [*_work(user, now), *_wake_ups(user, now), *_told(user)]
    return {
        "now": now,
        "items": items[:MOST],
        "quarter": quarter,
        "values": figures(Slice(quarter), now=now),
    }


def _work(user: User, now: datetime) -> list[Item]:
    """What waits for an answer: one's own for a rep, the team's for a manager, all for marketing."""
    whose = "mine" if user.takes_leads else "team"
    waiting = worklist.work_of(user, whose).filter(responded_at=None)
    late = waiting.filter(clock.is_breached(now))
    soon = waiting.filter(clock.is_at_risk(now))
    queue = worklist.work_of(user, "queue")
    items = []
    if count := late.count():
        oldest = late.aggregate(first=Min("due_at"))["first"]
        title = ngettext("%(n)d answer is late", "%(n)d answers are late", count) % {"n": count}
        when = _("up to %(span)s") % {"span": delta_words(now - oldest)}
        items.append(Item(title, _people(late), _list(whose), "inbox", when, late=True))
    if count := soon.count():
        title = ngettext("%(n)d answer is due soon", "%(n)d answers are due soon", count) % {"n": count}
        items.append(Item(title, _people(soon), _list(whose), "clock-alert"))
    if user.in_sales and (count := queue.count()):
        title = ngettext("%(n)d lead waits in the queue", "%(n)d leads wait in the queue", count) % {"n": count}
        items.append(Item(title, _("Nobody was present to take it."), _list("queue"), "users"))
    return items


def _list(whose: str) -> str:
    return f"{reverse('feedback:followups')}?whose={whose}"


def _people(handoffs: Any) -> str:
    names = handoffs.select_related("lead").order_by("due_at")[:3]
    return ", ".join(handoff.lead.display_name for handoff in names)


def _wake_ups(user: User, now: datetime) -> list[Item]:
    """Leads whose day to wake up has come, for marketing."""
    if user.in_sales:
        return []
    today = now.astimezone(company.current().zone).date()
    count = Lead.objects.filter(Q(stage="nurture"), wake_up_on__lte=today).count()
    if not count:
        return []
    title = ngettext("%(n)d lead wakes up", "%(n)d leads wake up", count) % {"n": count}
    return [Item(title, _("Sales said not now; the day has come."), f"{reverse('leads:list')}?stage=nurture", "clock-fading")]


def _told(user: User) -> list[Item]:
    notices = Notification.objects.filter(person=user).unread()[:MOST]
    return [Item(n.title, n.detail, n.path, "flag") for n in notices]
