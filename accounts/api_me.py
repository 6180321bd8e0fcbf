"""Whoever asks, as the API knows them."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from accounts.models import Scope, Token, User
from common.api_shapes import Moment
from common.api_views import ANY_SCOPE, ApiView


class MeTold(serializers.Serializer[Any]):
    """The person behind the token or the session, and what the token is good for."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    side = serializers.ChoiceField(User.Side.choices)
    team = serializers.CharField(allow_null=True)
    is_manager = serializers.BooleanField()
    is_admin = serializers.BooleanField(source="is_staff")
    token = serializers.CharField(allow_null=True, help_text="Its name; null: a session.")
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    expires_at = Moment(allow_null=True, help_text="When the token ends; null: never.")


class Me(ApiView):
    """Who asks, and with which scopes. A token of any scope may ask this."""

    reads = ANY_SCOPE
    serializer_class = MeTold

    def get(self, request: Request) -> Response:
        user, token = person(request), request.auth if isinstance(request.auth, Token) else None
        told = {name: getattr(user, name) for name in ("id", "name", "email", "side", "is_manager", "is_staff")}
        told |= {
            "team": user.team.name if user.team else None,
            "token": str(token) if token else None,
            "scopes": token.scopes if token else Scope.values,
            "expires_at": token.expires_at if token else None,
        }
        return Response(MeTold(told).data)


urlpatterns = [path("me/", Me.as_view())]
