"""The page of a frozen quarter, rendered once for all who may see the same: what is frozen never changes.

Redis keeps it. Without Redis it is rendered each time.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache as shared
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts import company
from accounts.models import User
from accounts.requests import Request
from reviews.frozen import frozen_report, parts_of
from reviews.frozen_accounts import seen_accounts
from reviews.models import Restatement, Review, Snapshot

A_DAY = 86_400
PARTS = ("body", "summary")


def kept_page(request: Request, snapshot: Snapshot, review: Review, *, most_campaigns: int | None) -> dict[str, Any]:
    """The sections of a frozen quarter and its summary, as HTML."""
    key = _key(request.user, snapshot, review, most_campaigns)
    found = shared.get(key)
    if found is None:
        context = frozen_report(snapshot, request.user, most_campaigns=most_campaigns)
        context |= {"review": review, "snapshot": snapshot, "both_signed": review.is_signed, "may_review": False}
        found = {name: str(render_to_string(f"reviews/_{name}.html", context, request)) for name in PARTS}
        shared.set(key, found, A_DAY)
    return {name: _html(found[name]) for name in PARTS}


def _key(user: User, snapshot: Snapshot, review: Review, most: int | None) -> str:
    """Of all that the page depends on: the snapshot, what came later, who reads it how, and the code that renders."""
    later = Restatement.objects.filter(review=review).values_list("pk", "now", "since")
    row = company.current()
    told = [
        snapshot.pk, snapshot.digest, review.is_signed, list(later), most, _seen(user, snapshot), get_language(),
        row.currency, row.zone.key, _code(),
    ]  # fmt: skip
    return f"reviews.kept_page.{sha256(json.dumps(told, default=str).encode()).hexdigest()}"


def _seen(user: User, snapshot: Snapshot) -> list[int] | None:
    """The target accounts of the snapshot that `user` may see today; None: all."""
    if user.sees_everything:
        return None
    return [said["id"] for said in seen_accounts(parts_of(snapshot, ["accounts"])["accounts"], user)]


@cache
def _code() -> str:
    """Changes with the templates and the code: a newer version does not show pages of the one before."""
    root = Path(settings.BASE_DIR)
    files = [*(root / "templates").rglob("*.html"), *(root / "reviews").rglob("*.py"), *(root / "common").rglob("*.py")]
    stamps = sorted((str(path.relative_to(root)), path.stat().st_mtime_ns) for path in files)
    return sha256(json.dumps(stamps).encode()).hexdigest()


def _html(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 - rendered by our own templates
