"""The company row, read once per request, import or task."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from accounts.models import Company

_held: ContextVar[Company | None] = ContextVar("company", default=None)


def current() -> Company:
    """The company's facts; the environment's values where the row is not there yet."""
    return _held.get() or _load()


@contextmanager
def held() -> Iterator[Company]:
    """Read the company once for everything that happens inside."""
    company = current()
    token = _held.set(company)
    try:
        yield company
    finally:
        _held.reset(token)


def _load() -> Company:
    return Company.objects.first() or Company(pk=1, **settings.COMPANY)
