"""A quarter as programs are told it: live, or as it was frozen. The API and the command say the same."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import company
from accounts.quarters import Quarter, quarter_named
from campaigns.models import Campaign
from common.errors import DomainError
from reviews import agreements, parts, plans
from reviews.diagnosis import passage
from reviews.figures import by_campaign, figures
from reviews.frozen import frozen_quarter, parts_of
from reviews.frozen_aims import kept_aims
from reviews.frozen_plans import kept_agreed, kept_plan
from reviews.measures import measure_by
from reviews.models import Plan, Review, Snapshot
from reviews.opening import review_of
from reviews.report import with_running
from reviews.slices import Slice
from reviews.values import Values

Plain = dict[str, Any]
PIECES = ["calendar", "whole", "campaigns", "decisions", "aims"]


def told(key: str, *, now: datetime, campaign: str | None = None) -> Plain:
    """The figures of the quarter called `key` as a whole and by campaign, or of one campaign by its code; with its
    status, goals, agreement, decisions, plans and signatures. `as_of` is the moment of the freeze, None while
    figures are live.

    Raises DomainError `no_such_quarter`, `no_such_campaign`.
    """
    quarter = quarter_named(key)
    review = review_of(quarter, now=now)
    snapshot = Snapshot.objects.filter(review=review.pk).prefetch_related("signatures__by").first()
    found = _frozen(snapshot, campaign) if snapshot else _live(quarter, review, campaign, now)
    return {"status": review.status, "as_of": snapshot.at if snapshot else None, **found, **_signed(snapshot)}


def borders(quarter: Quarter) -> Plain:
    """What the quarter is called, and from when to when it goes."""
    return {
        "quarter": quarter.key, "label": quarter.label, "from": quarter.start, "to": quarter.end,
        "time_zone": quarter.zone.key,
    }  # fmt: skip


def _live(quarter: Quarter, review: Review, code: str | None, now: datetime) -> Plain:
    part = Slice(quarter, campaign=_campaign(code))
    measured = measure_by("campaign", part=part, now=now)
    if code is None:
        measured = with_running(measured, quarter, review, now=now)
    lines, whole = by_campaign(measured), figures(part, now=now)
    known = {c.pk: values for c, values in lines if c} | ({None: whole} if code is None else {})
    page = agreements.aimed(review, quarter, now=now, known=known, takes=passage(now))
    return (
        borders(quarter)
        | _aims(kept_aims(page))
        | {
            "currency": company.current().currency,
            "figures": _plain(whole),
            "campaigns": [{"code": c.code, "name": c.name, "figures": _plain(values)} for c, values in lines if c],
            "decisions": parts.decisions(quarter, review, now),
            "agreed_plan": kept_agreed(plans.agreed(quarter, now=now)),
            "plan": _live_plan(quarter, review, now),
        }
    )


def _frozen(snapshot: Snapshot, code: str | None) -> Plain:
    found = parts_of(snapshot, [*PIECES, "agreed_plan", "plan", "plan_together"])
    calendar = found["calendar"][0]
    lines = [c for c in found["campaigns"] if c["code"] and code in (None, c["code"])]
    if code is not None and not lines:
        raise _no_such(code)
    return (
        borders(frozen_quarter(calendar))
        | _aims(found["aims"][0])
        | {
            "currency": calendar["currency"],
            "figures": lines[0]["figures"] if code is not None else found["whole"][0]["figures"],
            "campaigns": [{name: c[name] for name in ("code", "name", "figures")} for c in lines],
            "decisions": found["decisions"],
            "agreed_plan": found["agreed_plan"],
            "plan": _plan(frozen_quarter(calendar), found["plan"], next(iter(found["plan_together"]), None)),
        }
    )


def _live_plan(quarter: Quarter, review: Review, now: datetime) -> Plain | None:
    if not Plan.objects.filter(review=review.pk).exists():
        return None
    kept = kept_plan(plans.planned(review, quarter, now=now))
    return _plan(quarter, kept["plan"], kept["plan_together"])


def _plan(quarter: Quarter, lines: list[Plain], together: Plain | None) -> Plain | None:
    """What the next quarter is given; None where nothing was planned. Older snapshots hold the lines alone."""
    if not lines and not (together and together["given"]):
        return None
    return {"quarter": quarter.shifted(1).key, "lines": lines, **(together or {})}


def _aims(kept: Plain) -> Plain:
    """Goals and the newest version of the agreement, as they stand or stood."""
    return {"goals": kept["goals"], "agreement": kept["agreement"]}


def _signed(snapshot: Snapshot | None) -> Plain:
    signatures = snapshot.signatures.all() if snapshot else []
    return {
        "digest": snapshot.digest if snapshot else None,
        "signatures": [{"side": s.side, "by": str(s.by), "at": s.at} for s in signatures],
    }


def _campaign(code: str | None) -> Campaign | None:
    if code is None:
        return None
    try:
        return Campaign.objects.get(code=code)
    except Campaign.DoesNotExist:
        raise _no_such(code) from None


def _no_such(code: str) -> DomainError:
    return DomainError("no_such_campaign", _("There is no campaign “%(code)s”.") % {"code": code})


def _plain(values: Values) -> Plain:
    return {key: value.as_json() for key, value in values.items()}
