"""The `leads` kind of file: its columns, known exports, and how a row is taken in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from imports import columns
from imports.columns import Column, email, moment, one_of, text, whole_number
from imports.kinds import Kind
from imports.values import Hints, read_as
from leads import announcing
from leads import header_words as words
from leads.exports import EXPORTS
from leads.intake import LeadRow, Taken, make_shared, take_in
from leads.marks import complete
from leads.models import Touch
from leads.undated import contacts_known
from leads.undoing import undo

# A clock of another system may be ahead, and so may a day in another time zone.
AHEAD = timedelta(days=1)

# What a column of consents holds where there is none.
NO = (
    "no", "false", "n", "nein", "non", "não", "nao", "nee", "nie", "nej",
    "falsch", "faux", "falso", "нет", "いいえ", "否",
)  # fmt: skip
REFUSALS = frozenset((
    *NO, "optout", "optedout", "unsubscribed", "unsubscribe", "withdrawn", "revoked", "declined", "refused",
    "donotcontact",
))  # fmt: skip
# What a column of opt-outs holds where there is none; a day or a word says that there is one.
NO_OPT_OUT = frozenset((*NO, "0", "off", "subscribed"))


def opted_out(raw: str) -> bool:
    return columns.squeeze(raw) not in NO_OPT_OUT


def refuses(consent: str) -> bool:
    """Whether the text of a consent says that there is none."""
    return columns.squeeze(consent) in REFUSALS


COLUMNS = [
    Column("external_id", "External id", text(120), words.EXTERNAL_ID, columns.KEY),
    Column("email", "E-mail", email, words.EMAIL),
    Column("first_name", "First name", text(120), words.FIRST_NAME, columns.NAME),
    Column("last_name", "Last name", text(120), words.LAST_NAME, columns.NAME),
    Column("name", "Name", text(250), words.NAME, columns.NAME),
    Column("job_title", "Job title", text(200), words.JOB_TITLE),
    Column("phone", "Phone", text(60), words.PHONE, columns.PHONE),
    Column("organisation", "Organisation", text(200), words.ORGANISATION),
    Column("website", "Website", text(253), words.WEBSITE),
    Column("employees", "Employees", whole_number, words.EMPLOYEES),
    Column("industry", "Industry", text(120), words.INDUSTRY),
    Column("country", "Country", text(60), words.COUNTRY),
    Column("source", "Source", text(120), words.SOURCE, columns.LABEL),
    Column("campaign", "Campaign", text(200), words.CAMPAIGN, columns.LABEL),
    Column("captured_at", "Captured at", moment, words.CAPTURED_AT),
    Column("kind", "Kind of touch", one_of(Touch.Kind.choices), ("touch", "touch kind")),
    Column("note", "Note", text(10_000), words.NOTE, columns.LONG),
    Column("consent", "Consent", text(200), words.CONSENT),
    Column("do_not_contact", "Do not contact", opted_out, words.OPT_OUT),
]


def names_apart(mapping: dict[str, str]) -> dict[str, str]:
    """ "Name" beside "Surname" is the first name, "Nom" beside "Prénom" the surname."""
    missing = {"first_name", "last_name"} - set(mapping.values())
    either = [
        header for header, name in mapping.items() if name == "name" and columns.bare(header) in words.EITHER_NAME
    ]
    return mapping | {either[0]: missing.pop()} if either and len(missing) == 1 else mapping


SPARE = {c.name: read_as(c, Hints(zone=UTC)) for c in COLUMNS if c.name in ("email", "phone")}


@lru_cache(maxsize=10_000)
def _spare(header: str) -> str:
    """The column that the header of a further fact could have been."""
    plain = columns.bare(header).rstrip("0123456789")
    return next((c.name for c in COLUMNS if c.name in SPARE and plain in c.headers()), "")


def supply(row: dict[str, Any]) -> None:
    """Nobody is lost whose address or number stands in the second column of such."""
    if "email" in row and "phone" in row:
        return
    for header, told in row["extra"].items():
        if (name := _spare(header)) and name not in row:
            try:
                row[name] = SPARE[name](told)[0]
            except ValueError:
                continue
            if row[name] is None:
                del row[name]


def check(row: dict[str, Any]) -> str | None:
    """Why a row can't be a lead, or None."""
    if "email" not in row and "external_id" not in row:
        return _("Write an e-mail address or an external id: without one of them nobody can be found again.")
    if "captured_at" in row and row["captured_at"] > datetime.now(UTC) + AHEAD:
        return _("“Captured at” lies in the future. Write when the contact was.")
    return None


def row_told(
    texts: Mapping[str, Any], *, number: int, at: datetime, extra: Mapping[str, str], but: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """What programs tell of a lead, by column, as the values of row `number`, and a sentence for each text that can't
    be read. A program tells of a contact as it happens: one without a moment is of `at`. Columns of `but` are not read.
    """
    values: dict[str, Any] = {"number": number, "extra": dict(extra), "captured_at": at}
    wrong: dict[str, str] = {}
    for column in COLUMNS:
        if column.name not in but and (text := texts.get(column.name)):
            try:
                values[column.name] = column.parse(str(text))
            except ValueError as error:
                wrong[column.name] = str(error)
    return values, wrong


def take(
    rows: Sequence[dict[str, Any]],
    *,
    at: datetime,
    by: User | None,
    run: int | None = None,
    in_turn: Callable[[], None] = lambda: None,
) -> Sequence[Taken]:
    """Take rows in. A row without a date was captured now, unless it comes by file (`run`) and tells a contact that
    is known already."""
    known = contacts_known(rows) if run else {}
    leads = []
    for row in rows:
        values = dict(row)
        facts = values.pop("extra")
        values["do_not_contact"] = values.get("do_not_contact", False) or refuses(values.get("consent", ""))
        contact = known.get(row["number"], at)
        leads.append(LeadRow(**{"captured_at": contact, **values}, facts=facts, dated="captured_at" in row))
    return take_in(leads, at=at, by=by, run=run, in_turn=in_turn)


LEADS = Kind(
    key="leads", label="Leads", columns=COLUMNS, take=take, take_abreast=take, prepare=make_shared,
    supply=supply, check=check, complete=complete, exports=EXPORTS, keeps_unknown=True, settle=names_apart, undo=undo,
    headline=announcing.headline, counted=announcing.counted, fates=announcing.fates,
    for_all_rows=announcing.for_all_rows, aftermath=announcing.aftermath,
)  # fmt: skip
