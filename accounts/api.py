"""People in the API: who asks, and how a person is told."""

from rest_framework.request import Request

from accounts.models import User
from common.api_shapes import Told


def person(request: Request) -> User:
    """Whoever asks. The views of the API let nobody else in, so this is always a person."""
    if not isinstance(request.user, User):
        raise TypeError("an address of the API that lets strangers in has asked who they are")
    return request.user


class PersonTold(Told):
    class Meta:
        model = User
        fields = ["id", "name", "email"]
