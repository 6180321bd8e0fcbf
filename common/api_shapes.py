"""What bodies may look like, and how moments, days and rows are told."""

import codecs
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser, get_encoding  # type: ignore[attr-defined]
from rest_framework.utils import json

MOST_FIELDS_NAMED = 20
YEARS = range(1900, 9000)


class TextParser(JSONParser):
    """JSON that means one thing and whose texts PostgreSQL can hold: no name twice, no NaN, no NUL, no half of a
    surrogate pair; not nested without end."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text: Any = codecs.getreader(get_encoding(parser_context or {}))(stream)
            return self.checked(json.load(text, parse_constant=json.strict_constant, object_pairs_hook=_once))
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is no JSON: %(why)s") % {"why": error}) from error

    def checked(self, data: Any) -> Any:
        """The data; raises ParseError for a text that can't be kept."""
        _check_texts(data)
        return data


class RowsParser(TextParser):
    """The same for a body of `rows`; in the place of a row that holds such a text stands its ParseError."""

    def checked(self, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(rows := data.get("rows"), list):
            return super().checked(data)
        super().checked({name: value for name, value in data.items() if name != "rows"})
        return {**data, "rows": [self._row(row) for row in rows]}

    def _row(self, row: Any) -> Any:
        try:
            return super().checked(row)
        except ParseError as error:
            return error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError(_("A name is told twice in one object; only one of them could be meant."))
    return found


def _check_texts(data: Any) -> None:
    if isinstance(data, str):
        if "\x00" in data or any("\ud800" <= c <= "\udfff" for c in data):
            raise ParseError(_("A text holds a character that is no text (NUL or half of a pair)."))
    elif isinstance(data, dict):
        for key, value in data.items():
            _check_texts(key)
            _check_texts(value)
    elif isinstance(data, list):
        for value in data:
            _check_texts(value)


def refuse_chunked(request: HttpRequest) -> None:
    """Refuse a body that comes in pieces of unknown number: WSGI knows no such bodies, it would be read as empty.

    Raises ParseError `length_missing`.
    """
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        raise ParseError(_("Send the length of the body in the header Content-Length."), code="length_missing")


def read_body(request: HttpRequest, most: int) -> None:
    """Read a body of up to `most` bytes, which may be more than Django lets through elsewhere.

    Raises ParseError `too_large`.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        sentence = _("The body is too large. Send at most %(most)d MB, in several requests.")
        raise ParseError(sentence % {"most": most // 1_000_000}, code="too_large")
    # Django looks here before it reads, and asks for its own limit only when it reads.
    request._body = request.read(most)


class Shape(serializers.Serializer[Any]):
    """A body that may be sent: a field that it does not name is refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, self.fields, _("There is no such field."))
        return super().to_internal_value(data)


def refuse_nul(given: Mapping[str, str]) -> None:
    """Refuse texts of an address that PostgreSQL can't compare with anything."""
    if faulty := [name for name, text in given.items() if "\x00" in text]:
        raise ValidationError(dict.fromkeys(faulty, _("This holds a character that is no text (NUL).")))


def refuse_unknown(given: Any, known: Any, sentence: str) -> None:
    """Refuse, naming them, what is `given` and not `known`."""
    if unknown := [name for name in given if name not in known]:
        raise ValidationError(dict.fromkeys(unknown[:MOST_FIELDS_NAMED], sentence))


class Moment(serializers.DateTimeField):
    """A moment with its offset in the company's time zone; one sent without an offset is meant there."""

    def to_internal_value(self, value: Any) -> datetime:
        found = super().to_internal_value(value)
        if found.year not in YEARS:
            raise ValidationError(_("Write a moment between the years 1900 and 8999."))
        return found

    def to_representation(self, value: datetime) -> str:
        return timezone.localtime(value).isoformat()


class Day(serializers.DateField):
    """A day such as 2026-10-08."""

    def to_internal_value(self, value: Any) -> date:
        found = super().to_internal_value(value)
        if found.year not in YEARS:
            raise ValidationError(_("Write a day between the years 1900 and 8999."))
        return found


Reader = Callable[[Any], Any]
# What is told of these is what the row holds.
AS_THEY_ARE = (
    serializers.CharField, serializers.ChoiceField, serializers.IntegerField, serializers.BooleanField,
    serializers.JSONField,
)  # fmt: skip


class Told(serializers.ModelSerializer[Any]):
    """What the API tells of a row; nothing is written through it.

    Its fields are made once per process: to make and to ask them for each row costs more than the row.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        # Whoever wants some of the fields alone has taken the others away.
        wanted = self.__dict__.get("fields")
        readers = _readers(type(self))
        return {name: read(instance) for name, read in readers if wanted is None or name in wanted}

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        **{
            field: Moment
            for field, mapped in serializers.ModelSerializer.serializer_field_mapping.items()
            if mapped is serializers.DateTimeField
        },
    }


@cache
def _readers(shape: type[Told]) -> list[tuple[str, Reader]]:
    """The fields of the shape, and how each is read from a row."""
    return [(name, _reader(field)) for name, field in shape().fields.items()]


def _reader(field: Any) -> Reader:
    if type(field) in AS_THEY_ARE and len(field.source_attrs) == 1:
        return attrgetter(field.source_attrs[0])

    def read(row: Any) -> Any:
        value = field.get_attribute(row)
        return None if value is None else field.to_representation(value)

    return read
