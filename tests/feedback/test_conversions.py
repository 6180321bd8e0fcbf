"""Conversions for ad platforms: who is told, in which format, and who is left out."""

import csv
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts import company
from accounts.models import Change, Company
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.conversion_files import start_file
from feedback.conversions import KINDS, PLATFORMS, Asked, lines
from feedback.outcomes import record_outcome
from feedback.verdicts import Judgement, give_verdict
from leads.models import Lead
from leads.privacy import erase_person
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
URL = "/campaigns/conversions/"
GCLID, FBCLID = "Cj0KCQjw_example-gclid", "IwAR2F4-example_fbclid"


@pytest.fixture(autouse=True)
def _company() -> None:
    facts = {"time_zone": "Europe/Berlin", "currency": "EUR", "fiscal_year_start": 1}
    Company.objects.update_or_create(pk=1, defaults=facts)


def won(cast: Cast, now: datetime, name: str, facts: dict[str, str], **more: Any) -> Lead:
    """A lead that sales accepted, and won three days later for 1,200.50."""
    made = handoff(f"{name}@x.test", now - timedelta(days=9), cast.rep, campaign="Ads")
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep, at=now - timedelta(days=5))
    record_outcome(made.lead, by=cast.rep, kind="won", amount=Decimal("1200.50"), at=now - timedelta(days=2))
    Lead.objects.filter(pk=made.lead_id).update(facts=facts, **more)
    return Lead.objects.get(pk=made.lead_id)


@pytest.fixture
def asked(now: datetime) -> Asked:
    return Asked(now.date() - timedelta(days=30), now.date())


def told(asked: Asked, platform: str, cast: Cast) -> str:
    return "".join(start_file(asked, PLATFORMS[platform], by=cast.marketer))


def counts(asked: Asked) -> dict[str, dict[str, int]]:
    return {line.kind.key: {platform.key: n for platform, n in line.told} for line in lines(asked)}


def test_googles_file_is_as_google_reads_it(cast: Cast, now: datetime, asked: Asked) -> None:
    won(cast, now, "ann", {"gclid": GCLID})
    text = told(asked, "gclid", cast)
    head, *rows = text.split("\r\n")
    assert head == "Parameters:TimeZone=Europe/Berlin"
    assert list(csv.reader(rows)) == [
        ["Google Click ID", "Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency"],
        [GCLID, "Lead accepted", "2026-09-11 14:00:00+0200", "", ""],
        [GCLID, "Won", "2026-09-14 14:00:00+0200", "1200.50", "EUR"],
        [],
    ]


def test_each_id_of_google_has_a_file_of_its_own_and_each_conversion_one_id(
    cast: Cast, now: datetime, asked: Asked
) -> None:
    won(cast, now, "ann", {"gclid": GCLID, "gbraid": "0AAAAA_gbraid-1", "WBRAID": "Cl-wbraid_12"})
    won(cast, now, "ben", {"gbraid": "0AAAAA_gbraid-2", "wbraid": "Cl-wbraid_34"})
    won(cast, now, "cem", {"Wbraid": "Cl-wbraid_56"})
    won(cast, now, "dora", {"gcl_id": "  "})
    assert counts(asked)["won"] == {"gclid": 1, "gbraid": 1, "wbraid": 1, "meta": 0}
    assert "GBRAID,Conversion Name" in told(asked, "gbraid", cast)
    assert "Cl-wbraid_56,Won" in told(asked, "wbraid", cast)


def test_metas_events_are_as_meta_reads_them(cast: Cast, now: datetime, asked: Asked) -> None:
    phone = {"consent": "yes, 2026-09-01", "phone_e164": "+493012345"}
    ann = won(cast, now, "ann", {"fbclid": FBCLID}, **phone)
    accepted, deal = json.loads(told(asked, "meta", cast))["data"]
    assert accepted["event_name"] == "Lead accepted"
    assert accepted["custom_data"] == {"event_source": "crm", "lead_event_source": "Alignment"}
    outcome = ann.outcomes.get()
    assert deal == {
        "event_name": "Won",
        "event_time": int((now - timedelta(days=2)).timestamp()),
        "event_id": f"outcome-{outcome.pk}",
        "action_source": "system_generated",
        "user_data": {
            "fbc": f"fb.1.{int(ann.captured_at.timestamp() * 1000)}.{FBCLID}",
            "em": [hashlib.sha256(b"ann@x.test").hexdigest()],
            "ph": [hashlib.sha256(b"493012345").hexdigest()],
        },
        "custom_data": {
            "event_source": "crm", "lead_event_source": "Alignment", "value": 1200.5, "currency": "EUR",
        },
    }  # fmt: skip


@pytest.mark.parametrize("consent", ["", "no", "Opted out"])
def test_nothing_of_a_person_is_told_without_a_consent(consent: str, cast: Cast, now: datetime, asked: Asked) -> None:
    fbc = f"fb.1.1757000000000.{FBCLID}"
    won(cast, now, "ann", {"fbc": fbc, "fbclid": "another_click_id"}, consent=consent, phone_e164="+493012345")
    text = told(asked, "meta", cast)
    assert [event["user_data"] for event in json.loads(text)["data"]] == [{"fbc": fbc}] * 2
    assert "ann" not in text


