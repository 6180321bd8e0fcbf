"""Files of leads that known tools write. Adding one is adding an `Export` to EXPORTS.

`headers` tell the tool from others, `mapping` sends headers to columns of a file of leads; every other column is
mapped by its own name or kept as a further fact, so what the tool knows of status, owner and scores stays.
"""

import re
from urllib.parse import parse_qs, urlsplit

from imports.kinds import IGNORED, Export

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


def country_code(cell: str) -> str:
    return cell.upper() if len(cell) == 2 else cell


def heads(text: str) -> frozenset[str]:
    """The headers of a line, which are cut at bars."""
    return frozenset(header.strip() for header in text.split("|"))


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
        "First Conversion": "campaign",
    },
    clean={"source": in_words},
)  # fmt: skip

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
    },
    clean={"country": country_code, "campaign": first_tag},
)  # fmt: skip

EVENTBRITE = Export(
    name="Eventbrite",
    headers=heads("Order # | Order Date | Attendee # | Ticket Type | Attendee Status | Quantity | Order Type"),
    mapping={
        "Attendee #": "external_id", "Order Date": "captured_at", "Event Name": "campaign", "Home Country": "country",
        "How did you hear about this event?": "source", "Cell Phone": "phone", "Work Phone": "phone",
    },
    fixed={"kind": "event"},
    day_first=False,
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

DYNAMICS = Export(
    name="Microsoft Dynamics",
    headers=heads("(Do Not Modify) Lead | (Do Not Modify) Row Checksum | (Do Not Modify) Modified On"),
    mapping={
        "(Do Not Modify) Lead": "external_id", "(Do Not Modify) Row Checksum": IGNORED,
        "(Do Not Modify) Modified On": IGNORED, "Created On": "captured_at", "Business Phone": "phone",
        "Company Name": "organisation", "Email Address": "email", "Topic": "note", "Subject": "note",
        "Source Campaign": "campaign", "No. of Employees": "employees",
    },
)  # fmt: skip

ZOOM_ATTENDEES = Export(
    name="Zoom webinar (attendees)",
    headers=heads("Attended | User Name (Original Name) | Email | Registration Time | Approval Status | Join Time"),
    mapping={
        "User Name (Original Name)": "name", "Registration Time": "captured_at", "Country/Region Name": "country",
        "Country/Region": "country", "Source Name": "source", "Organization": "organisation",
    },
    fixed={"kind": "webinar"},
    day_first=False,
)  # fmt: skip

ZOOM_REGISTRATIONS = Export(
    name="Zoom webinar (registrations)",
    headers=heads("First Name | Last Name | Email | Registration Time | Approval Status"),
    mapping={
        "Registration Time": "captured_at", "Source Name": "source", "Organization": "organisation",
        "Country/Region": "country", "Questions & Comments": "note", "No. of Employees": "employees",
    },
    fixed={"kind": "webinar"},
    day_first=False,
)  # fmt: skip

BREVO = Export(
    name="Brevo",
    headers=heads("EMAIL | FIRSTNAME | LASTNAME | SMS"),
    mapping={
        "CONTACT ID": "external_id", "SMS": "phone", "FIRSTNAME": "first_name", "LASTNAME": "last_name",
        "ADDED_TIME": "captured_at", "CREATED_AT": "captured_at", "COMPANY": "organisation", "JOB_TITLE": "job_title",
    },
)  # fmt: skip

ACTIVECAMPAIGN = Export(
    name="ActiveCampaign",
    headers=heads("Email | First Name | Last Name | Date Created | Tags | IP"),
    mapping={
        "ID": "external_id", "Contact ID": "external_id", "Date Created": "captured_at", "Account": "organisation",
        "Account Name": "organisation", "Organization": "organisation", "Job Title": "job_title", "Tags": "campaign",
    },
    clean={"campaign": first_tag},
)  # fmt: skip

MAUTIC = Export(
    name="Mautic",
    headers=heads("id | points | firstname | lastname | email | dateAdded | lastActive"),
    mapping={
        "id": "external_id", "firstname": "first_name", "lastname": "last_name", "company": "organisation",
        "position": "job_title", "dateAdded": "captured_at", "mobile": "phone", "phone": "phone",
    },
)  # fmt: skip

EXPORTS = (
    OLIST, SALESFORCE, SALESFORCE_REPORT, HUBSPOT, META, ZOHO, MARKETO, MAILCHIMP, EVENTBRITE, PIPEDRIVE,
    PIPEDRIVE_PEOPLE, GOOGLE_ADS, LINKEDIN, DYNAMICS, ZOOM_ATTENDEES, ZOOM_REGISTRATIONS, BREVO, ACTIVECAMPAIGN, MAUTIC,
)  # fmt: skip
