"""Campaigns as a calendar that other programs read (RFC 5545, with the additions of RFC 7986).

Nothing in it tells of a person: no owner, no partner, no money.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import DateTimeField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts import company
from accounts.models import Change
from campaigns.calendar import touching_accounts_of
from campaigns.models import CalendarFeed, Campaign, CampaignQuerySet
from common.cells import ILLEGAL

# What ended longer ago is not told.
LOOKS_BACK = timedelta(days=90)
REFRESHED_AFTER = timedelta(hours=6)
MOST = 1_000
# Another one whenever an event is written in another way.
FORMAT = 1


def campaigns_of(feed: CalendarFeed, day: date) -> list[Campaign]:
    """What a feed tells on `day`: campaigns that end at most 90 days before it, and all to come, each with the moment
    of its latest change, `changed_at`."""
    campaigns = Campaign.objects.visible_to(feed.person).exclude(starts_on=None)
    if feed.only_mine:
        campaigns = touching_accounts_of(feed.person, campaigns)
    return list(_latest(campaigns, day - LOOKS_BACK))


def mark_of(campaigns: Iterable[Campaign]) -> str:
    """The same for the same calendar, and made without writing it: a thousand events take a second."""
    told = [(one.pk, one.version, one.parent.version if one.parent else 0) for one in campaigns]
    about = (FORMAT, settings.BASE_URL, str(company.current()), told)
    return hashlib.sha256(repr(about).encode()).hexdigest()


def calendar_told(campaigns: Iterable[Campaign]) -> bytes:
    """What `campaigns_of` found, as an iCalendar stream."""
    told = Calendar()
    told.add("prodid", "-//Alignment//Campaigns//EN")
    told.add("version", "2.0")
    told.add("calscale", "GREGORIAN")
    name = _("Campaigns of %(company)s") % {"company": company.current()}
    told.add("name", name)
    told.add("x-wr-calname", name)
    told.add("refresh-interval", REFRESHED_AFTER, parameters={"VALUE": "DURATION"})
    for campaign in campaigns:
        told.add_component(_event(campaign))
    return told.to_ical()


def _latest(campaigns: CampaignQuerySet, since: date) -> Iterable[Campaign]:
    lines = Change.objects.filter(what=Campaign._meta.label_lower, object_id=OuterRef("pk")).order_by("-pk")
    latest = Subquery(lines.values("recorded_at")[:1], output_field=DateTimeField())
    found = campaigns.alias(until=Coalesce("ends_on", "starts_on")).filter(until__gte=since)
    found = found.annotate(changed_at=Coalesce(latest, "created_at")).select_related("parent")
    return found.order_by("starts_on", "pk")[:MOST]


def _event(campaign: Any) -> Event:
    """An event of whole days. One without a last day stands on its first alone: nobody knows how long it runs."""
    last, changed_at = campaign.ends_on or campaign.starts_on, campaign.changed_at.replace(microsecond=0)
    event = Event()
    event.add("uid", f"campaign-{campaign.pk}@{urlsplit(settings.BASE_URL).hostname}")
    # Of what is published without being sent to anybody, the stamp is the moment of the latest change.
    for name in ("dtstamp", "last-modified"):
        event.add(name, changed_at)
    event.add("sequence", campaign.version - 1)
    event.add("dtstart", campaign.starts_on)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", _plain(_summary(campaign)))
    event.add("description", _plain(_description(campaign)))
    event.add("categories", [str(campaign.get_channel_display())])
    event.add("url", settings.BASE_URL + campaign.get_absolute_url())
    event.add("status", "CANCELLED" if campaign.set_status == Campaign.Status.ABANDONED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _summary(campaign: Campaign) -> str:
    return campaign.name if campaign.ends_on else _("%(campaign)s begins") % {"campaign": campaign}


def _description(campaign: Campaign) -> str:
    lines = [
        (_("Channel"), str(campaign.get_channel_display())),
        (_("Region"), campaign.region_words),
        (_("Programme"), str(campaign.parent or "")),
        (_("Audience"), campaign.audience),
    ]
    return "\n".join(f"{label}: {words}" for label, words in lines if words)


def _plain(text: str) -> str:
    return ILLEGAL.sub("", text)
