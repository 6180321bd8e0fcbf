"""Files of leads that known tools write. Adding one is adding an `Export` to EXPORTS.

`headers` tell the tool from others, `mapping` sends headers to columns of a file of leads; every other column is
mapped by its own name or kept as a further fact, so what the tool knows of status, owner and scores stays.
"""

import re
from dataclasses import replace

from imports.kinds import IGNORED, Export, heads
from leads import crm_exports, event_exports

# Meta writes the kind of each id before it.
PREFIX = re.compile(r"^(?:ag|as|ac|[a-z]):")
PLATFORMS = {
    "fb": "Facebook", "ig": "Instagram", "msg": "Messenger", "wa": "WhatsApp", "an": "Audience Network",
}  # fmt: skip


def without_prefix(cell: str) -> str:
    """l:900000000000100 is 900000000000100, p:+353209100101 is +353209100101."""
    return PREFIX.sub("", cell)


def platform(cell: str) -> str:
    return PLATFORMS.get(cell.lower(), cell)


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
    OLIST, META, MARKETO, MAILCHIMP, GOOGLE_ADS, LINKEDIN, BREVO, BREVO_FRENCH, ACTIVECAMPAIGN, MAUTIC, KLAVIYO,
    MAILERLITE, SHOPIFY, *crm_exports.EXPORTS, *event_exports.EXPORTS,
)  # fmt: skip
