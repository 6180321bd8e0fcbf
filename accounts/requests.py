"""What a view of signed-in people is given."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Request(HttpRequest):
    """A request behind the sign-in: its user is a person, and htmx tells what it asks for."""

    user: User
    htmx: HtmxDetails
