"""Moments that people and programs write."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField

# The world's offsets end at fourteen hours; PostgreSQL reads none of sixteen.
FURTHEST = timedelta(hours=16)


def read_moment(text: str) -> datetime:
    """An aware moment in ISO 8601. Raises ValueError for another text."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not has_known_offset(found):
        raise ValueError(text)
    return found


def has_known_offset(moment: datetime) -> bool:
    """Whether its offset, if it has one, is one that the database reads."""
    return abs(moment.utcoffset() or timedelta()) < FURTHEST


class MomentField(IsoDateTimeField):
    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if isinstance(found, datetime) and not has_known_offset(found):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A moment in ISO 8601; one without an offset is meant in the company's time zone."""

    field_class = MomentField
