"""The things that need a person today, each with where to act."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import company
from accounts.models import User
from accounts.quarters import quarter_of
from campaigns.access import keeps_campaigns
from campaigns.models import Campaign
from common.templatetags.ui import delta_words
from feedback import worklist
from feedback.adjustments import today
from feedback.appealing import may_settle
from feedback.appeals import awaiting
from feedback.models import Adjustment
from leads.filtering import LeadFilter
from leads.models import Lead
from notices.models import Notification
from reviews.agreements import awaiting as awaiting_signature
from reviews.figures import figures
from reviews.slices import Slice

MOST = 7
NAMED = 3


@dataclass(frozen=True)
class Item:
    """One thing to do: what, more about it, where, what to do there, and how it stands in time."""

    title: str
    detail: str
    url: str
    icon: str
    act: str
    when: str = ""
    late: bool = False


def today_for(user: User, now: datetime) -> dict[str, Any]:
    """The context of the home page."""
    quarter = quarter_of(now)
    items = needs(user, now)
    return {
        "now": now,
        "greeting": _greeting(user, now),
        "how_many": _how_many(len(items)),
        "items": items,
        "may_log": keeps_campaigns(user),
        "quarter": quarter,
        "values": figures(Slice(quarter), now=now),
    }


def needs(user: User, now: datetime) -> list[Item]:
    """What needs a person now, the most pressing first: on the home page and in the weekly digest."""
    found = [*_work(user, now), *_queue(user), *_appeals(user), *_agreement(user, now)]
    return [*found, *_adjustments(user, now), *_partnering(user, now), *_wake_ups(user, now), *_told(user)][:MOST]


def _greeting(user: User, now: datetime) -> str:
    hour = now.astimezone(company.current().zone).hour
    words = _("Good morning") if 4 <= hour < 12 else _("Good afternoon") if 12 <= hour < 18 else _("Good evening")
    names = [name for name in user.name.split() if not name.endswith(".")]
    return f"{words}, {names[0]}." if names else f"{words}."


def _how_many(things: int) -> str:
    return [
        _("Nothing waits for you."), _("One thing."), _("Two things."), _("Three things."), _("Four things."),
        _("Five things."), _("Six things."), _("Seven things."),
    ][things]  # fmt: skip


def _work(user: User, now: datetime) -> list[Item]:
    """What waits for an answer: one's own for a rep, the team's for a manager, all for marketing."""
    whose = "mine" if user.takes_leads else "team"
    waiting = worklist.work_of(user, whose)
    act = _("Answer") if whose == "mine" else _("See who waits")
    rules, found = worklist.urgencies(now), worklist.numbers(user, whose, now)
    items = []
    if count := found["overdue"]:
        late = waiting.filter(rules["overdue"])
        title = ngettext("%(n)d answer is late", "%(n)d answers are late", count) % {"n": count}
        when = _("up to %(span)s") % {"span": delta_words(now - late.aggregate(first=Min("due_at"))["first"])}
        items.append(Item(title, _who(late, whose), _list(whose, "#overdue"), "inbox", act, when, late=True))
    if count := found["today"]:
        title = ngettext("%(n)d answer is due today", "%(n)d answers are due today", count) % {"n": count}
        due = waiting.filter(rules["today"])
        items.append(Item(title, _who(due, whose), _list(whose, "#today"), "clock-fading", act))
    return items


def _queue(user: User) -> list[Item]:
    """Leads that nobody could take, for sales."""
    if not user.in_sales:
        return []
    queue = worklist.work_of(user, "queue").aggregate(n=Count("pk"))["n"]
    if not queue:
        return []
    title = ngettext("%(n)d lead waits in the queue", "%(n)d leads wait in the queue", queue) % {"n": queue}
    return [
        Item(
            title,
            _("Nobody was present to take up what waits. The wait counts against no rep."),
            _list("queue"),
            "users",
            _("Take them up"),
        )
    ]


def _appeals(user: User) -> list[Item]:
    """Appeals about which a manager's side has not said its word."""
    waiting = awaiting(user).count() if may_settle(user) else 0
    if not waiting:
        return []
    title = ngettext("%(n)d appeal waits for your side", "%(n)d appeals wait for your side", waiting) % {"n": waiting}
    detail = _("Marketing asks for a rejection to be looked at again.")
    return [Item(title, detail, reverse("feedback:appeals"), "scale", _("Settle"))]


