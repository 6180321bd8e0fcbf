"""Marketing opens capture addresses for a campaign, changes them, and gives them new keys."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.models import Campaign
from common import versions
from common.errors import DomainError
from leads.capture.hosted import OFFERED
from leads.models import CaptureAddress

MOST_SITES, MOST_RETURNS, MOST_ADDRESSES = 20, 10, 100
HOST = r"(?=.{1,180}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
ORIGIN = re.compile(rf"https://(?P<host>{HOST})(?::[0-9]{{1,5}})?")


class AddressFacts(TypedDict, total=False):
    """What is known of an address; what is not named stays as it is."""

    name: str
    touch_kind: str
    source: str
    is_on: bool
    per_minute: int
    per_client: int
    sites: list[str]
    returns: list[str]
    fields: list[dict[str, Any]]
    title: str
    intro: str
    thanks: str
    consent: str
    consent_required: bool


@transaction.atomic
def open_address(campaign: Campaign, *, kind: str, by: User | None, **facts: Unpack[AddressFacts]) -> CaptureAddress:
    """A new address of `campaign`, with a key of 128 random bits.

    Raises DomainError: not_marketing, unknown_kind, too_many, bad_site, bad_return, bad_fields, bad_value.
    """
    if by is not None:
        check_keeps_campaigns(by)
    if kind not in CaptureAddress.Kind.values:
        raise DomainError("unknown_kind", _("Choose a form, an own site, Google Ads or Meta."))
    # Locked, so that two at once are counted.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.capture_addresses.count() >= MOST_ADDRESSES:
        raise DomainError("too_many", _("A campaign has at most 100 capture addresses. Switch one on again."))
    address = CaptureAddress(campaign=campaign, kind=kind, key=new_key(), created_by=by, fields=asked([]))
    return trail.kept(address, _checked(address, facts), by=by)


@transaction.atomic
def change_address(address: CaptureAddress, facts: AddressFacts, *, version: int, by: User) -> CaptureAddress:
    """Write `facts`; the same again changes nothing.

    Raises DomainError `gone`, `stale`, and what `open_address` raises.
    """
    check_keeps_campaigns(by)
    found = versions.locked(CaptureAddress.objects.select_related("campaign"), address.pk, version)
    return trail.kept(found, _checked(found, facts), by=by)


def new_key() -> str:
    """128 random bits as 22 letters of an address."""
    return secrets.token_urlsafe(16)


def asked(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a form as they are kept: none twice, and always the e-mail address, without which nobody can be
    found again. Raises DomainError `bad_fields`."""
    found = {str(field.get("name")): bool(field.get("required")) for field in fields}
    if unknown := [name for name in found if name not in OFFERED]:
        raise DomainError("bad_fields", _("A form can't ask for “%(name)s”.") % {"name": unknown[0][:80]})
    if "email" not in found:
        found = {"email": True, **found}
    return [{"name": name, "required": required or name == "email"} for name, required in found.items()]


def _checked(address: CaptureAddress, facts: AddressFacts) -> dict[str, Any]:
    kept: dict[str, Any] = {name: _plain(value) for name, value in facts.items()}
    if "sites" in kept:
        kept["sites"] = _each("sites", kept["sites"], _origin, MOST_SITES)
    if "returns" in kept:
        kept["returns"] = _each("returns", kept["returns"], _page, MOST_RETURNS)
    if "fields" in kept:
        kept["fields"] = asked(kept["fields"])
    if kept.get("consent", address.consent) != address.consent and kept["consent"]:
        kept["consent_version"] = address.consent_version + 1
    return kept


def _plain(value: Any) -> Any:
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else value


def _each(name: str, texts: Iterable[str], check: Any, most: int) -> list[str]:
    kept = list(dict.fromkeys(check(text.strip()) for text in texts if text.strip()))
    if len(kept) > most:
        said = _("Write at most %(most)d.") % {"most": most}
        raise DomainError(f"bad_{name.removesuffix('s')}", said, {name: said})
    return kept


def _origin(text: str) -> str:
    """https://www.example.com of an address that was typed."""
    try:
        parts = urlsplit(text.lower())
        host = (parts.hostname or "").encode("idna").decode()
        origin = f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
    except (UnicodeError, ValueError):
        origin = ""
    if not ORIGIN.fullmatch(origin) or parts.username is not None or parts.path.strip("/") or parts.query:
        said = _("“%(text)s” is no site. Write it like https://www.example.com.") % {"text": text[:80]}
        raise DomainError("bad_site", said, {"sites": said})
    return origin


def _page(text: str) -> str:
    """A page of the public internet to which somebody may be sent."""
    try:
        parts = urlsplit(text)
        fine = bool(ORIGIN.fullmatch(f"{parts.scheme}://{parts.netloc}".lower())) and text.isascii()
    except ValueError:
        fine = False
    if not fine or not text.isprintable() or " " in text or "\\" in text or len(text) > 500:
        said = _("“%(text)s” is no page. Write it like https://www.example.com/thanks.") % {"text": text[:80]}
        raise DomainError("bad_return", said, {"returns": said})
    return text
