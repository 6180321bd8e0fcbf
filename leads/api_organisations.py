"""Organisations in the API: read, and changed by the verb of the page."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PersonTold, person
from accounts.models import User
from common.api import answers_with
from common.api_shapes import Shape, Told
from common.api_versions import IF_MATCH, answers, known_version, told
from common.api_views import ApiView, ListView
from leads import organisations
from leads.access import check_may_edit_organisation, organisation_for
from leads.api_intake import Cell
from leads.filter_fields import NO_PERSON, YES_NO
from leads.models import Organisation

answers_with(403, "not_yours")
answers_with(409, "taken")


class OneOrganisationTold(Told):
    owner = PersonTold(allow_null=True)

    class Meta:
        model = Organisation
        fields: ClassVar = [
            "id", "name", "domain", "country", "industry", "employees", "owner", "is_target", "target_since", "version",
        ]  # fmt: skip


class OrganisationFilter(django_filters.FilterSet):
    """What may be asked about organisations."""

    q = django_filters.CharFilter(method="by_words", label=_("Name or domain"))
    domain = django_filters.CharFilter(lookup_expr="iexact", label=_("Domain"))
    is_target = django_filters.TypedChoiceFilter(
        choices=YES_NO, coerce=lambda word: word == "true", label=_("Target account")
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.all(), label=_("Account's owner"), error_messages=NO_PERSON
    )

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = []

    def by_words(self, found: Any, name: str, value: str) -> QuerySet[Organisation]:
        return organisations.among(found, value)


class Organisations(ListView):
    """The organisations that the person may see."""

    queryset = Organisation.objects.none()
    serializer_class = OneOrganisationTold
    filterset_class = OrganisationFilter
    orders = ("-id", "id")

    def get_queryset(self) -> QuerySet[Organisation]:
        return Organisation.objects.visible_to(person(self.request)).select_related("owner")


class OrganisationChanged(Shape):
    """The facts to change; null or an empty text takes away, and what is not named stays."""

    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )

    def get_fields(self) -> dict[str, Any]:
        texts = [name for name in organisations.FIELDS if name != "owner"]
        return {**{name: Cell(required=False, allow_null=True) for name in texts}, **super().get_fields()}


class OneOrganisation(ApiView):
    """One organisation."""

    writes = "manage"
    serializer_class = OneOrganisationTold

    def get(self, request: Request, organisation_id: int) -> Response:
        return told(organisation_for(person(request), organisation_id), OneOrganisationTold)

    @IF_MATCH
    @extend_schema(request=OrganisationChanged, responses=answers(OneOrganisationTold))
    def patch(self, request: Request, organisation_id: int) -> Response:
        """Change what is known of it; its people are graded again."""
        user, now = person(request), timezone.now()
        organisation = organisation_for(user, organisation_id)
        check_may_edit_organisation(user)
        sent = self.body(OrganisationChanged)
        changes = {name: value if name == "owner" or value is not None else "" for name, value in sent.items()}
        version = known_version(request, organisation)
        return told(
            organisations.edit_organisation(organisation, changes, version=version, by=user, at=now),
            OneOrganisationTold,
        )


urlpatterns = [
    path("organisations/", Organisations.as_view()),
    path("organisations/<int:organisation_id>/", OneOrganisation.as_view()),
]
