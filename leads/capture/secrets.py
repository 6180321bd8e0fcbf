"""The keys of an address that a platform posts to: shown once, then known by a digest or sealed."""

import hmac
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import Token, User
from campaigns.access import check_keeps_campaigns
from common.errors import DomainError
from common.sealing import SealError, seal, unseal
from leads.models import CaptureAddress

LONGEST = 500


@transaction.atomic
def make_key(address: CaptureAddress, *, by: User) -> str:
    """The key that Google sends, or the token by which Meta knows the address; it is never seen again. The one before
    it is dead. Raises DomainError: not_marketing, no_key."""
    found = _locked(address, by)
    if found.is_own:
        raise DomainError("no_key", _("Only Google Ads and Meta send a key."))
    key = secrets.token_urlsafe(24)
    _keep(found, {"key": ["", _("a new one")]}, by, secret_digest=Token.digest_of(key))
    return key


@transaction.atomic
def keep_secrets(address: CaptureAddress, *, by: User, secret: str = "", token: str = "") -> None:
    """Keep the secret of Meta's app and a page token, each where it is given. Raises DomainError: not_marketing,
    no_key, bad_value."""
    found = _locked(address, by)
    if found.kind != CaptureAddress.Kind.META:
        raise DomainError("no_key", _("Only Meta has these."))
    given = {name: text.strip() for name, text in (("secret", secret), ("token", token)) if text.strip()}
    if wrong := [name for name, text in given.items() if not text.isascii() or " " in text or len(text) > LONGEST]:
        raise DomainError("bad_value", _("Copy it as Meta shows it."), dict.fromkeys(wrong, _("It has other letters.")))
    if given:
        changes = {name: ["", _("a new one")] for name in given}
        _keep(found, changes, by, **{f"sealed_{name}": seal(text) for name, text in given.items()})


def knows(address: CaptureAddress, key: object) -> bool:
    """Whether a platform has sent the key of the address. Takes as long for a wrong one."""
    digest = Token.digest_of(key) if isinstance(key, str) else ""
    return bool(address.secret_digest) and hmac.compare_digest(digest, address.secret_digest)


def signed(address: CaptureAddress, body: bytes, signature: str) -> bool:
    """Whether Meta's app has signed these bytes: `sha256=` and the HMAC of the body. Takes as long for a wrong one."""
    try:
        secret = unseal(address.sealed_secret) if address.sealed_secret else ""
    except SealError:
        secret = ""
    right = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    return bool(secret) and hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode())


def page_token(address: CaptureAddress) -> str:
    """The page token in the clear; empty where there is none that can be read."""
    try:
        return unseal(address.sealed_token) if address.sealed_token else ""
    except SealError:
        return ""


def _locked(address: CaptureAddress, by: User) -> CaptureAddress:
    check_keeps_campaigns(by)
    return CaptureAddress.objects.select_for_update(no_key=True, of=("self",)).get(pk=address.pk)


def _keep(address: CaptureAddress, changes: dict[str, list[str]], by: User, **values: str) -> None:
    """The trail tells that they are new, never what they are."""
    CaptureAddress.objects.filter(pk=address.pk).update(**values)
    trail.note(address, trail.Act.CHANGED, by=by, changes=changes)
