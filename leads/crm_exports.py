"""Files that systems for sales write: leads, contacts and members of campaigns."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from imports.kinds import IGNORED, Export, heads


def utm(name: str, cell: str) -> str:
    """The parameter `name` of a landing address; a text that is no address says nothing."""
    return next(iter(parse_qs(urlsplit(cell).query).get(name, [])), "") if "//" in cell else ""


def utm_campaign(cell: str) -> str:
    return utm("utm_campaign", cell)


def in_words(cell: str) -> str:
    """ORGANIC_SEARCH is "Organic search"."""
    return cell.replace("_", " ").capitalize() if cell.isupper() and len(cell) > 3 else cell


def dynamics(name: str, key: str, checksum: str, modified: str) -> Export:
    """Dynamics writes what nobody may change in the language of its user."""
    return Export(
        name=f"Microsoft Dynamics{name}",
        headers=frozenset((key, checksum, modified)),
        mapping={
            key: "external_id", checksum: IGNORED, modified: IGNORED, "Created On": "captured_at",
            "Business Phone": "phone", "Company Name": "organisation", "Email Address": "email", "Topic": "note",
            "Subject": "note", "Source Campaign": "campaign", "No. of Employees": "employees",
            "Thema": "note", "Sujet": "note", "Tema": "note",
        },
    )  # fmt: skip


SALESFORCE = Export(
    name="Salesforce (Data Loader)",
    headers=heads("ID | LASTNAME | LEADSOURCE | STATUS | OWNERID | CREATEDDATE | ISCONVERTED | SYSTEMMODSTAMP"),
    mapping={
        "ID": "external_id", "LASTNAME": "last_name", "FIRSTNAME": "first_name", "NAME": "name", "TITLE": "job_title",
        "COMPANY": "organisation", "PHONE": "phone", "EMAIL": "email", "WEBSITE": "website", "COUNTRY": "country",
        "LEADSOURCE": "source", "INDUSTRY": "industry", "NUMBEROFEMPLOYEES": "employees", "CREATEDDATE": "captured_at",
        "DESCRIPTION": "note", "ISDELETED": IGNORED, "SYSTEMMODSTAMP": IGNORED, "ISUNREADBYOWNER": IGNORED,
    },
)  # fmt: skip

SALESFORCE_REPORT = Export(
    name="Salesforce (report)",
    headers=heads("Lead Owner | First Name | Last Name | Company / Account | Lead Source | Lead Status"),
    mapping={
        "Lead ID": "external_id", "Company / Account": "organisation", "Lead Source": "source", "Title": "job_title",
        "Create Date": "captured_at", "Campaign Name": "campaign", "Description": "note",
    },
)  # fmt: skip

HUBSPOT = Export(
    name="HubSpot",
    headers=heads("Record ID | Lifecycle Stage | Contact owner | Create Date | Email"),
    mapping={
        "Record ID": "external_id", "Record ID - Contact": "external_id", "Create Date": "captured_at",
        "Phone Number": "phone", "Associated Company": "organisation", "Company name": "organisation",
        "Country/Region": "country", "Original Source": "source", "Original Traffic Source": "source",
        "Job Title": "job_title", "Website URL": "website", "Number of Employees": "employees",
        "First Conversion": "campaign", "Associated Company (Primary)": "organisation",
    },
    clean={"source": in_words},
)  # fmt: skip

HUBSPOT_CONTACTS = replace(
    HUBSPOT,
    name="HubSpot (contacts)",
    headers=heads("Record ID - Contact | Contact owner | Lead Status | Marketing contact status | Email"),
)

ZOHO = Export(
    name="Zoho CRM",
    headers=heads("Record Id | Lead Owner | Lead Source | Lead Status | Created Time | Email Opt Out | Is Converted"),
    mapping={
        "Record Id": "external_id", "Lead Name": "name", "Company": "organisation", "Designation": "job_title",
        "Lead Source": "source", "First Page Visited": "campaign", "Created Time": "captured_at",
        "No. of Employees": "employees", "Description": "note", "Locked": IGNORED,
    },
    clean={"campaign": utm_campaign},
)  # fmt: skip

PIPEDRIVE = Export(
    name="Pipedrive",
    headers=heads("Person - Name | Person - Email (Work) | Person - Phone | Organization - Name"),
    mapping={
        "Person - Name": "name", "Person - First name": "first_name", "Person - Last name": "last_name",
        "Person - Phone": "phone", "Person - Email (Work)": "email", "Organization - Name": "organisation",
        "Note - Content": "note",
    },
)  # fmt: skip

PIPEDRIVE_PEOPLE = Export(
    name="Pipedrive (people)",
    headers=heads("Person - Name | Person - Email - Work | Person - Phone - Work | Person - Organization"),
    mapping={
        "Person - ID": "external_id", "Person - Name": "name", "Person - First name": "first_name",
        "Person - Last name": "last_name", "Person - Email - Work": "email", "Person - Phone - Work": "phone",
        "Person - Organization": "organisation", "Person - Person created": "captured_at",
        "Person - Title": "job_title", "Person - Website": "website",
    },
)  # fmt: skip

DYNAMICS = (
    dynamics("", *("(Do Not Modify) " + header for header in ("Lead", "Row Checksum", "Modified On"))),
    dynamics(" (contacts)", *("(Do Not Modify) " + header for header in ("Contact", "Row Checksum", "Modified On"))),
    dynamics(" (German)", *("(Nicht ändern) " + header for header in ("Lead", "Zeilenprüfsumme", "Geändert am"))),
    dynamics(
        " (German contacts)", *("(Nicht ändern) " + header for header in ("Kontakt", "Zeilenprüfsumme", "Geändert am"))
    ),
    dynamics(
        " (French)", "(Ne pas modifier) Prospect", "(Ne pas modifier) Somme de contrôle de la ligne",
        "(Ne pas modifier) Modifié le",
    ),
    dynamics(
        " (Spanish)", "(No modificar) Cliente potencial", "(No modificar) Suma de comprobación de fila",
        "(No modificar) Fecha de modificación",
    ),
)  # fmt: skip

CAMPAIGN_MEMBERS = Export(
    name="Salesforce (campaign members)",
    headers=heads("Campaign Name | Member Type | Member Status | First Name | Last Name"),
    mapping={
        "Campaign Name": "campaign", "Member First Associated Date": "captured_at", "Lead/Contact ID": "external_id",
        "Company / Account": "organisation", "Lead Source": "source",
    },
)  # fmt: skip

PIPEDRIVE_LEADS = Export(
    name="Pipedrive (leads)",
    headers=heads("Lead - Title | Lead - Owner | Lead - Lead created | Person - Name"),
    mapping={
        "Lead - ID": "external_id", "Lead - Title": "note", "Lead - Lead created": "captured_at",
        "Lead - Source": "source", "Person - Name": "name", "Person - Email": "email", "Person - Email - Work": "email",
        "Person - Phone": "phone", "Person - Phone - Work": "phone", "Organization - Name": "organisation",
    },
)  # fmt: skip

FRESHSALES = Export(
    name="Freshsales",
    headers=heads("First name | Last name | Emails | Accounts | Sales owner"),
    mapping={
        "Emails": "email", "Accounts": "organisation", "Work": "phone", "Mobile": "phone", "Created at": "captured_at",
    },
)  # fmt: skip

EXPORTS = (
    SALESFORCE, SALESFORCE_REPORT, CAMPAIGN_MEMBERS, HUBSPOT, HUBSPOT_CONTACTS, ZOHO, PIPEDRIVE, PIPEDRIVE_PEOPLE,
    PIPEDRIVE_LEADS, *DYNAMICS, FRESHSALES,
)  # fmt: skip
