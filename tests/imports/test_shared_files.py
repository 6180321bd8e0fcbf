"""The messy files and the exports of known tools beside this checkout do what their expected.json says."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leads.models import Lead, Touch
from tests.shared import DATA

pytestmark = pytest.mark.django_db


def _files(folder: str) -> list[Any]:
    path = DATA / folder
    if not path.is_dir():
        reason = f"the files are not beside this checkout (../shared/data/{folder})"
        return [pytest.param(None, {}, marks=pytest.mark.skip(reason=reason))]
    told = json.loads((path / "expected.json").read_text("utf-8"))
    return [pytest.param(path / name, told[name], id=name) for name in sorted(told) if (path / name).exists()]


def _counts() -> tuple[int, int]:
    return Lead.objects.count(), Touch.objects.count()


@pytest.mark.parametrize(("path", "expected"), _files("messy"))
def test_a_messy_file(path: Path, expected: dict[str, Any], run: Any) -> None:
    if expected.get("error"):
        with pytest.raises(CommandError):
            call_command("import_file", "leads", str(path))
        assert _counts() == (0, 0)
        return
    told = run("leads", str(path))
    assert (told["rows"], told["warnings"]) == (expected["rows"], expected.get("warn", 0))
    assert told["rows"] == told["created"] + told["updated"] + told["unchanged"] + told["refused"]
    assert len(told["warned"]) == told["warnings"]
    if "people" in expected:
        assert Lead.objects.count() == expected["people"]
    before = _counts()
    again = run("leads", str(path))
    assert (again["created"], again["updated"], _counts()) == (0, 0, before)


EXPORTS = {
    "eventbrite-attendees.csv": "Eventbrite",
    "hubspot-contacts.csv": "HubSpot",
    "mailchimp-audience.csv": "Mailchimp",
    "marketo-people.csv": "Marketo",
    "meta-lead-ads.utf16le.csv": "Meta Lead Ads",
    "meta-lead-ads.utf8.tsv": "Meta Lead Ads",
    "pipedrive-import-sample.csv": "Pipedrive",
    "salesforce-dataloader-leads.csv": "Salesforce (Data Loader)",
    "zoho-leads.csv": "Zoho CRM",
}
# Nobody can be found again by a name alone.
WITHOUT_KEY = {"pipedrive-import-sample.csv": 1}


@pytest.mark.parametrize(("path", "expected"), _files("vendor-exports"))
def test_an_export_of_a_known_tool(path: Path, expected: dict[str, Any], run: Any) -> None:
    from imports.models import Import

    told = run("leads", str(path))
    kept = Import.objects.get(pk=told["import_id"])
    assert kept.options["export"] == EXPORTS[path.name]
    assert (kept.layout["encoding"], kept.layout["delimiter"]) == (expected["encoding"], expected["delimiter"])
    assert (told["rows"], told["warnings"]) == (expected["data_rows"], 0)
    assert told["refused"] == WITHOUT_KEY.get(path.name, 0)
    assert Lead.objects.filter(kept_out="test").count() == expected.get("test_rows", 0)
    aoife = Lead.objects.get(email="aoife.obrien@example.com")
    assert (aoife.name, aoife.organisation.name) == ("Aoife O'Brien", "Kestrel Analytics Ltd")
    before = _counts()
    assert run("leads", str(path))["unchanged"] == told["created"]
    assert _counts() == before


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "meta-lead-ads.utf8.tsv",
            {"campaign__name": "FY26Q2_EU_Demo_LeadGen", "source": "Facebook", "phone": "+353209100101"},
        ),
        ("zoho-leads.csv", {"campaign__name": "fy26", "source": "Chat", "external_id": "zcrm_4876876000000659001"}),
        ("eventbrite-attendees.csv", {"external_id": "18441583400", "country": "IE", "touches__kind": "event"}),
        ("mailchimp-audience.csv", {"country": "IE", "external_id": "c2cb060000"}),
        ("marketo-people.csv", {"campaign__name": "OP-2026-03-Demo", "source": "Content Syndication"}),
        ("hubspot-contacts.csv", {"source": "Organic search", "country": "Ireland", "external_id": "70100000001"}),
        ("salesforce-dataloader-leads.csv", {"source": "Web", "job_title": "VP Marketing"}),
    ],
)
def test_what_a_tool_knows_comes_to_the_right_field(name: str, facts: dict[str, Any], run: Any) -> None:
    path = DATA / "vendor-exports" / name
    if not path.exists():
        pytest.skip("the exports are not beside this checkout (../shared/data/vendor-exports)")
    run("leads", str(path))
    found = Lead.objects.filter(email="aoife.obrien@example.com").values(*facts).get()
    assert found == facts
    captured = Lead.objects.get(email="aoife.obrien@example.com").captured_at
    assert (captured.year, captured.month, captured.day) == (2026, 3, 10)
