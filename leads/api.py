"""Leads and handoffs in the API."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import path
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from accounts.models import User
from campaigns.models import Campaign
from common.api import answers_with
from common.api_answers import narrowed
from common.api_schema import Refusal
from common.api_views import ApiView, ListView
from common.moments import MomentFilter
from leads import api_definition, api_handing, api_organisations, api_touches, clock, explaining
from leads.access import handoff_for, lead_for
from leads.api_bulk import Bulk
from leads.api_editing import LeadChanged, change, etag_of
from leads.api_intake import LeadSent, LeadTaken, take_one
from leads.api_shapes import ExplanationTold, HandoffTold, LeadTold, TimelineTold
from leads.filter_fields import NO_CHOICE, NO_MOMENT
from leads.filtering import STATES, LeadFilter
from leads.models import Handoff, Lead
from leads.timeline import timeline

answers_with(403, "not_sales")


class Leads(ListView):
    """The leads that the person may see."""

    writes = "intake"
    queryset = Lead.objects.none()
    serializer_class = LeadTold
    filterset_class = LeadFilter
    orders = ("-captured_at", "captured_at", "-id", "id")

    def get_queryset(self) -> QuerySet[Lead]:
        return Lead.objects.visible_to(person(self.request)).for_list()

    @extend_schema(
        request=LeadSent,
        responses={
            200: OpenApiResponse(LeadTaken, description="A touch was added to a known lead, or nothing was new."),
            201: OpenApiResponse(LeadTaken, description="A new lead."),
        },
    )
    def post(self, request: Request) -> Response:
        """Take a lead in. A known address adds a touch and fills empty fields."""
        user = person(request)
        lead_id, result = take_one(self.body(LeadSent), at=timezone.now(), by=user)
        lead = Lead.objects.visible_to(user).for_list().filter(pk=lead_id).first()
        told = LeadTold(lead).data if lead else {"id": lead_id}
        return Response({"result": result, **told}, status=201 if result == "created" else 200)


class OneLead(ApiView):
    """One lead. The ETag changes with anything that is told of it."""

    writes = "manage"
    serializer_class = LeadTold

    def get(self, request: Request, lead_id: int) -> HttpResponseBase:
        response = self.told(lead_for(person(request), lead_id))
        if self.wanted:
            response.data = narrowed(response.data, self.wanted)
        patch_cache_control(response, private=True, no_cache=True)
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    @extend_schema(
        request=LeadChanged,
        responses={
            200: LeadTold,
            412: OpenApiResponse(Refusal, description="The lead has changed since."),
            428: OpenApiResponse(Refusal, description="The header If-Match is missing."),
        },
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)],
    )
    def patch(self, request: Request, lead_id: int) -> Response:
        """Change fields of the lead, where nobody has changed it since it was read."""
        return self.told(change(request, lead_id, self.body(LeadChanged)))

    def told(self, lead: Lead) -> Response:
        response = Response(LeadTold(lead).data)
        response["ETag"] = etag_of(lead, response.data)
        return response


class Explanation(ApiView):
    """Why the lead has its grade."""

    serializer_class = ExplanationTold

    def get(self, request: Request, lead_id: int) -> Response:
        return Response(ExplanationTold(explaining.explain_as_graded(lead_for(person(request), lead_id))).data)


class Timeline(ApiView):
    """The latest 200 lines of the lead's story, newest first."""

    serializer_class = TimelineTold

    def get(self, request: Request, lead_id: int) -> Response:
        return Response(TimelineTold({"results": timeline(lead_for(person(request), lead_id))}).data)


class HandoffFilter(django_filters.FilterSet):
    """What may be asked about handoffs."""

    state = django_filters.MultipleChoiceFilter(
        choices=STATES, method="by_state", label=_("Clock"), error_messages=NO_CHOICE
    )
    rep = django_filters.ModelChoiceFilter(
        queryset=User.objects.all(), label=_("Rep"), error_messages={"invalid_choice": _("There is no such person.")}
    )
    campaign = django_filters.ModelChoiceFilter(
        field_name="lead__campaign",
        queryset=Campaign.objects.all(),
        to_field_name="code",
        label=_("Campaign"),
        error_messages={"invalid_choice": _("There is no campaign with this code.")},
    )
    grade = django_filters.MultipleChoiceFilter(
        choices=Lead.Grade.choices, label=_("Grade then"), error_messages=NO_CHOICE
    )
    due_before = MomentFilter(field_name="due_at", lookup_expr="lt", label=_("Due before"), error_messages=NO_MOMENT)

    class Meta:
        model = Handoff
        fields: list[str] = []

    def by_state(self, handoffs: QuerySet[Handoff], name: str, value: list[str]) -> QuerySet[Handoff]:
        if not value:
            return handoffs
        return handoffs.annotate(clock_state=clock.state_expression(timezone.now())).filter(clock_state__in=value)


class Handoffs(ListView):
    """The handoffs that the person may see, the latest first."""

    queryset = Handoff.objects.none()
    serializer_class = HandoffTold
    filterset_class = HandoffFilter

    def get_queryset(self) -> QuerySet[Handoff]:
        return Handoff.objects.visible_to(person(self.request)).for_list().select_related("team", "responded_by")


class OneHandoff(ApiView):
    """One handoff with its clock."""

    serializer_class = HandoffTold

    def get(self, request: Request, handoff_id: int) -> Response:
        return Response(HandoffTold(handoff_for(person(request), handoff_id)).data)


urlpatterns = [
    *api_definition.urlpatterns,
    *api_handing.urlpatterns,
    *api_organisations.urlpatterns,
    *api_touches.urlpatterns,
    path("leads/", Leads.as_view()),
    path("leads/bulk/", Bulk.as_view()),
    path("leads/<int:lead_id>/", OneLead.as_view()),
    path("leads/<int:lead_id>/explanation/", Explanation.as_view()),
    path("leads/<int:lead_id>/timeline/", Timeline.as_view()),
    path("handoffs/", Handoffs.as_view()),
    path("handoffs/<int:handoff_id>/", OneHandoff.as_view()),
]
