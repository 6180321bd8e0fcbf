"""Campaigns, their costs and activities in the API, by the verbs of the pages."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.activities import log_activity, remove_activity
from campaigns.api_shapes import (
    ActivitySent,
    ActivityTold,
    CampaignChanged,
    CampaignSent,
    CampaignTold,
    CostChanged,
    CostSent,
    CostTold,
    StatusSent,
)
from campaigns.costs import add_cost, change_cost, remove_cost
from campaigns.ending import ACTS, today
from campaigns.filtering import CampaignFilter
from campaigns.keeping import change_campaign, create_campaign
from campaigns.matching import called
from campaigns.models import Activity, Campaign, CampaignQuerySet, Cost
from common.api import answers_with
from common.api_versions import IF_MATCH, answers, known_version, told
from common.api_views import ApiView, ListView

answers_with(403, "not_marketing")
answers_with(409, "code_taken", "over_already", "not_begun", "not_over", "ended_by_dates")
answers_with(404, "gone")


def campaigns_for(user: User) -> CampaignQuerySet:
    """The campaigns that `user` may see, with all that is told of them."""
    campaigns = Campaign.objects.visible_to(user).with_spending()
    return campaigns.select_related("owner", "sales_partner", "parent").prefetch_related("aliases")


def campaign_for(user: User, code: str) -> Campaign:
    """The campaign, or the one into which it was merged, where `user` may see it; else Http404."""
    return get_object_or_404(campaigns_for(user), called(code))


class Asked(CampaignFilter):
    """What may be asked about campaigns; their status is that of today."""

    @property
    def day(self) -> date:  # type: ignore[override]
        return today(timezone.now())


class Campaigns(ListView):
    """Every campaign, the latest entered first."""

    writes = "manage"
    queryset = Campaign.objects.none()
    serializer_class = CampaignTold
    filterset_class = Asked

    def get_queryset(self) -> QuerySet[Campaign]:
        return campaigns_for(person(self.request))

    @extend_schema(request=CampaignSent, responses={201: CampaignTold})
    def post(self, request: Request) -> Response:
        """A new campaign. Without an owner it is the maker's."""
        campaign = create_campaign(by=person(request), **self.body(CampaignSent))
        return told(campaign_for(person(request), campaign.code), CampaignTold, 201)


class OneCampaign(ApiView):
    """One campaign with what was spent so far."""

    writes = "manage"
    serializer_class = CampaignTold

    def get(self, request: Request, code: str) -> Response:
        """The campaign; the ETag changes with its facts, not with its costs."""
        return told(campaign_for(person(request), code), CampaignTold)

    @IF_MATCH
    @extend_schema(request=CampaignChanged, responses=answers(CampaignTold))
    def patch(self, request: Request, code: str) -> Response:
        """Change facts; the code stays."""
        user, campaign = person(request), campaign_for(person(request), code)
        check_keeps_campaigns(user)
        facts: Any = self.body(CampaignChanged)
        change_campaign(campaign, facts, version=known_version(request, campaign), by=user)
        return told(campaign_for(user, code), CampaignTold)


class Statuses(ApiView):
    """The steps of a campaign's life."""

    writes = "manage"
    serializer_class = CampaignTold

    @IF_MATCH
    @extend_schema(request=StatusSent, responses=answers(CampaignTold))
    def post(self, request: Request, code: str) -> Response:
        """End it, abandon it, or take it up again, with why."""
        user, campaign = person(request), campaign_for(person(request), code)
        check_keeps_campaigns(user)
        sent = self.body(StatusSent)
        version = known_version(request, campaign)
        ACTS[sent["act"]](campaign, why=sent["why"], version=version, by=user, at=timezone.now())
        return told(campaign_for(user, code), CampaignTold)


class Costs(ListView):
    """The costs of a campaign."""

    writes = "manage"
    queryset = Cost.objects.none()
    serializer_class = CostTold

    def get_queryset(self) -> QuerySet[Cost]:
        return Cost.objects.filter(campaign=campaign_for(person(self.request), self.kwargs["code"]))

    @extend_schema(request=CostSent, responses={201: CostTold})
    def post(self, request: Request, code: str) -> Response:
        """Add a line of money; null means not entered, zero means free."""
        campaign = campaign_for(person(request), code)
        return told(add_cost(campaign, by=person(request), **self.body(CostSent)), CostTold, 201)


class OneCost(ApiView):
    """A line of money."""

    writes = "manage"
    serializer_class = CostTold

    def get(self, request: Request, code: str, cost_id: int) -> Response:
        return told(self._found(request, code, cost_id), CostTold)

    @IF_MATCH
    @extend_schema(request=CostChanged, responses=answers(CostTold))
    def patch(self, request: Request, code: str, cost_id: int) -> Response:
        """Change what the line says."""
        cost = self._found(request, code, cost_id)
        check_keeps_campaigns(person(request))
        facts: Any = self.body(CostChanged)
        return told(change_cost(cost, facts, version=known_version(request, cost), by=person(request)), CostTold)

    @IF_MATCH
    @extend_schema(responses=answers(None, 204))
    def delete(self, request: Request, code: str, cost_id: int) -> Response:
        """Take the line away; the story of the campaign keeps what it said."""
        cost = self._found(request, code, cost_id)
        check_keeps_campaigns(person(request))
        remove_cost(cost, version=known_version(request, cost), by=person(request))
        return Response(status=204)

    def _found(self, request: Request, code: str, cost_id: int) -> Cost:
        costs = Cost.objects.select_related("campaign").filter(campaign=campaign_for(person(request), code))
        return get_object_or_404(costs, pk=cost_id)


class Activities(ListView):
    """What marketing did in a campaign."""

    writes = "manage"
    queryset = Activity.objects.none()
    serializer_class = ActivityTold

    def get_queryset(self) -> QuerySet[Activity]:
        activities = Activity.objects.filter(campaign=campaign_for(person(self.request), self.kwargs["code"]))
        return activities.select_related("by")

    @extend_schema(request=ActivitySent, responses={201: ActivityTold})
    def post(self, request: Request, code: str) -> Response:
        """Log what was done on a day."""
        campaign = campaign_for(person(request), code)
        activity = log_activity(campaign, by=person(request), **self.body(ActivitySent))
        return Response(ActivityTold(activity).data, status=201)


class OneActivity(ApiView):
    """Something that marketing did."""

    writes = "manage"
    serializer_class = ActivityTold

    @extend_schema(responses={204: None})
    def delete(self, request: Request, code: str, activity_id: int) -> Response:
        """Take it away; the story of the campaign keeps what it said."""
        activities = Activity.objects.filter(campaign=campaign_for(person(request), code))
        remove_activity(get_object_or_404(activities, pk=activity_id), by=person(request))
        return Response(status=204)


urlpatterns = [
    path("campaigns/", Campaigns.as_view()),
    path("campaigns/<slug:code>/", OneCampaign.as_view()),
    path("campaigns/<slug:code>/statuses/", Statuses.as_view()),
    path("campaigns/<slug:code>/costs/", Costs.as_view()),
    path("campaigns/<slug:code>/costs/<int:cost_id>/", OneCost.as_view()),
    path("campaigns/<slug:code>/activities/", Activities.as_view()),
    path("campaigns/<slug:code>/activities/<int:activity_id>/", OneActivity.as_view()),
]