def _agreement(user: User, now: datetime) -> list[Item]:
    """The agreement that the other head has signed already."""
    agreement = awaiting_signature(user, now=now)
    if agreement is None:
        return []
    signed = agreement.signatures.all()[0]
    title = _("The agreement of %(quarter)s waits for your signature") % {"quarter": agreement.review.quarter}
    detail = _("%(who)s has signed for the other side.") % {"who": signed.by}
    return [Item(title, detail, agreement.get_absolute_url(), "pen-line", _("Read and sign"))]


def _list(whose: str, part: str = "") -> str:
    return f"{reverse('feedback:followups')}?whose={whose}{part}"


def _who(handoffs: Any, whose: str) -> str:
    """The leads of one's own list; of others', whose they are and how many each."""
    if whose == "mine":
        names = [
            handoff.lead.display_name for handoff in handoffs.select_related("lead").order_by("due_at")[: NAMED + 1]
        ]
        return _several(names[:NAMED], len(names) > NAMED)
    reps = list(
        handoffs.order_by().values("rep__name").annotate(n=Count("pk")).order_by("-n", "rep__name")[: NAMED + 1]
    )
    names = [f"{rep['rep__name'] or _('in the queue')} {rep['n']}" for rep in reps]
    return _several(names[:NAMED], len(names) > NAMED)


def _several(names: list[str], more: bool) -> str:
    return ", ".join(names) + (_(" and others") if more else "")


def _adjustments(user: User, now: datetime) -> list[Item]:
    """The person's own that are due or overdue."""
    mine = Adjustment.objects.running().filter(owner=user, due_on__lte=today(now)).order_by("due_on", "pk")
    titles = list(mine.values_list("title", flat=True)[: NAMED + 1])
    if not titles:
        return []
    count = mine.count() if len(titles) > NAMED else len(titles)
    title = ngettext("%(n)d adjustment is due", "%(n)d adjustments are due", count) % {"n": count}
    detail, url = _several(titles[:NAMED], count > NAMED), f"{reverse('adjustments:list')}?show=mine"
    return [Item(title, detail, url, "wrench", _("Say what was done"))]


def _partnering(user: User, now: datetime) -> list[Item]:
    """Campaigns that ask for the person as their sales partner, the soonest first."""
    asking = Campaign.objects.asking(user, today(now)).order_by("starts_on", "pk")[:NAMED] if user.in_sales else []
    return [
        Item(
            _("Be the sales partner of %(campaign)s?") % {"campaign": campaign},
            _("Agree, or decline with a word."),
            f"{campaign.get_absolute_url()}#partner",
            "handshake",
            _("Answer"),
        )
        for campaign in asking
    ]


def _wake_ups(user: User, now: datetime) -> list[Item]:
    """Leads whose day to wake up has come, for marketing."""
    if user.in_sales:
        return []
    tomorrow = now.astimezone(company.current().zone).date() + timedelta(days=1)
    query = urlencode({"stage": Lead.Stage.NURTURE.value, "wakes_before": tomorrow.isoformat()})
    # The list itself counts, so that the number opens exactly these leads.
    count = LeadFilter.of(user, QueryDict(query)).qs.count()
    if not count:
        return []
    title = ngettext("%(n)d lead wakes up", "%(n)d leads wake up", count) % {"n": count}
    detail = _("Sales said not now; the day has come.")
    return [Item(title, detail, f"{reverse('leads:list')}?{query}", "clock-fading", _("Get in touch"))]


def _told(user: User) -> list[Item]:
    unread = Notification.objects.filter(person=user).unread()
    count = unread.count()
    if not count:
        return []
    title = ngettext("%(n)d new notice", "%(n)d new notices", count) % {"n": count}
    return [Item(title, unread[0].title, reverse("notices:list"), "bell", _("Read"))]
