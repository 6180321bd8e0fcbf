"""The talk about an answer in the API: thanks, questions back and replies, by the verbs of the page."""

from typing import Any, ClassVar

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from accounts.api import PersonTold, person
from common.api import answers_with
from common.api_shapes import Shape, Told
from common.api_views import ApiView
from feedback.commenting import LONGEST, ask_back, reply, thank
from feedback.models import Comment
from leads.access import handoff_for

answers_with(403, "not_marketing", "not_sales")
answers_with(409, "thanked", "erased")


class CommentTold(Told):
    by = PersonTold()

    class Meta:
        model = Comment
        fields: ClassVar = ["id", "kind", "text", "by", "at"]


class CommentsTold(serializers.Serializer[Any]):
    results = CommentTold(many=True)


class CommentSent(Shape):
    kind = serializers.ChoiceField(Comment.Kind.choices)
    text = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST, help_text="Thanks need none; questions and replies do."
    )


class Comments(ApiView):
    """What was said about the answer to a handoff, in its order."""

    writes = "answer"
    serializer_class = CommentsTold

    def get(self, request: Request, handoff_id: int) -> Answer:
        said = handoff_for(person(request), handoff_id).comments.select_related("by")
        return Answer(CommentsTold({"results": said}).data)

    @extend_schema(request=CommentSent, responses={201: CommentTold})
    def post(self, request: Request, handoff_id: int) -> Answer:
        """Marketing thanks and asks back, sales replies; the other side is told."""
        handoff = handoff_for(person(request), handoff_id)
        sent, by, now = self.body(CommentSent), person(request), timezone.now()
        if sent["kind"] == Comment.Kind.THANKS:
            said = thank(handoff, by=by, at=now)
        else:
            verb = reply if sent["kind"] == Comment.Kind.REPLY else ask_back
            said = verb(handoff, sent.get("text", ""), by=by, at=now)
        return Answer(CommentTold(said).data, status=201)


urlpatterns = [path("handoffs/<int:handoff_id>/comments/", Comments.as_view())]
