"""Imports in the API: a file is sent and loaded by the worker, and asked how far it is."""

from typing import Any, ClassVar

import django_filters
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PersonTold, person
from accounts.models import User
from common.api import answers_with
from common.api_shapes import Shape, Told
from common.api_versions import told
from common.api_views import ApiView, ListView
from common.errors import DomainError
from imports import kinds, preparing
from imports.access import import_for
from imports.kinds import Kind
from imports.models import Import, ImportRow
from imports.preparing import Answers

answers_with(403, "may_not_load")
# A multipart body is a little larger than the file in it.
AROUND_A_FILE = 100_000


class ImportTold(Told):
    """`rows` are those that are accounted for so far: created, updated, unchanged and refused together."""

    by = PersonTold(allow_null=True)
    total = serializers.IntegerField(help_text="How many rows the file holds, as far as is known.")

    class Meta:
        model = Import
        fields: ClassVar = [
            "id", "kind", "file_name", "by", "state", "mapping", "started_at", "finished_at", "undone_at", "total",
            "rows", "created", "updated", "unchanged", "refused", "failure", "version",
        ]  # fmt: skip


class ImportSent(Shape):
    """A file, sent as multipart/form-data."""

    kind = serializers.CharField(max_length=20, help_text="leads, outcomes or costs, among others.")
    file = serializers.FileField(help_text="CSV, TSV or XLSX, up to 500 MB.")
    campaign = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Of all rows that name none: code or name."
    )
    day_first = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="How dates such as 03/04/2026 are meant."
    )


class ImportFilter(django_filters.FilterSet):
    """What may be asked about imports."""

    kind = django_filters.CharFilter(label=__("Kind"))
    state = django_filters.MultipleChoiceFilter(choices=Import.State.choices, label=__("State"))

    class Meta:
        model = Import
        fields: ClassVar[list[str]] = []


class Imports(ListView):
    """The files that the person may load and see, the latest first."""

    writes = "manage"
    repeatable = False
    parser_classes = [MultiPartParser]
    queryset = Import.objects.none()
    serializer_class = ImportTold
    filterset_class = ImportFilter

    def get_queryset(self) -> QuerySet[Import]:
        return Import.objects.visible_to(person(self.request)).select_related("by")

    @extend_schema(request={"multipart/form-data": ImportSent}, responses={201: ImportTold})
    def post(self, request: Request) -> Response:
        """Send a file; a worker loads it. The same file again changes nothing."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > preparing.MOST_BYTES + AROUND_A_FILE:
            raise preparing.too_large()
        sent = self.body(ImportSent)
        run = load(sent["file"], sent, by=person(request))
        return told(import_for(person(request), run.pk), ImportTold, 201)


def load(file: UploadedFile, sent: dict[str, Any], *, by: User) -> Import:
    """An import that a worker loads. Raises DomainError where the file can't be read as it is; then nothing is kept."""
    now, kind = timezone.now(), kinds.get(sent["kind"])
    fixed = _fixed(kind, sent.get("campaign", ""))
    run = preparing.receive(file, kind=kind, by=by, at=now)
    try:
        said = Answers(mapping=run.mapping, fixed=fixed, day_first=sent["day_first"])
        run = preparing.change(run.pk, said, version=run.version)
        return preparing.start(run.pk, version=run.version, by=by, at=now)
    except DomainError:
        preparing.discard(run.pk, version=run.version)
        raise


def _fixed(kind: Kind, campaign: str) -> dict[str, str]:
    """The campaign of all rows. Raises DomainError `no_such_column` where such files name none."""
    if campaign and all(column.name != "campaign" for column in kind.columns):
        sentence = _("Files of this kind name no campaign. Leave it out.")
        raise DomainError("no_such_column", sentence, {"campaign": sentence})
    return {"campaign": campaign} if campaign else {}


class OneImport(ApiView):
    """How far an import is, and what came of it."""

    serializer_class = ImportTold

    def get(self, request: Request, run_id: int) -> Response:
        return told(import_for(person(request), run_id), ImportTold)


class RefusedTold(Told):
    """A row that was not taken: its number in the file, where the header is row 1, and why."""

    values = serializers.ListField(child=serializers.CharField(allow_null=True))

    class Meta:
        model = ImportRow
        fields: ClassVar = ["number", "sentence", "values"]


class Refused(ListView):
    """The refused rows of an import, in the order of the file."""

    queryset = ImportRow.objects.none()
    serializer_class = RefusedTold
    orders = ("id",)

    def get_queryset(self) -> QuerySet[ImportRow]:
        return import_for(person(self.request), self.kwargs["run_id"]).refused_rows.all()


urlpatterns = [
    path("imports/", Imports.as_view()),
    path("imports/<int:run_id>/", OneImport.as_view()),
    path("imports/<int:run_id>/refused/", Refused.as_view()),
]
