"""Which campaigns reach whom: of a person the calendar's “touches my accounts”, of a lead and of an organisation what
reaches them next. docs/campaigns.md tells the rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign, CampaignQuerySet
from common.countries import country_name, region_of
from leads.models import Handoff, Lead, Organisation, Touch

MOST = 6


@dataclass(frozen=True)
class Aim:
    """Those whom campaigns may reach: the campaigns and programmes that they met, and the countries they are in.

    `target`: whether any is a target account, and in which countries; `mail`: whether mail may reach them.
    """

    met: frozenset[int]
    programmes: frozenset[int]
    countries: frozenset[str]
    target: bool
    target_countries: frozenset[str]
    mail: bool = True

    @property
    def reached_by(self) -> Q:
        """The campaigns that reach any of them."""
        aimed = Q(for_targets=False, countries__overlap=sorted(self.countries))
        if self.target:
            aimed |= Q(for_targets=True) & (Q(countries=[]) | Q(countries__overlap=sorted(self.target_countries)))
        reached = Q(pk__any=self.met) | Q(parent__any=self.programmes) | aimed
        return reached if self.mail else reached & ~Q(channel=Campaign.Channel.EMAIL)

    def ground(self, campaign: Campaign) -> str:
        """Why a campaign reaches them, in words."""
        if campaign.pk in self.met:
            return _("met it before")
        if campaign.parent_id in self.programmes:
            return _("met its programme before")
        if campaign.for_targets:
            return _("for target accounts")
        shared = sorted(map(country_name, self.countries & set(campaign.countries)))
        return _("for %(countries)s") % {"countries": ", ".join(shared)}


@dataclass(frozen=True)
class Coming:
    """A campaign that reaches somebody, how it stands on the day, and why it is thought to."""

    campaign: Campaign
    status: Campaign.Status
    ground: str


# --- whom -----------------------------------------------------------------------------------------


def my_accounts(user: User) -> QuerySet[Organisation]:
    """The accounts of a person: organisations that they own, whose leads were handed to them, and the target
    accounts of their team; of somebody without a team all target accounts."""
    owned = Organisation.objects.filter(owner=user).order_by().values("pk")
    handed = Handoff.objects.filter(rep=user).values("lead__organisation")
    targets = Organisation.objects.filter(is_target=True)
    if user.team_id:
        worked = Handoff.objects.filter(team=user.team_id, lead__organisation__is_target=True)
        targets = targets.filter(Q(owner__team=user.team_id) | Q(pk__in=worked.values("lead__organisation")))
    return Organisation.objects.filter(pk__in=owned.union(handed, targets.order_by().values("pk"))).order_by()


def touching_accounts_of(campaigns: CampaignQuerySet, user: User) -> CampaignQuerySet:
    """Of `campaigns` those that reach an account of `user`."""
    accounts = my_accounts(user)
    people = Lead.objects.filter(organisation__in=accounts.values("pk"))
    unknown = people.filter(organisation__country="").values_list("country", "organisation__is_target")
    places = {*accounts.values_list("country", "is_target").distinct(), *unknown.distinct()}
    return campaigns.filter(_aim(people, places).reached_by)


def reaching_lead(lead: Lead, day: date) -> list[Coming]:
    """What reaches a lead next: nothing by mail where there is no address, or the person must not be contacted."""
    if lead.erased_at is not None:
        return []
    employer = lead.organisation or Organisation()
    # The lead wins over its organisation.
    country = lead.country if region_of(lead.country) else employer.country
    mail = bool(lead.email) and not lead.do_not_contact
    return _next(_aim(Lead.objects.filter(pk=lead.pk), [(country, employer.is_target)], mail=mail), day)


def reaching_organisation(organisation: Organisation, people: QuerySet[Lead], day: date) -> list[Coming]:
    """What reaches an organisation next, judged by those of its `people` that the reader may see."""
    countries = [organisation.country]
    if not organisation.country:
        countries = list(people.order_by().values_list("country", flat=True).distinct())
    return _next(_aim(people, [(country, organisation.is_target) for country in countries]), day)


# --- how ------------------------------------------------------------------------------------------


def _aim(people: QuerySet[Lead], places: Iterable[tuple[str, bool]], *, mail: bool = True) -> Aim:
    """What reaches `people`, who are in `places`: countries, each with whether a target account is there."""
    touched = Touch.objects.filter(lead__in=people.order_by().values("pk")).exclude(campaign=None)
    met = set(touched.order_by().values_list("campaign", "campaign__parent").distinct())
    known = {(region_of(country), target) for country, target in places}
    return Aim(
        met=frozenset(campaign for campaign, _programme in met),
        programmes=frozenset(pk for pair in met for pk in pair if pk is not None),
        countries=frozenset(region for region, _target in known if region),
        target=any(target for _region, target in known),
        target_countries=frozenset(region for region, target in known if region and target),
        mail=mail,
    )


def _next(aim: Aim, day: date) -> list[Coming]:
    """Planned ones, the soonest first, then those that run, the latest begun first."""
    reached = Campaign.objects.filter(aim.reached_by)
    planned = Case(When(starts_on__gt=day, then=F("starts_on")))
    found = (reached.planned_on(day) | reached.running_on(day)).order_by(
        planned.asc(nulls_last=True), "-starts_on", "pk"
    )
    return [Coming(campaign, campaign.status_on(day), aim.ground(campaign)) for campaign in found[:MOST]]
