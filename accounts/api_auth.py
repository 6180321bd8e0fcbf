from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Token, User

LAST_USE_STEP = timedelta(minutes=5)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; the last use is written at most every five minutes."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        now = timezone.now()
        token = (
            Token.objects.usable(now)
            .matching(secret.strip().decode("latin-1"))
            .select_related("user", "user__team")
            .first()
        )
        if token is None:
            raise AuthenticationFailed(_("This token is not valid. Ask for a new one."))
        Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USE_STEP), pk=token.pk).update(
            last_used_at=now
        )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
