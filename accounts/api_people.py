"""People and teams in the API: those that campaigns, filters and transfers name by id."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Team, User
from common.api_shapes import Told
from common.api_views import ApiView, ListView


class TeamTold(Told):
    class Meta:
        model = Team
        fields = ["id", "name", "side", "time_zone"]


class ColleagueTold(Told):
    team = TeamTold(allow_null=True)
    is_admin = serializers.BooleanField(source="is_staff")

    class Meta:
        model = User
        fields: ClassVar = [
            "id", "name", "email", "side", "team", "is_manager", "is_admin", "is_active", "takes_leads", "away_until",
        ]  # fmt: skip


class ColleagueFilter(django_filters.FilterSet):
    """What may be asked about people."""

    side = django_filters.ChoiceFilter(choices=User.Side.choices, label=_("Side"))
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(),
        label=_("Team"),
        error_messages={"invalid_choice": _("There is no such team.")},
    )
    email = django_filters.CharFilter(lookup_expr="iexact", label=_("E-mail"))
    is_active = django_filters.TypedChoiceFilter(
        choices=[("true", _("Yes")), ("false", _("No"))], coerce=lambda word: word == "true", label=_("Active")
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []


def _colleagues() -> QuerySet[User]:
    """Everybody who has or had an account: whom only a file has named is none."""
    return User.objects.select_related("team").filter(Q(is_active=True) | Q(emailaddress__isnull=False)).distinct()


class People(ListView):
    """Who works here, and who did."""

    queryset = User.objects.none()
    serializer_class = ColleagueTold
    filterset_class = ColleagueFilter
    orders = ("id", "-id")

    def get_queryset(self) -> QuerySet[User]:
        return _colleagues()


class OnePerson(ApiView):
    """A person."""

    serializer_class = ColleagueTold

    def get(self, request: Request, person_id: int) -> Response:
        return Response(ColleagueTold(get_object_or_404(_colleagues(), pk=person_id)).data)


class TeamsTold(serializers.Serializer[Any]):
    results = TeamTold(many=True)


class Teams(ApiView):
    """The teams of both sides, by name. An empty time zone is the company's."""

    serializer_class = TeamsTold

    def get(self, request: Request) -> Response:
        return Response(TeamsTold({"results": Team.objects.all()}).data)


urlpatterns = [
    path("people/", People.as_view()),
    path("people/<int:person_id>/", OnePerson.as_view()),
    path("teams/", Teams.as_view()),
]