def test_tests_and_people_who_must_not_be_contacted_or_were_erased_are_left_out(
    cast: Cast, now: datetime, asked: Asked
) -> None:
    won(cast, now, "ann", {"gclid": GCLID})
    won(cast, now, "test", {"gclid": GCLID}, kept_out="test")
    won(cast, now, "no", {"gclid": GCLID}, do_not_contact=True)
    won(cast, now, "odd", {"gclid": "=cmd|' /C calc'!A0"})
    erase_person(won(cast, now, "gone", {"gclid": GCLID}), why="asked", by=cast.sales_manager, at=now)
    won_line = next(line for line in lines(asked) if line.kind.key == "won")
    assert dict(won_line.told)[PLATFORMS["gclid"]] == 1
    assert (won_line.kept_out, won_line.not_contacted, won_line.no_click_id) == (1, 1, 1)
    text = told(asked, "gclid", cast)
    assert text.count(GCLID) == 2, "accepted and won of the one"
    assert "cmd" not in text


def test_the_days_are_the_companys_and_the_campaign_is_the_leads_first(cast: Cast, now: datetime, asked: Asked) -> None:
    ann = won(cast, now, "ann", {"gclid": GCLID})
    ann.outcomes.update(at=datetime(2026, 9, 13, 22, 30, tzinfo=UTC))
    assert ann.outcomes.get().at.astimezone(ZoneInfo("Europe/Berlin")).date() == date(2026, 9, 14)
    day = date(2026, 9, 14)
    assert counts(Asked(day, day))["won"]["gclid"] == 1
    assert counts(Asked(day - timedelta(days=1), day - timedelta(days=1)))["won"]["gclid"] == 0
    other = Campaign.objects.create(code="other", name="Other")
    assert counts(Asked(day, day, other))["won"]["gclid"] == 0
    assert counts(Asked(day, day, Campaign.objects.get(code="ads")))["won"]["gclid"] == 1


def test_a_file_is_refused_to_reps_and_where_it_would_be_empty_and_leaves_no_line(cast: Cast, asked: Asked) -> None:
    before = Change.objects.count()
    for by, code in ((cast.rep, "not_yours"), (cast.sales_manager, "empty")):
        with pytest.raises(DomainError) as refused:
            start_file(asked, PLATFORMS["meta"], by=by)
        assert refused.value.code == code
    assert Change.objects.count() == before


def test_each_number_opens_its_leads_and_the_file_has_as_many_rows(client: Client, cast: Cast, now: datetime) -> None:
    ann = won(cast, now, "ann", {"gclid": GCLID, "fbclid": FBCLID})
    record_outcome(ann, by=cast.rep, kind="won", amount=Decimal(5), at=now - timedelta(days=1))
    client.force_login(cast.marketing_manager)
    days = {"since": f"{now.date() - timedelta(days=30)}", "until": f"{now.date()}"}
    answer = client.get(URL, days)
    page = answer.content.decode()
    for platform, total in answer.context["totals"]:
        if not total:
            continue
        sent = client.post(f"{URL}files/", {**days, "platform": platform.key, "campaign": ""})
        body = b"".join(sent.streaming_content).decode()  # type: ignore[attr-defined]
        rows = len(json.loads(body)["data"]) if platform.file == "json" else body.count("\r\n") - 2
        assert rows == total == 3
        assert sent["Content-Disposition"].startswith(f'attachment; filename="conversions-{platform.key}-')
    opened = client.get(f"{URL}leads/", {**days, "platform": "gclid", "kind": "won"}).content.decode()
    assert "ann@x.test" in opened
    assert "2 rows of the file." in opened
    assert 'data-count="1"' in opened
    assert f"since={days['since']}&amp;until={days['until']}&amp;campaign=&amp;platform=gclid&amp;kind=won" in page
    last = Change.objects.order_by("-pk")[0]
    assert (last.act, last.by, last.label) == ("exported", cast.marketing_manager, str(company.current()))
    assert last.changes["conversions"][1].startswith("meta ")


def test_an_address_that_says_nothing_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    assert client.get(URL, {"since": "2026-02-01", "until": "2026-01-01"}).status_code == 422
    assert client.get(URL, {"campaign": "nope"}).status_code == 422
    assert client.get(f"{URL}leads/", {"platform": "gclid", "kind": "dream"}).status_code == 404
    assert client.post(f"{URL}files/", {"platform": "myspace"}).status_code == 404
    assert client.post(f"{URL}files/", {"platform": "gclid"})["Location"].startswith(f"{URL}?since=")
    assert set(KINDS) == {"accepted", "opportunity", "won"}
    client.force_login(cast.rep)
    assert client.get(URL).status_code == 403
    assert "For ad platforms" not in client.get("/campaigns/").content.decode()
