"""Who has signed a quarter, and what the person who looks at it may do about that."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.quarters import Quarter
from reviews.access import may_review, may_sign
from reviews.models import Review, SignOff, Snapshot


def signing_context(
    user: User, quarter: Quarter, review: Review, snapshot: Snapshot | None, now: datetime
) -> dict[str, Any]:
    """The context of the two signatures: each side with its signature or None."""
    signed = {s.side: s for s in snapshot.signatures.select_related("by")} if snapshot else {}
    waits = quarter.end <= now and not review.is_signed
    own = user.side in signed or any(s.by_id == user.pk for s in signed.values())
    return {
        "snapshot": snapshot,
        "sides": [(side, label, signed.get(side)) for side, label in SignOff.Side.choices],
        "both_signed": review.is_signed,
        "may_sign": waits and may_sign(user) and not own,
        "may_thaw": bool(snapshot) and not review.is_signed and may_review(user),
        "waits_for_the_end": quarter.end > now,
    }
