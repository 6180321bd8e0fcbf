"""Corrections of what sales said in the API: a verdict and an outcome are read with an ETag, and changed with it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from accounts.api import person
from common.api import answers_with
from common.api_shapes import Day, Moment, Shape
from common.api_versions import IF_MATCH, answers, known_version, told
from common.api_views import ApiView
from feedback.api_shapes import OutcomeTold, VerdictTold, note, one_of, reason_named
from feedback.correcting import SAID, TOLD, correct_outcome, correct_verdict
from feedback.models import Outcome, Verdict
from feedback.outcomes import End
from feedback.verdicts import Judgement
from leads.access import handoff_for
from leads.models import Lead

answers_with(403, "not_yours")
answers_with(409, "erased", "moved_on", "appealed")


class VerdictChanged(Shape):
    """What to say otherwise; what is not named stays."""

    verdict = serializers.CharField(required=False, **one_of(Verdict.Value.values))
    reason = serializers.CharField(required=False, allow_null=True, max_length=60, help_text="Key of a reason.")
    evidence = serializers.CharField(required=False, allow_blank=True, **one_of(Verdict.Evidence.values))
    note = note()
    wake_up_on = Day(required=False, allow_null=True)
    grade_opinion = serializers.CharField(required=False, allow_blank=True, **one_of(Verdict.GradeOpinion.values))


class OutcomeChanged(Shape):
    """What to tell otherwise; what is not named stays."""

    kind = serializers.CharField(required=False, **one_of(Outcome.Kind.values))
    amount = serializers.DecimalField(14, 2, required=False, allow_null=True)
    at = Moment(required=False)
    reason = serializers.CharField(required=False, allow_null=True, max_length=60, help_text="Key of a reason.")
    competitor = serializers.CharField(required=False, allow_blank=True, max_length=120)
    expected_on = Day(required=False, allow_null=True)
    note = note()


def _anew(row: Verdict | Outcome, names: tuple[str, ...], sent: dict[str, Any]) -> dict[str, Any]:
    """What the row says with what was sent in its place."""
    reason = {"reason": _reason(row, sent["reason"])} if "reason" in sent else {}
    return {name: getattr(row, name) for name in names} | sent | reason


def _reason(row: Verdict | Outcome, key: str | None) -> Any:
    """The reason of this key; the one that the row has may be retired."""
    return row.reason if row.reason and row.reason.key == key else reason_named(key)


class OneVerdict(ApiView):
    """The verdict of a handoff."""

    writes = "answer"
    serializer_class = VerdictTold

    def get(self, request: Request, handoff_id: int) -> Answer:
        """What was said; the ETag changes with each correction."""
        return told(self._found(request, handoff_id), VerdictTold)

    @IF_MATCH
    @extend_schema(request=VerdictChanged, responses=answers(VerdictTold))
    def patch(self, request: Request, handoff_id: int) -> Answer:
        """Correct the verdict; the lead follows where it still stands as the verdict left it."""
        verdict, sent = self._found(request, handoff_id), self.body(VerdictChanged)
        version = known_version(request, verdict)
        judgement = Judgement(**_anew(verdict, SAID, sent))
        now = timezone.now()
        return told(correct_verdict(verdict, judgement, version=version, by=person(request), at=now), VerdictTold)

    def _found(self, request: Request, handoff_id: int) -> Verdict:
        handoff = handoff_for(person(request), handoff_id)
        return get_object_or_404(Verdict.objects.select_related("handoff", "reason", "by"), handoff=handoff)


class OneOutcome(ApiView):
    """Where a lead ended."""

    writes = "answer"
    serializer_class = OutcomeTold

    def get(self, request: Request, outcome_id: int) -> Answer:
        """What was told; the ETag changes with each correction."""
        return told(self._found(request, outcome_id), OutcomeTold)

    @IF_MATCH
    @extend_schema(request=OutcomeChanged, responses=answers(OutcomeTold))
    def patch(self, request: Request, outcome_id: int) -> Answer:
        """Correct the outcome; the stage of its lead follows."""
        outcome, sent = self._found(request, outcome_id), self.body(OutcomeChanged)
        version = known_version(request, outcome)
        end = End(**_anew(outcome, TOLD, sent))
        found = correct_outcome(outcome, end, version=version, by=person(request), at=timezone.now())
        return told(found, OutcomeTold)

    def _found(self, request: Request, outcome_id: int) -> Outcome:
        seen = Lead.objects.visible_to(person(request))
        outcomes = Outcome.objects.select_related("lead", "reason", "by").filter(lead__in=seen)
        return get_object_or_404(outcomes, pk=outcome_id)


urlpatterns = [
    path("handoffs/<int:handoff_id>/verdict/", OneVerdict.as_view()),
    path("outcomes/<int:outcome_id>/", OneOutcome.as_view()),
]
