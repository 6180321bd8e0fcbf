"""The company row, read once per request or task."""

from contextvars import ContextVar

from django.conf import settings

from accounts.models import Company

_held: ContextVar[Company | None] = ContextVar("company", default=None)


def current() -> Company:
    """The company's facts; the environment's values where the row is not there yet."""
    return _held.get() or load()


def load() -> Company:
    return Company.objects.first() or Company(pk=1, **settings.COMPANY)


def hold(company: Company | None) -> None:
    """Keep `company` for the rest of this request; None lets it go."""
    _held.set(company)
