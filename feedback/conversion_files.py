"""Conversions in the formats that Google Ads and Meta publish, written row by row so that memory stays flat."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import DecimalField, F, Value
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import company, trail
from accounts.models import User
from common.csv_out import csv_lines
from common.errors import DomainError
from feedback.conversions import FBC, KINDS, Asked, Kind, Platform, may_tell
from leads.files import refuses
from leads.models import Lead

CHUNK = 2_000
# What the column of the click id is called.
COLUMN = {"gclid": "Google Click ID", "gbraid": "GBRAID", "wbraid": "WBRAID"}
# By this name Meta shows where events come from.
SOURCE = "Alignment"


def start_file(asked: Asked, platform: Platform, *, by: User) -> Iterator[str]:
    """The file of a platform, piece by piece; the trail says who took it out.

    Raises DomainError: not_yours, empty.
    """
    if not may_tell(by):
        raise DomainError("not_yours", _("Marketing and the managers of both sides take conversions out."))
    count = sum(asked.told(platform, kind).count() for kind in KINDS.values())
    if not count:
        raise DomainError("empty", _("There is no conversion for %(who)s in these days.") % {"who": platform.label})
    said = f"{platform.key} {asked.since} {asked.until}: {count}"
    trail.note(asked.campaign or company.current(), trail.Act.EXPORTED, by=by, changes={"conversions": [None, said]})
    return meta_file(asked, platform) if platform.key == "meta" else google_file(asked, platform)


def google_file(asked: Asked, platform: Platform) -> Iterator[str]:
    """Google's file of offline conversions: the line of the time zone, the names of the columns, a line for each."""
    facts = company.current()
    header = (COLUMN[platform.key], "Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency")
    yield f"Parameters:TimeZone={facts.time_zone}\r\n"
    yield from csv_lines(header, _google_rows(asked, platform, facts.currency), mark="")


def _google_rows(asked: Asked, platform: Platform, currency: str) -> Iterator[list[str]]:
    for kind, row in _rows(asked, platform):
        at = localtime(row.at, company.current().zone)
        known = row.amount is not None
        yield [
            getattr(row, f"{platform.key}_is"), kind.name, f"{at:%Y-%m-%d %H:%M:%S%z}",
            f"{row.amount:.2f}" if known else "", currency if known else "",
        ]  # fmt: skip


def meta_file(asked: Asked, platform: Platform) -> Iterator[str]:
    """The body of a request to Meta's Conversions API: `data`, a list of events."""
    currency, between = company.current().currency, ""
    yield '{"data": ['
    for kind, row in _rows(asked, platform):
        yield f"{between}\n{json.dumps(_event(kind, row, currency))}"
        between = ","
    yield "\n]}\n"


def _event(kind: Kind, row: Any, currency: str) -> dict[str, Any]:
    custom: dict[str, Any] = {"event_source": "crm", "lead_event_source": SOURCE}
    if row.amount is not None:
        custom |= {"value": float(row.amount), "currency": currency}
    return {
        "event_name": kind.name,
        "event_time": int(row.at.timestamp()),
        # The same moment told twice counts once.
        "event_id": f"{row._meta.model_name}-{row.pk}",
        "action_source": "system_generated",
        "user_data": {"fbc": _fbc(row), **_person(_lead(kind, row))},
        "custom_data": custom,
    }


def _fbc(row: Any) -> str:
    """The click as Meta writes it. Where only the parameter is known, the lead was captured by that click."""
    if re.fullmatch(FBC, row.fbc_is):
        return str(row.fbc_is)
    return f"fb.1.{int(row.captured_at.timestamp() * 1000)}.{row.fbclid_is}"


def _person(lead: Lead) -> dict[str, list[str]]:
    """Digests of address and number, where a consent is known and does not refuse; else nothing."""
    if not lead.consent or refuses(lead.consent):
        return {}
    said = {"em": (lead.email or "").strip().lower(), "ph": lead.phone_e164.removeprefix("+")}
    return {name: [hashlib.sha256(text.encode()).hexdigest()] for name, text in said.items() if text}


def _rows(asked: Asked, platform: Platform) -> Iterator[tuple[Kind, Any]]:
    """Each conversion of a platform with its click ids, kind by kind, in the order of their moments."""
    for kind in KINDS.values():
        ids = {f"{name}_is": F(name) for name in ("gclid", "gbraid", "wbraid", "fbc", "fbclid")}
        rows = asked.told(platform, kind).annotate(**ids, captured_at=F(f"{kind.lead}__captured_at"))
        if kind.key == "accepted":
            rows = rows.annotate(amount=Value(None, output_field=DecimalField()))
        for row in rows.select_related(kind.lead).order_by("at", "pk").iterator(chunk_size=CHUNK):
            yield kind, row


def _lead(kind: Kind, row: Any) -> Lead:
    found: Lead = row.handoff.lead if kind.key == "accepted" else row.lead
    return found


def file_name(asked: Asked, platform: Platform) -> str:
    whose = f"-{asked.campaign.code}" if asked.campaign else ""
    return f"conversions-{platform.key}{whose}-{asked.since}-{asked.until}.{platform.file}"
