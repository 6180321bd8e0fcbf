"""A lead as a whole, for a CRM that asks instead of being told."""

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from common.api_views import ApiView
from feedback.handing_over import HandOverTold, handed_over, latest_handoffs, said_of, whole
from leads.models import Lead


class HandOver(ApiView):
    """The lead with its organisation, campaign, touches, latest handoff, verdict and outcomes, as `verdict.given` and
    `lead.won` tell it."""

    serializer_class = HandOverTold

    def get(self, request: Request, lead_id: int) -> Response:
        leads = whole(Lead.objects.visible_to(person(request)))
        lead = get_object_or_404(leads, pk=lead_id)
        handoff = latest_handoffs([lead.pk]).get(lead.pk, 0)
        handoffs, verdicts = said_of([handoff])
        return Response(handed_over(lead, handoffs.get(handoff), verdicts.get(handoff)))


urlpatterns = [path("leads/<int:lead_id>/hand-over/", HandOver.as_view())]
