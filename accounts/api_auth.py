"""Who may use the API: by which token, and for what."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
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
        found = Token.objects.matching(secret.strip().decode("latin-1")).select_related("user__team")
        token = next(iter(found), None)
        if token is None or not token.usable(now):
            raise AuthenticationFailed(_("This token is not valid. Make a new one under Settings."))
        if token.last_used_at is None or token.last_used_at < now - LAST_USE_STEP:
            Token.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class InScope(BasePermission):
    """A token opens what its scopes name; a signed-in person has no need of them."""

    code = "scope_missing"

    def has_permission(self, request: Request, view: Any) -> bool:
        method = request.method or ""
        # What an address does not serve is a 405 for everybody.
        if not isinstance(request.auth, Token) or not hasattr(view, method.lower()):
            return True
        needed = view.scope_for(method)
        self.message = _("This token lacks the scope “%(scope)s”. Make one that has it under Settings.") % {
            "scope": needed
        }
        return needed is None or needed in request.auth.scopes
