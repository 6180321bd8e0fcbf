"""Claims of the meeting: what works, what does not, why, and who sees it otherwise."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from common import versions
from common.errors import DomainError
from leads.models import Lead
from reviews.models import Claim
from reviews.opening import held

FIGURE = re.compile(r"/reviews/[^/]+/figures/[\w-]+/")
LEAD = re.compile(r"/leads/([0-9]{1,18})/")


@transaction.atomic
def claim(key: str, facts: Mapping[str, Any], *, by: User, at: datetime) -> Claim:
    """Write a claim into the minutes of the quarter `key`: `kind`, `text`, and in `behind` the address of a number or
    of leads, one in each line. Raises DomainError as `held`, `bad_value`, `no_leads_behind`."""
    review = held(key, by=by, at=at)
    return trail.kept(Claim(review=review, by=by, at=at), _said(facts, by), by=by)


@transaction.atomic
def change_claim(key: str, pk: int, facts: Mapping[str, Any], *, version: int, by: User, at: datetime) -> Claim:
    """Write over a claim. Raises DomainError as `claim`, `gone`, `stale`."""
    found = _locked(key, pk, version, by, at)
    found.by, found.at = by, at
    return trail.kept(found, _said(facts, by), by=by)


@transaction.atomic
def take_claim_back(key: str, pk: int, *, version: int, by: User, at: datetime) -> Claim:
    """Take a claim out of the minutes. Raises DomainError as `held`, `gone`, `stale`."""
    found = _locked(key, pk, version, by, at)
    return trail.kept(found, {"text": "", "behind": "", "leads": []}, by=by, act=trail.Act.REMOVED)


def claims_of(review: int | None) -> list[Claim]:
    """Those that stand, in the order of the minutes."""
    order = {kind: n for n, kind in enumerate(Claim.Kind.values)}
    rows = Claim.objects.filter(review=review).exclude(text="").select_related("by")
    return sorted(rows, key=lambda row: (order[row.kind], row.pk))


def by_kind(claims: Iterable[Claim]) -> list[tuple[str, list[Claim]]]:
    """The claims under the words of their kind; kinds without one are left out."""
    rows = list(claims)
    found = [(str(kind.label), [row for row in rows if row.kind == kind]) for kind in Claim.Kind]
    return [(label, said) for label, said in found if said]


def _locked(key: str, pk: int, version: int, by: User, at: datetime) -> Claim:
    rows = Claim.objects.filter(review=held(key, by=by, at=at)).exclude(text="")
    return versions.locked(rows, pk, version)


def _said(facts: Mapping[str, Any], by: User) -> dict[str, Any]:
    text = facts["text"].strip()
    if not text:
        raise _refusal("bad_value", "text", _("Write the claim."))
    lines = [line.strip() for line in facts.get("behind", "").splitlines() if line.strip()]
    return {"kind": facts["kind"], "text": text, **_behind(lines, by)}


def _behind(lines: list[str], by: User) -> dict[str, Any]:
    """The address of one number, or the leads of several addresses."""
    addresses = [urlsplit(line) for line in lines]
    if len(addresses) == 1 and FIGURE.fullmatch(addresses[0].path):
        query = f"?{addresses[0].query}" if addresses[0].query else ""
        return {"behind": f"{addresses[0].path}{query}", "leads": []}
    found = [LEAD.fullmatch(address.path) for address in addresses]
    ids = {int(one[1]) for one in found if one}
    if None in found or Lead.objects.visible_to(by).filter(pk__in=ids).count() != len(ids):
        words = _("Paste the address of a number of a review, or the addresses of leads, one in each line.")
        raise _refusal("no_leads_behind", "behind", words)
    return {"behind": "", "leads": sorted(ids)}


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})
