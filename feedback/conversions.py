"""What ad platforms are told back: leads that sales accepted, opportunities and wins of people who came by a click.

A conversion is one such moment of a lead whose facts hold a click id. docs/integrations/ tells the formats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf, Trim
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import company
from accounts.models import User
from campaigns.models import Campaign
from feedback.models import Outcome, Verdict
from leads.models import Lead
from leads.models.lead import LeadQuerySet

# The facts in which files, forms and capture keep a click id, by what the id is.
SPELLINGS = {
    "gclid": ("gclid", "GCLID", "Gclid", "gcl_id", "Google Click ID", "google_click_id"),
    "gbraid": ("gbraid", "GBRAID", "Gbraid"),
    "wbraid": ("wbraid", "WBRAID", "Wbraid"),
    "fbc": ("fbc", "FBC", "_fbc"),
    "fbclid": ("fbclid", "FBCLID", "Fbclid", "Facebook Click ID"),
}
# What can be a click id; also nothing that a spreadsheet would run begins like it.
CLICK = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{9,}$"
FBC = r"^fb\.[0-9]\.[0-9]{10,16}\.[A-Za-z0-9_.-]{10,}$"


@dataclass(frozen=True)
class Kind:
    """A moment that is told: its name on the platform, its rows, and where they find the lead."""

    key: str
    label: str | Promise
    name: str
    rows: Callable[[], QuerySet[Any]]
    lead: str


KINDS = {
    one.key: one
    for one in (
        Kind(
            "accepted", _("Accepted by sales"), "Lead accepted",
            lambda: Verdict.objects.filter(verdict=Verdict.Value.ACCEPTED), "handoff__lead",
        ),
        Kind(
            "opportunity", _("Opportunity"), "Opportunity",
            lambda: Outcome.objects.filter(kind=Outcome.Kind.OPPORTUNITY), "lead",
        ),
        Kind("won", _("Won"), "Won", lambda: Outcome.objects.filter(kind=Outcome.Kind.WON), "lead"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Platform:
    """Who is told, by which click id. A conversion with several ids of Google is told by the first of them."""

    key: str
    label: str | Promise
    file: str
    where: Q


PLATFORMS = {
    one.key: one
    for one in (
        Platform("gclid", _("Google Ads, GCLID"), "csv", Q(gclid__regex=CLICK)),
        Platform("gbraid", _("Google Ads, GBRAID"), "csv", Q(gbraid__regex=CLICK) & ~Q(gclid__regex=CLICK)),
        Platform(
            "wbraid", _("Google Ads, WBRAID"), "csv",
            Q(wbraid__regex=CLICK) & ~Q(gclid__regex=CLICK) & ~Q(gbraid__regex=CLICK),
        ),
        Platform("meta", _("Meta"), "json", Q(fbc__regex=FBC) | Q(fbclid__regex=CLICK)),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The days whose conversions are asked for, both included, and whose: of one campaign, or of all."""

    since: date
    until: date
    campaign: Campaign | None = None

    def rows(self, kind: Kind) -> QuerySet[Any]:
        """The moments of a kind in these days, with their click ids; left out is nobody yet."""
        zone = company.current().zone
        begins, ends = (datetime.combine(day, time.min, zone) for day in (self.since, self.until + timedelta(days=1)))
        rows = kind.rows().filter(at__gte=begins, at__lt=ends)
        if self.campaign is not None:
            rows = rows.filter(**{f"{kind.lead}__campaign": self.campaign})
        return rows.alias(**{name: _fact(f"{kind.lead}__facts", said) for name, said in SPELLINGS.items()})

    def told(self, platform: Platform, kind: Kind) -> QuerySet[Any]:
        """The conversions of a kind that the platform is told."""
        return self.rows(kind).filter(_may_be_told(kind), platform.where)

    def leads(self, platform: Platform, kind: Kind) -> LeadQuerySet:
        """Exactly the leads behind them."""
        return Lead.objects.filter(pk__in=self.told(platform, kind).values(kind.lead))


@dataclass(frozen=True)
class Line:
    """How many conversions of a kind each platform is told, and how many with a click id are left out."""

    kind: Kind
    told: Sequence[tuple[Platform, int]]
    kept_out: int
    not_contacted: int
    no_click_id: int


def lines(asked: Asked) -> list[Line]:
    """A line for each kind; one statement each."""
    return [_line(asked, kind) for kind in KINDS.values()]


def may_tell(user: User) -> bool:
    """Marketing and the managers of both sides take conversions out: they see all leads."""
    return user.is_active and user.sees_everything


def _line(asked: Asked, kind: Kind) -> Line:
    fine, clicked = _may_be_told(kind), ~Q(**dict.fromkeys(SPELLINGS, ""))
    usable = Q()
    for platform in PLATFORMS.values():
        usable |= platform.where
    refused, kept = Q(**{f"{kind.lead}__do_not_contact": True}), Q(**{f"{kind.lead}__kept_out": ""})
    found = asked.rows(kind).aggregate(
        **{f"n_{key}": Count("pk", filter=fine & platform.where) for key, platform in PLATFORMS.items()},
        kept_out=Count("pk", filter=usable & ~kept),
        not_contacted=Count("pk", filter=usable & kept & refused),
        no_click_id=Count("pk", filter=clicked & fine & ~usable),
    )
    told = [(platform, found.pop(f"n_{key}")) for key, platform in PLATFORMS.items()]
    return Line(kind=kind, told=told, **found)


def _may_be_told(kind: Kind) -> Q:
    """Neither test, spam or duplicate, nor somebody who must not be contacted or was erased."""
    said = {"kept_out": "", "do_not_contact": False, "erased_at": None}
    return Q(**{f"{kind.lead}__{name}": value for name, value in said.items()})


def _fact(facts: str, spellings: Sequence[str]) -> Coalesce:
    """The first fact of these names that says something; empty where none does."""
    nothing = Value("", output_field=TextField())
    said = [NullIf(Trim(KeyTextTransform(name, F(facts))), nothing) for name in spellings]
    return Coalesce(*said, nothing)
