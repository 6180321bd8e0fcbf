"""Files that tools for events, webinars and meetings write: who registered, and who came."""

from imports.kinds import IGNORED, Export, heads

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
    headers=heads("First Name | Last Name | Email | Registration Time | Approval Status | Source Name"),
    mapping={
        "Registration Time": "captured_at", "Source Name": "source", "Organization": "organisation",
        "Country/Region": "country", "Questions & Comments": "note", "No. of Employees": "employees",
    },
    fixed={"kind": "webinar"},
    day_first=False,
)  # fmt: skip

ZOOM_MEETING = Export(
    name="Zoom meeting",
    headers=heads("Name (Original Name) | User Email | Join Time | Leave Time | Duration (Minutes)"),
    mapping={"Name (Original Name)": "name", "User Email": "email", "Join Time": "captured_at"},
    fixed={"kind": "webinar"},
    day_first=False,
)

EVENTBRITE_REPORT = Export(
    name="Eventbrite (report)",
    headers=heads("Order ID | Order date | Attendee first name | Attendee last name | Attendee email | Ticket type"),
    mapping={
        "Order date": "captured_at", "Attendee first name": "first_name", "Attendee last name": "last_name",
        "Attendee email": "email", "Event name": "campaign", "Order ID": IGNORED,
    },
    fixed={"kind": "event"},
)  # fmt: skip

TEAMS = Export(
    name="Microsoft Teams (attendance)",
    headers=heads("Name | First Join | Last Leave | In-Meeting Duration | Email | Participant ID (UPN) | Role"),
    mapping={"Name": "name", "First Join": "captured_at", "Email": "email", "Role": IGNORED},
    fixed={"kind": "webinar"},
    day_first=False,
)

GOTOWEBINAR = Export(
    name="GoToWebinar",
    headers=heads("First Name | Last Name | Email | Registration Date/Time | Attended"),
    mapping={
        "Email Address": "email", "Registration Date/Time": "captured_at", "Organization": "organisation",
        "Questions and Comments": "note", "Source": "source",
    },
    fixed={"kind": "webinar"},
    day_first=False,
)  # fmt: skip

ON24 = Export(
    name="ON24",
    headers=heads("Email Address | Registration Date (UTC) | Live Minutes | Engagement Score | Event ID"),
    mapping={"Registration Date (UTC)": "captured_at", "Event Name": "campaign", "Work Phone": "phone"},
    fixed={"kind": "webinar"},
    day_first=False,
)

CALENDLY = Export(
    name="Calendly",
    headers=heads("Invitee Name | Invitee Email | Event Type Name | Start Date & Time | Event Created Date & Time"),
    mapping={
        "Invitee Name": "name", "Invitee First Name": "first_name", "Invitee Last Name": "last_name",
        "Invitee Email": "email", "Event Created Date & Time": "captured_at", "UTM Campaign": "campaign",
        "UTM Source": "source", "Text Reminder Number": "phone",
    },
)  # fmt: skip

EXPORTS = (
    EVENTBRITE, EVENTBRITE_REPORT, ZOOM_ATTENDEES, ZOOM_REGISTRATIONS, ZOOM_MEETING, TEAMS, GOTOWEBINAR, ON24, CALENDLY,
)  # fmt: skip
