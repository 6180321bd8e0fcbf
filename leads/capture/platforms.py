"""What Google Ads and Meta send of a lead, turned into what a form would tell.

Neither can mend what it sent: what is no lead is accepted all the same, and waits on the page with its sentence.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from imports.columns import moment
from leads.capture.reading import NAMES, OLDEST, Told
from leads.further_facts import LONGEST, LONGEST_NAME, MOST

# The columns of both platforms' forms, squeezed.
COLUMNS = {
    "email": "email", "workemail": "email", "fullname": "name", "firstname": "first_name", "lastname": "last_name",
    "phonenumber": "phone", "workphone": "phone", "workphonenumber": "phone", "companyname": "organisation",
    "jobtitle": "job_title", "country": "country", "website": "website",
}  # fmt: skip
GOOGLE_FACTS = (
    "campaign_id", "adgroup_id", "creative_id", "asset_group_id", "form_id", "lead_stage", "is_test",
)  # fmt: skip
META_FACTS = ("page_id", "form_id", "ad_id", "adgroup_id", "campaign_id", "platform", "is_organic")
LONGEST_ID = 120


class ShapeError(Exception):
    """It does not look like what the platform sends."""


def google(sent: Any) -> Told:
    """What Google Ads sends of one lead. Raises ShapeError."""
    if not isinstance(sent, dict) or not isinstance(columns := sent.get("user_column_data"), list):
        raise ShapeError
    told = _told("google", sent.get("lead_id"), _pairs(columns, ("column_id", "column_name"), ("string_value",)))
    told.facts |= _facts(sent, GOOGLE_FACTS)
    if click := _text(sent.get("gcl_id")):
        told.facts["gclid"] = click
    _date(told, _text(sent.get("lead_submit_time")))
    told.values.setdefault("source", "Google Ads")
    return told


def meta(sent: Any) -> list[Told]:
    """The leads of which a notice of Meta tells, with their fields where it brings them. Raises ShapeError."""
    if not isinstance(sent, dict) or not isinstance(entries := sent.get("entry"), list):
        raise ShapeError
    changes = [
        change["value"]
        for entry in entries if isinstance(entry, dict)
        for change in entry.get("changes") or () if isinstance(change, dict) and change.get("field") == "leadgen"
        if isinstance(change.get("value"), dict)
    ]  # fmt: skip
    return [meta_lead(value, value.get("leadgen_id")) for value in changes]


def meta_lead(value: Mapping[str, Any], lead_id: Any) -> Told:
    """One lead, as a notice tells it or as Meta answers when it is asked. Raises ShapeError."""
    fields = value.get("field_data") or []
    if not isinstance(fields, list):
        raise ShapeError
    told = _told("meta", lead_id, _pairs(fields, ("name",), ("values", "value")))
    told.facts |= _facts(value, META_FACTS)
    _date(told, _moment(value.get("created_time")))
    told.values.setdefault("source", "Meta")
    if is_bare(told.values):
        # What comes later with the fields is another post.
        told.key = f"notice of {told.key}"
    return told


def is_bare(values: Mapping[str, str]) -> bool:
    """Whether a post tells that there is a lead and nothing of who it is."""
    return not values.keys() - {"external_id", "captured_at", "source"}


def _told(platform: str, lead_id: Any, pairs: Iterator[tuple[str, str]]) -> Told:
    if not (key := _text(lead_id)) or len(key) > LONGEST_ID:
        raise ShapeError
    told = Told(values={"external_id": key}, facts={}, key=f"{platform} {key}")
    for name, text in pairs:
        column = COLUMNS.get("".join(c for c in name.casefold() if c.isalnum()), "")
        if column in NAMES and column not in told.values:
            told.values[column] = text
        elif len(told.facts) < MOST // 2:
            told.facts.setdefault(name[:LONGEST_NAME], text[:LONGEST])
    return told


def _pairs(rows: list[Any], names: tuple[str, ...], cells: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The name and the text of each field; of several texts all, with commas between."""
    for row in rows:
        if not isinstance(row, dict):
            raise ShapeError
        name = next(filter(None, (_text(row.get(key)) for key in names)), "")
        cell = next((row[key] for key in cells if row.get(key)), "")
        texts = [_text(one) for one in cell] if isinstance(cell, list) else [_text(cell)]
        if name and any(texts):
            yield name, ", ".join(filter(None, texts))


def _facts(sent: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: text[:LONGEST] for name in names if (text := _text(sent.get(name)))}


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else ""
    return str(cell).strip() if isinstance(cell, str | int | float) else ""


def _date(told: Told, text: str) -> None:
    """Keep when it was, where that can be read and is no history; else it is now."""
    try:
        if moment(text) > timezone.now() - OLDEST:
            told.values["captured_at"] = text
    except ValueError:
        return


def _moment(cell: Any) -> str:
    """Meta writes seconds, or 2018-02-28T08:49:14+0000."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 0 < cell < 10**11:
        return datetime.fromtimestamp(cell, UTC).isoformat()
    return _text(cell)
