"""Many leads taken in at once through the API, each row answered for itself."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import company
from accounts.api import person
from accounts.models import User
from common.api import unread
from common.api_shapes import RowsParser, Shape
from common.api_views import ApiView
from common.errors import DomainError
from leads.api_intake import LeadSent, values_of
from leads.files import LEADS

MOST_ROWS = 10_000
RESULTS = ("created", "updated", "unchanged", "refused")
Told = dict[str, Any]


class Rows(Shape):
    """A list of whatever: each row is judged for itself."""

    rows = serializers.ListField(
        max_length=MOST_ROWS,
        error_messages={"max_length": _("Send at most 10,000 rows at once, and the others in further requests.")},
    )


class RowsSent(serializers.Serializer[Any]):
    """Up to 10,000 rows, each like the body of `POST leads/`."""

    rows = serializers.ListField(child=LeadSent(), max_length=MOST_ROWS)


class RowTaken(serializers.Serializer[Any]):
    """What became of a row: the id of its lead, or why it was refused."""

    row = serializers.IntegerField(help_text="Its place in `rows`; the first is 1.")
    result = serializers.ChoiceField(RESULTS)
    id = serializers.IntegerField(required=False)
    code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    fields = serializers.DictField(child=serializers.CharField(), required=False)  # type: ignore[assignment]


class RowsTaken(serializers.Serializer[Any]):
    rows = serializers.IntegerField(help_text="How many rows were sent: as many as the four counts add up to.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = RowTaken(many=True, help_text="One for each row, in their order.")


class Bulk(ApiView):
    """Many leads at once."""

    writes = "intake"
    serializer_class = RowsTaken
    parser_classes = [RowsParser]
    most_bytes = 20_000_000

    @extend_schema(request=RowsSent, responses={200: RowsTaken})
    def post(self, request: Request) -> Response:
        """Take up to 10,000 leads in, in up to 20 MB. A refused row stops no other."""
        results = take_many(self.body(Rows)["rows"], at=timezone.now(), by=person(request))
        counts = Counter(told["result"] for told in results)
        return Response({"rows": len(results), **{name: counts[name] for name in RESULTS}, "results": results})


@transaction.atomic
@company.held()
def take_many(rows: list[Any], *, at: datetime, by: User) -> list[Told]:
    """Take rows in like the rows of a file, all in one transaction: what became of each, in their order."""
    shape, good, told = LeadSent(), [], {}
    for number, row in enumerate(rows, start=1):
        try:
            good.append(values_of(_read(row, shape), number=number, at=at))
        except ValidationError as error:
            told[number] = _refused(number, **unread(error))
        except ParseError as error:
            told[number] = _refused(number, code="invalid", message=str(error.detail), fields={})
        except DomainError as error:
            told[number] = _refused(number, code=error.code, message=error.message, fields=error.fields)
    for taken in LEADS.take(good, at=at, by=by, run=None):
        told[taken.number] = (
            _refused(taken.number, code="refused", message=taken.sentence, fields={})
            if taken.result == "refused"
            else {"row": taken.number, "result": taken.result, "id": taken.lead_id}  # type: ignore[attr-defined]
        )
    return [told[number] for number in sorted(told)]


def _read(row: Any, shape: LeadSent) -> dict[str, Any]:
    """The row in its shape. Raises ValidationError, and the ParseError that stands for a row (see RowsParser)."""
    if isinstance(row, ParseError):
        raise row
    return shape.run_validation(row)


def _refused(number: int, **why: Any) -> Told:
    return {"row": number, "result": "refused", **why}
