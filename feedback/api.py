"""Answers of sales in the API: responses, verdicts, outcomes, and the reasons to choose from."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from accounts.api import person
from common.api import answers_with
from common.api_views import ApiView
from feedback import api_adjustments, api_comments, api_correcting
from feedback.api_shapes import (
    OutcomeSent,
    OutcomeTold,
    ReasonsTold,
    ResponseSent,
    ResponseTold,
    VerdictSent,
    VerdictTold,
    reason_named,
)
from feedback.models import Reason
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads.access import handoff_for, lead_for

answers_with(409, "closed", "told_already")


class Responses(ApiView):
    """What sales did about a handoff."""

    writes = "answer"
    serializer_class = ResponseTold

    @extend_schema(request=ResponseSent, responses={201: ResponseTold})
    def post(self, request: Request, handoff_id: int) -> Answer:
        """Log a response; the first one stops the clock."""
        handoff = handoff_for(person(request), handoff_id)
        sent = self.body(ResponseSent)
        return Answer(ResponseTold(respond(handoff, by=person(request), **sent)).data, status=201)


class Verdicts(ApiView):
    """Sales' judgement on a handoff."""

    writes = "answer"
    serializer_class = VerdictTold

    @extend_schema(request=VerdictSent, responses={201: VerdictTold})
    def post(self, request: Request, handoff_id: int) -> Answer:
        """Give the verdict, which closes the handoff."""
        handoff = handoff_for(person(request), handoff_id)
        sent = self.body(VerdictSent)
        given = {name: sent.pop(name) for name in ("at", "excuse") if name in sent}
        judgement = Judgement(**{**sent, "reason": reason_named(sent.get("reason"))})
        verdict = give_verdict(handoff, judgement, by=person(request), **given)
        return Answer(VerdictTold(verdict).data, status=201)


class Outcomes(ApiView):
    """Where a lead ended."""

    writes = "answer"
    serializer_class = OutcomeTold

    @extend_schema(request=OutcomeSent, responses={201: OutcomeTold})
    def post(self, request: Request, lead_id: int) -> Answer:
        """Record an opportunity, a win or a loss."""
        lead = lead_for(person(request), lead_id)
        sent = self.body(OutcomeSent)
        reason = reason_named(sent.pop("reason", None))
        outcome = record_outcome(lead, by=person(request), reason=reason, **sent)
        return Answer(OutcomeTold(outcome).data, status=201)


class Reasons(ApiView):
    """The reasons that may be given."""

    serializer_class = ReasonsTold

    def get(self, request: Request) -> Answer:
        return Answer(ReasonsTold({"results": Reason.objects.filter(is_active=True)}).data)


urlpatterns = [
    *api_adjustments.urlpatterns,
    *api_comments.urlpatterns,
    *api_correcting.urlpatterns,
    path("handoffs/<int:handoff_id>/responses/", Responses.as_view()),
    path("handoffs/<int:handoff_id>/verdicts/", Verdicts.as_view()),
    path("leads/<int:lead_id>/outcomes/", Outcomes.as_view()),
    path("reasons/", Reasons.as_view()),
]
