"""Files of leads that known tools write. Adding one is adding an `Export` to EXPORTS.

`headers` tell the tool from others, `mapping` sends headers to columns of a file of leads; every other column is
mapped by its own name or kept as a further fact, so what the tool knows of status, owner and scores stays.
"""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from imports.kinds import IGNORED, Export, heads
from leads import event_exports

# Meta writes the kind of each id before it.
PREFIX = re.compile(r"^(?:ag|as|ac|[a-z]):")
PLATFORMS = {
    "fb": "Facebook", "ig": "Instagram", "msg": "Messenger", "wa": "WhatsApp", "an": "Audience Network",
}  # fmt: skip


def without_prefix(cell: str) -> str:
    """l:900000000000100 is 900000000000100, p:+353209100101 is +353209100101."""
    return PREFIX.sub("", cell)


def utm(name: str, cell: str) -> str:
    """The parameter `name` of a landing address; a text that is no address says nothing."""
    return next(iter(parse_qs(urlsplit(cell).query).get(name, [])), "") if "//" in cell else ""


def utm_campaign(cell: str) -> str:
    return utm("utm_campaign", cell)


def platform(cell: str) -> str:
    return PLATFORMS.get(cell.lower(), cell)


def in_words(cell: str) -> str:
    """ORGANIC_SEARCH is "Organic search"."""
    return cell.replace("_", " ").capitalize() if cell.isupper() and len(cell) > 3 else cell


def first_tag(cell: str) -> str:
    """The first of `"Webinar March","VIP"`."""
    return cell.split(",")[0].strip().strip('"')


def without_apostrophe(cell: str) -> str:
    return cell.removeprefix("'")


def country_code(cell: str) -> str:
    return cell.upper() if len(cell) == 2 else cell


