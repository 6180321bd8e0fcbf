"""Leads that sleep in nurture wake up on their day: back to marketing's list, or to sales again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import company
from leads.handoffs import grades_at_once, hand_off_woken
from leads.models import Event, Handoff, Lead
from notices.telling import Notice, tell

CHUNK = 500
# So often sales gets the same lead again after "not now"; after that it stays with marketing.
MOST_RETURNS = 3


@dataclass
class Woken:
    """How many leads went to sales again, and how many to marketing's list."""

    sales: int = 0
    marketing: int = 0


def wake(*, at: datetime) -> Woken:
    """Wake every lead whose day has come in the company's time zone; safe to run twice, or twice at once."""
    woken = Woken()
    while leads := _wake_some(at, woken):
        if len(leads) < CHUNK:
            break
    return woken


@transaction.atomic
def _wake_some(at: datetime, woken: Woken) -> Sequence[Lead]:
    """Claim some of those that are due; their stage says that they are awake, so nobody wakes them twice."""
    today = at.astimezone(company.current().zone).date()
    due = Lead.objects.filter(stage=Lead.Stage.NURTURE, wake_up_on__lte=today).order_by("wake_up_on", "pk")
    leads = list(due.select_for_update(skip_locked=True, of=("self",), no_key=True)[:CHUNK])
    if not leads:
        return leads
    ids = [lead.pk for lead in leads]
    times = _times_put_off(ids)
    grades = grades_at_once()
    again = {lead.pk: lead.grade for lead in leads if lead.grade in grades and _is_for_sales(lead, times[lead.pk])}
    Lead.objects.filter(pk__in=ids).update(stage=Lead.Stage.NEW, wake_up_on=None, owner=None)
    Event.objects.bulk_create(
        Event(
            lead=lead, kind="woken", at=at,
            data={"to": "sales" if lead.pk in again else "marketing", "times": times[lead.pk],
                  "capped": times[lead.pk] > MOST_RETURNS},
        )
        for lead in leads
    )  # fmt: skip
    avoid = _declined(list(again)) if company.current().wakes_to_another else {}
    hand_off_woken(again, avoid=avoid, at=at)
    _tell([lead for lead in leads if lead.pk not in again], at)
    woken.sales += len(again)
    woken.marketing += len(leads) - len(again)
    return leads


def _is_for_sales(lead: Lead, times: int) -> bool:
    reachable = not lead.kept_out and not lead.do_not_contact and lead.erased_at is None
    return reachable and times <= MOST_RETURNS


def _times_put_off(ids: Sequence[int]) -> dict[int, int]:
    """How often sales has said "not now" of each lead. A reverse relation: verdicts belong to the room above."""
    put_off = Count("handoffs", filter=Q(handoffs__verdict__verdict="nurture"))
    return dict(Lead.objects.filter(pk__in=ids).annotate(times=put_off).values_list("pk", "times"))


def _declined(ids: Sequence[int]) -> dict[int, int]:
    """Who put off each lead the last time: somebody else looks at it now."""
    latest = Handoff.objects.filter(lead__in=ids).order_by("lead", "-pk").distinct("lead")
    said = latest.values_list("lead", "verdict__by", "rep")
    return {lead: by or rep for lead, by, rep in said if by or rep}


def _tell(leads: Sequence[Lead], at: datetime) -> None:
    """One notice for each owner of a campaign whose leads are on marketing's list again."""
    owners = dict(Lead.objects.filter(pk__in=[lead.pk for lead in leads]).values_list("pk", "campaign__owner"))
    counts = Counter(owner for owner in owners.values() if owner)
    first = {owner: lead for lead, owner in sorted(owners.items(), reverse=True)}
    notices = []
    for owner, count in counts.items():
        title = ngettext("%(n)d lead woke up", "%(n)d leads woke up", count) % {"n": count}
        only = count == 1
        path = reverse("leads:lead", args=[first[owner]]) if only else f"{reverse('leads:list')}?stage=new"
        key = f"woken:{first[owner]}:{at.isoformat()}"
        notices.append(Notice(owner, "woken", key, title, path, _("Back on marketing's list, with what sales said.")))
    tell(notices, at=at)
