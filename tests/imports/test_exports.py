"""Files in the shape that known tools write: recognised by their headers, each cell where it belongs."""

from pathlib import Path
from typing import Any

import pytest

from common.tables import sniff
from imports import kinds
from imports.kinds import propose
from imports.models import Import
from leads.exports import EXPORTS
from leads.models import Lead
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db

FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "Google Ads lead form": (
        ("Lead ID,Campaign ID,Campaign name,Form ID,Creative ID,Google Click ID,Lead submit time,Full Name,User Email\n"
        "L1,20,Spring,40,30,gc1,2026-03-02 10:00:00,Ann Becker,ann@kettler.test\n"),
        {"external_id": "L1", "campaign__name": "Spring", "source": "Google Ads", "touches__kind": "form"},
    ),
    "LinkedIn Lead Gen Forms": (
        ("Lead ID,Form Name,Campaign Name,Creative ID,Lead Created Date,Lead Type,First Name,Work email,Company size\n"
        "L1,Demo,Spring,30,03/04/2026,SPONSORED,Ann,ann@kettler.test,51-200\n"),
        {"campaign__name": "Spring", "source": "LinkedIn", "employees": 51, "captured_at__month": 3},
    ),
    "Microsoft Dynamics": (
        ("(Do Not Modify) Lead,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,First Name,Last Name,"
        "Job Title,Company Name,Email,Business Phone,Country,Created On\n"
        "7f0e,AbC=,2026-03-05 10:00,Pumps,Ann,Becker,Buyer,Kettler,ann@kettler.test,030 23125103,Germany,2026-03-02\n"),
        {"external_id": "7f0e", "note": "Pumps", "phone_e164": "+493023125103", "job_title": "Buyer", "facts": {}},
    ),
    "Zoom webinar (attendees)": (
        ("Attendee Report\nReport Generated:,03/04/2026 10:00\nTopic,Webinar ID,Actual Start Time\n"
        "Pumps in March,812,03/04/2026 09:00\nAttendee Details\n"
        "Attended,User Name (Original Name),First Name,Last Name,Email,Phone,Registration Time,Approval Status,"
        "Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,Source Name\n"
        'Yes,Ann Becker,Ann,Becker,ann@kettler.test,,03/04/2026 9:10:00 AM,approved,3/11/26 9:00,,58,Yes,Germany,Web\n'
        "No,Bob Cole,Bob,Cole,bob@kettler.test,,03/05/2026 9:10:00 AM,approved,--,,--,--,Spain,\n"),
        {"touches__kind": "webinar", "country": "Germany", "captured_at__month": 3, "captured_at__hour": 9},
    ),
    "Zoom webinar (registrations)": (
        ("First Name,Last Name,Email,Registration Time,Approval Status,Organization\n"
        "Ann,Becker,ann@kettler.test,03/04/2026 9:10,approved,Kettler\n"),
        {"touches__kind": "webinar", "captured_at__month": 3, "facts": {"Approval Status": "approved"}},
    ),
    "Brevo": (
        "CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,ADDED_TIME\n17,ann@kettler.test,Ann,Becker,493023125103,2026-03-02\n",
        {"external_id": "17", "name": "Ann Becker", "phone": "493023125103"},
    ),
    "ActiveCampaign": (
        ("ID,Email,First Name,Last Name,Phone,Account,Tags,Date Created,IP\n"
        '17,ann@kettler.test,Ann,Becker,,Kettler,"spring,vip",2026-03-02 10:00,192.0.2.1\n'),
        {"external_id": "17", "campaign__name": "spring", "organisation__domain": "kettler.test"},
    ),
    "Mautic": (
        ("id,dateAdded,points,firstname,lastname,company,position,email,lastActive\n"
        "17,2026-03-02 10:00:00,40,Ann,Becker,Kettler,Buyer,ann@kettler.test,2026-03-03\n"),
        {"external_id": "17", "job_title": "Buyer", "facts": {"points": "40", "lastActive": "2026-03-03"}},
    ),
    "Salesforce (report)": (
        ("Lead Owner,First Name,Last Name,Title,Company / Account,Email,Lead Source,Lead Status,Create Date\n"
        "Ines,Ann,Becker,Buyer,Kettler,ann@kettler.test,Web,Open,2026-03-02\n"),
        {"source": "Web", "job_title": "Buyer", "facts": {"Lead Owner": "Ines", "Lead Status": "Open"}},
    ),
    "Pipedrive (people)": (
        ("Person - ID,Person - Name,Person - Email - Work,Person - Phone - Work,Person - Organization\n"
        "17,Ann Becker,ann@kettler.test,+49 30 23125103,Kettler\n"),
        {"external_id": "17", "name": "Ann Becker", "phone_e164": "+493023125103"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_known_tool(name: str, write: Write, run: Any) -> None:
    content, facts = FILES[name]
    told = run("leads", write(content))
    assert Import.objects.get().options["export"] == name
    assert told["refused"] == 0
    assert Lead.objects.filter(email="ann@kettler.test").values(*facts).get() == facts


@pytest.mark.parametrize("name", FILES)
def test_other_case_and_a_missing_column_change_nothing(name: str, write: Write) -> None:
    header = FILES[name][0].partition("ann@kettler.test")[0].splitlines()[-2]
    headers = sniff(Path(write(header.upper() + "\nann@kettler.test\n"))).headers
    proposal = propose(kinds.get("leads"), headers)
    assert proposal.export
    assert proposal.export.name == name


def test_headers_of_no_tool_are_mapped_by_their_names() -> None:
    proposal = propose(kinds.get("leads"), ["E-Mail", "Wohnort", "Phone number"])
    assert proposal.export is None
    assert proposal.mapping == {"E-Mail": "email", "Wohnort": "extra:Wohnort", "Phone number": "phone"}


def test_every_export_names_columns_that_there_are() -> None:
    names = {column.name for column in kinds.get("leads").columns} | {"-"}
    for export in EXPORTS:
        assert set(export.mapping.values()) | set(export.fixed) | set(export.clean) <= names, export.name
        assert kinds.get("leads").recognised(sorted(export.headers)) == export.name


def test_a_value_of_the_row_goes_before_that_of_the_tool(write: Write, run: Any) -> None:
    content = (
        FILES["Zoom webinar (registrations)"][0].replace("Organization", "Kind of touch").replace("Kettler", "demo")
    )
    run("leads", write(content))
    assert Lead.objects.get().touches.get().kind == "demo"
