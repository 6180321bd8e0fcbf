"""What happens to a lead beside answers, in the API: pulled back, given to others, graded by hand, kept out of
figures. The verbs are those of the pages."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from accounts.models import User
from common.api import answers_with
from common.api_shapes import Shape
from common.api_views import ApiView
from leads.access import handoff_for, lead_for
from leads.api_shapes import HandoffTold, LeadTold
from leads.handing_back import hand_back, pass_on
from leads.keeping_out import keep_out
from leads.models import Lead
from leads.overriding import override_grade
from leads.pulling_back import pull_back
from leads.reassigning import may_reassign, reassign

answers_with(403, "not_yours")
answers_with(409, "answered", "closed", "erased", "not_with_sales", "same_grade")
LONGEST = 300


class WhySent(Shape):
    why = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)


class PullBacks(ApiView):
    """Marketing takes a lead back that nobody in sales has answered."""

    writes = "manage"
    serializer_class = HandoffTold

    @extend_schema(request=WhySent, responses={200: HandoffTold})
    def post(self, request: Request, lead_id: int) -> Response:
        """Pull it back, with why; its rep is told, and a late clock stays late."""
        user, lead = person(request), lead_for(person(request), lead_id)
        handoff = pull_back(lead, by=user, why=self.body(WhySent).get("why", ""), at=timezone.now())
        return Response(HandoffTold(handoff_for(user, handoff.pk)).data)


class TransferSent(WhySent):
    """To whom, and why. Without a rep it is routed to somebody else."""

    rep = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )


class Transfers(ApiView):
    """A handoff given to somebody else."""

    writes = "manage"
    serializer_class = HandoffTold

    @extend_schema(request=TransferSent, responses={200: HandoffTold})
    def post(self, request: Request, handoff_id: int) -> Response:
        """A rep hands the own one back or passes it on, with why; a manager of sales gives any to a rep."""
        user, now = person(request), timezone.now()
        handoff, sent = handoff_for(user, handoff_id), self.body(TransferSent)
        rep, why = sent.get("rep"), sent.get("why", "")
        if rep and may_reassign(user):
            reassign(Lead.objects.filter(pk=handoff.lead_id), rep=rep, by=user, at=now)
        elif rep:
            pass_on(handoff, rep=rep, by=user, why=why, at=now)
        else:
            hand_back(handoff, by=user, why=why, at=now)
        return Response(HandoffTold(handoff_for(user, handoff_id)).data)


class GradeSent(Shape):
    grade = serializers.CharField(max_length=1, help_text=", ".join(Lead.Grade.values))
    reason = serializers.CharField(max_length=LONGEST)


class Grades(ApiView):
    """A grade that a person sets, whatever the points say."""

    writes = "manage"
    serializer_class = LeadTold

    @extend_schema(request=GradeSent, responses={200: LeadTold})
    def post(self, request: Request, lead_id: int) -> Response:
        """Set it for a reason; it holds while the facts do, and the handoff follows."""
        user, sent = person(request), self.body(GradeSent)
        override_grade(lead_for(user, lead_id), **sent, by=user, at=timezone.now())
        return Response(LeadTold(lead_for(user, lead_id)).data)


class MarkSent(Shape):
    kept_out = serializers.CharField(
        allow_blank=True, max_length=20, help_text=", ".join(Lead.KeptOut.values) + ", or empty: it counts again."
    )


class Marks(ApiView):
    """Whether a lead is kept out of figures."""

    writes = "manage"
    serializer_class = LeadTold

    @extend_schema(request=MarkSent, responses={200: LeadTold})
    def post(self, request: Request, lead_id: int) -> Response:
        """Keep it out as test, spam or duplicate, or let it count again."""
        user, sent = person(request), self.body(MarkSent)
        keep_out(lead_for(user, lead_id), sent["kept_out"], by=user, at=timezone.now())
        return Response(LeadTold(lead_for(user, lead_id)).data)


urlpatterns = [
    path("leads/<int:lead_id>/pull-backs/", PullBacks.as_view()),
    path("leads/<int:lead_id>/grades/", Grades.as_view()),
    path("leads/<int:lead_id>/marks/", Marks.as_view()),
    path("handoffs/<int:handoff_id>/transfers/", Transfers.as_view()),
]