OLIST = Export(
    name="Olist marketing funnel",
    headers=heads("mql_id | first_contact_date | landing_page_id | origin"),
    mapping={
        "mql_id": "external_id", "first_contact_date": "captured_at",
        "landing_page_id": "campaign", "origin": "source",
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

META = Export(
    name="Meta Lead Ads",
    headers=heads("id | created_time | ad_id | adset_id | campaign_id | form_id | is_organic | platform"),
    mapping={
        "id": "external_id", "created_time": "captured_at", "campaign_name": "campaign", "platform": "source",
        "full_name": "name", "phone_number": "phone", "work_email": "email", "email": "email",
        "work_phone_number": "phone", "company_name": "organisation", "lead_status": IGNORED, "inbox_url": IGNORED,
    },
    fixed={"kind": "form"},
    clean={"external_id": without_prefix, "phone": without_prefix, "source": platform},
)  # fmt: skip

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

MARKETO = Export(
    name="Marketo",
    headers=heads("Id | Email Address | Person Source | Person Status | Person Score | Created At"),
    mapping={
        "Id": "external_id", "Email Address": "email", "Full Name": "name", "Company Name": "organisation",
        "Person Source": "source", "Acquisition Program": "campaign", "Created At": "captured_at",
        "Job Title": "job_title", "Phone Number": "phone", "Number Of Employees": "employees", "Person Notes": "note",
    },
)  # fmt: skip

MAILCHIMP = Export(
    name="Mailchimp",
    headers=heads("Email Address | MEMBER_RATING | OPTIN_TIME | CONFIRM_TIME | LAST_CHANGED | LEID | EUID"),
    mapping={
        "Email Address": "email", "EUID": "external_id", "CONFIRM_TIME": "captured_at", "CC": "country",
        "TAGS": "campaign", "NOTES": "note", "Phone Number": "phone", "Phone": "phone", "Company": "organisation",
        "UNSUB_TIME": "do_not_contact",
    },
    clean={"country": country_code, "campaign": first_tag},
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

GOOGLE_ADS = Export(
    name="Google Ads lead form",
    headers=heads("Lead ID | Campaign ID | Form ID | Creative ID | Google Click ID | Lead submit time"),
    mapping={
        "Lead ID": "external_id", "Lead submit time": "captured_at", "Campaign name": "campaign",
        "User Email": "email", "Work email": "email", "User Phone": "phone", "Work phone": "phone",
        "Full Name": "name", "Company Name": "organisation", "Job title": "job_title",
    },
    fixed={"kind": "form", "source": "Google Ads"},
)  # fmt: skip

LINKEDIN = Export(
    name="LinkedIn Lead Gen Forms",
    headers=heads("Lead ID | Form Name | Campaign Name | Creative ID | Lead Created Date | Lead Type"),
    mapping={
        "Lead ID": "external_id", "Lead Created Date": "captured_at", "Campaign Name": "campaign",
        "Work email": "email", "Email address": "email", "Email": "email", "Phone number": "phone",
        "Company name": "organisation", "Job title": "job_title", "Country/Region": "country",
        "Company size": "employees",
    },
    fixed={"kind": "form", "source": "LinkedIn"},
    day_first=False,
)  # fmt: skip


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

BREVO = Export(
    name="Brevo",
    headers=heads("EMAIL | FIRSTNAME | LASTNAME | SMS"),
    mapping={
        "CONTACT ID": "external_id", "SMS": "phone", "FIRSTNAME": "first_name", "LASTNAME": "last_name",
        "PRENOM": "first_name", "NOM": "last_name",
        "ADDED_TIME": "captured_at", "CREATED_AT": "captured_at", "COMPANY": "organisation", "JOB_TITLE": "job_title",
    },
    day_first=True,
)  # fmt: skip
BREVO_FRENCH = replace(BREVO, name="Brevo (French)", headers=heads("EMAIL | NOM | PRENOM | SMS"))

ACTIVECAMPAIGN = Export(
    name="ActiveCampaign",
    headers=heads("Email | First Name | Last Name | Date Created | Tags | IP"),
    mapping={
        "ID": "external_id", "Contact ID": "external_id", "Date Created": "captured_at", "Account": "organisation",
        "Account Name": "organisation", "Customer Account": "organisation", "Organization": "organisation",
        "Job Title": "job_title", "Tags": "campaign",
    },
    clean={"campaign": first_tag},
)  # fmt: skip

MAUTIC = Export(
    name="Mautic",
    headers=heads("id | points | firstname | lastname | email | dateAdded | lastActive"),
    mapping={
        "id": "external_id", "firstname": "first_name", "lastname": "last_name", "company": "organisation",
        "position": "job_title", "dateAdded": "captured_at", "phone": "phone", "mobile": "phone",
    },
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

KLAVIYO = Export(
    name="Klaviyo",
    headers=heads("Email | Klaviyo ID | Email Marketing Consent | First Active | Profile Created On"),
    mapping={
        "Klaviyo ID": "external_id", "Profile Created On": "captured_at", "Initial Source": "source",
        "Organization": "organisation",
    },
)  # fmt: skip

MAILERLITE = Export(
    name="MailerLite",
    headers=heads("Subscriber | Sent | Opens | Clicks | Location"),
    mapping={"Subscriber": "email", "Subscribed": "captured_at", "Signup date": "captured_at"},
)

SHOPIFY = Export(
    name="Shopify (customers)",
    headers=heads("Customer ID | Email | Accepts Email Marketing | Default Address Company | Total Spent"),
    mapping={
        "Customer ID": "external_id", "Default Address Company": "organisation", "Phone": "phone",
        "Default Address Phone": "phone", "Default Address Country Code": "country", "Note": "note",
    },
    clean={"external_id": without_apostrophe},
)  # fmt: skip

EXPORTS = (
    OLIST, SALESFORCE, SALESFORCE_REPORT, CAMPAIGN_MEMBERS, HUBSPOT, HUBSPOT_CONTACTS, META, ZOHO, MARKETO, MAILCHIMP,
    PIPEDRIVE, PIPEDRIVE_PEOPLE, PIPEDRIVE_LEADS, GOOGLE_ADS, LINKEDIN, *DYNAMICS, BREVO, BREVO_FRENCH, ACTIVECAMPAIGN,
    MAUTIC, FRESHSALES, KLAVIYO, MAILERLITE, SHOPIFY, *event_exports.EXPORTS,
)  # fmt: skip
