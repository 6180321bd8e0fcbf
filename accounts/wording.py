"""What holds for everybody, in sentences."""

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from accounts import company
from accounts.hours import hours_text
from accounts.models import Calendar, Change, Team, User
from accounts.sections import Section

WEEKDAYS = (__("Mon"), __("Tue"), __("Wed"), __("Thu"), __("Fri"), __("Sat"), __("Sun"))


def company_words(user: User) -> str:
    row = company.current()
    return _("%(name)s in %(zone)s. Money is %(currency)s, the fiscal year begins in %(month)s.") % {
        "name": row, "zone": row.time_zone, "currency": row.currency, "month": MONTHS[row.fiscal_year_start],
    }  # fmt: skip


def team_words(user: User) -> str:
    teams, own = Team.objects.aggregate(n=Count("pk"), own=Count("calendar")).values()
    words = ngettext("%(n)d team", "%(n)d teams", teams) % {"n": teams}
    if own:
        return _("%(teams)s, %(own)d with a calendar of its own.") % {"teams": words, "own": own}
    return _("%(teams)s. All work nine to five, Monday to Friday.") % {"teams": words}


def people_words(user: User) -> str:
    active = User.objects.filter(is_active=True)
    here = User.objects.present(timezone.now()).values("pk")
    turns, away = active.aggregate(turns=Count("pk", filter=Q(takes_leads=True)),
                                   away=Count("pk", filter=~Q(pk__in=here))).values()  # fmt: skip
    words = ngettext("%(n)d person takes leads in turn", "%(n)d people take leads in turn", turns) % {"n": turns}
    return _("%(turns)s, %(away)d away now.") % {"turns": words, "away": away}


def week_words(calendar: Calendar) -> str:
    """The hours of a week, days with the same hours together: "Mon to Fri 09:00-17:00"."""
    spans: list[tuple[int, int, str]] = []
    for day, hours in enumerate(map(hours_text, calendar.hours)):
        if spans and spans[-1][2] == hours:
            spans[-1] = (spans[-1][0], day, hours)
        else:
            spans.append((day, day, hours))
    return "; ".join(f"{_days(first, last)} {hours}" for first, last, hours in spans if hours)


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def trail_words(user: User) -> str:
    last = Change.objects.first()
    if last is None:
        return _("Nothing was changed yet.")
    return _("Last: %(label)s, %(act)s.") % {"label": last.label, "act": last.get_act_display()}


SECTIONS = [
    Section(__("Company"), "settings:company", company_words, 10),
    Section(__("Teams and calendars"), "settings:teams", team_words, 20),
    Section(__("People"), "settings:people", people_words, 30),
    Section(__("Trail of changes"), "settings:trail", trail_words, 90),
]
