"""What sales said of a campaign beside its reasons: notes, opinions on the grade, and who has not answered.

Every number is a line of LINES: a rule over handoffs, so that a count and the leads that it opens can't differ.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from campaigns.models import Campaign
from feedback.models import Comment, Reason, Verdict
from feedback.shares import Share
from leads.models import Handoff, Lead
from leads.models.lead import LeadQuerySet

Opinion = Verdict.GradeOpinion
Released = Handoff.Released
# Ends of which sales' silence was no part, or of which nobody knows whether there was any.
NO_SILENCE = (Released.NOT_RECORDED, Released.TAKEN_BACK, Released.KEPT_OUT, Released.ERASED, Released.MERGED)
NOTES = 6


def _late(now: datetime) -> Q:
    return Q(responded_at=None, closed_at=None, released_at=None, due_at__lt=now)


def _waiting(now: datetime) -> Q:
    not_late = Q(due_at=None) | Q(due_at__gte=now) | Q(released_at__isnull=False)
    return Q(responded_at=None, closed_at=None) & not_late


# What a number counts, in words and as a rule over handoffs at a moment.
LINES: dict[str, tuple[str | Promise, Callable[[datetime], Q]]] = {
    "handed_off": (__("Handed off"), lambda now: Q()),
    "judged": (__("Judged by sales"), lambda now: Q(verdict__isnull=False)),
    "accepted": (__("Accepted"), lambda now: Q(verdict__verdict=Verdict.Value.ACCEPTED)),
    "too_high": (Opinion.TOO_HIGH.label, lambda now: Q(verdict__grade_opinion=Opinion.TOO_HIGH)),
    "right": (Opinion.RIGHT.label, lambda now: Q(verdict__grade_opinion=Opinion.RIGHT)),
    "too_low": (Opinion.TOO_LOW.label, lambda now: Q(verdict__grade_opinion=Opinion.TOO_LOW)),
    "waiting": (__("Not answered yet, still in time"), _waiting),
    "late": (__("Not answered, overdue"), _late),
    "lapsed": (
        __("Ended without an answer"),
        lambda now: Q(responded_at=None, closed_at__isnull=False) & ~Q(released_why__in=NO_SILENCE),
    ),
}
OPINIONS = ("too_high", "right", "too_low")
SILENT = ("waiting", "late", "lapsed")


@dataclass(frozen=True)
class Heard:
    """Handoffs of a campaign's leads, made from `since` on and before `until`, that one line counts; of one grade,
    one team (0: no team) or one rep where named."""

    campaign: Campaign
    since: datetime
    until: datetime
    line: str = "handed_off"
    grade: str = ""
    team: int | None = None
    rep: int | None = None

    @classmethod
    def back(cls, campaign: Campaign, days: int, now: datetime) -> Self:
        """The last `days` days before `now`."""
        return cls(campaign, now - timedelta(days=days), now)

    def handoffs(self) -> QuerySet[Handoff]:
        """The handoffs that the line counts."""
        rows = Handoff.objects.filter(
            LINES[self.line][1](self.until), lead__campaign=self.campaign, lead__kept_out="", at__gte=self.since,
            at__lt=self.until,
        )  # fmt: skip
        named = {"grade": self.grade or None, "team": self.team or None, "rep": self.rep}
        rows = rows.filter(**{name: value for name, value in named.items() if value is not None})
        return rows.filter(team=None) if self.team == 0 else rows

    def leads(self) -> LeadQuerySet:
        """Exactly the leads that are counted."""
        return Lead.objects.filter(pk__in=self.handoffs().values("lead"))

    def by(self, *names: str, lines: tuple[str, ...]) -> QuerySet[Handoff, dict[str, Any]]:
        """How many leads each of `lines` counts, for each value of `names`."""
        counts = {
            f"n_{line}": Count("lead", distinct=True, filter=LINES[line][1](self.until) or None) for line in lines
        }
        return self.handoffs().order_by(*names).values(*names).annotate(**counts)

    @property
    def url(self) -> str:
        """The address of the leads."""
        asked = {"line": self.line, "grade": self.grade, "team": self.team, "rep": self.rep}
        asked |= {"since": self.since.isoformat(), "until": self.until.isoformat()}
        said = urlencode({name: value for name, value in asked.items() if value not in ("", None)})
        return f"{reverse('adjustments:said_leads', args=[self.campaign.code])}?{said}"

    def number(self, counts: dict[str, Any], line: str) -> Share:
        """Of the leads that were handed off those of one line; it opens them."""
        return Share(counts[f"n_{line}"], counts["n_handed_off"], replace(self, line=line).url)


@dataclass(frozen=True)
class GradeSaid:
    """What sales did with the leads of a grade, and what it thinks of the grade."""

    grade: str
    accepted: Share
    opinions: list[Share]


def opinions(asked: Heard) -> list[GradeSaid]:
    """By the grade at handoff: how many of the judged were accepted, and for how many the grade was called too
    high, right or too low."""
    found = []
    for row in asked.by("grade", lines=("handed_off", "judged", "accepted", *OPINIONS)):
        here = replace(asked, grade=row["grade"])
        accepted = Share(row["n_accepted"], row["n_judged"], replace(here, line="accepted").url)
        found.append(GradeSaid(row["grade"], accepted, [here.number(row, line) for line in OPINIONS]))
    return [one for one in found if one.accepted.denominator]


@dataclass
class Silence:
    """A team or a rep with the leads that nobody answered: still in time, overdue, ended without an answer."""

    name: str
    numbers: list[Share]
    people: list["Silence"] = field(default_factory=list)


def silences(asked: Heard, user: User) -> list[Silence]:
    """Who has not answered, by team; with the names of the reps for those who manage the team."""
    teams: dict[int, Silence] = {}
    for row in asked.by("team", "team__name", lines=("handed_off", *SILENT)):
        here = replace(asked, team=row["team"] or 0)
        teams[row["team"] or 0] = Silence(row["team__name"] or _("no team"), _numbers(here, row))
    for row in _reps(asked, user):
        here = replace(asked, team=row["team"] or 0, rep=row["rep"])
        teams[row["team"] or 0].people.append(Silence(row["rep__name"], _numbers(here, row)))
    for team in teams.values():
        team.people = [one for one in team.people if any(number.numerator for number in one.numbers)]
    return [one for one in teams.values() if any(number.numerator for number in one.numbers)]


def _reps(asked: Heard, user: User) -> QuerySet[Handoff, dict[str, Any]]:
    """The counts of each rep whom `user` manages: managers of sales those of their team, or of all where they have
    none themselves, and admins all."""
    rows = asked.by("team", "rep", "rep__name", lines=("handed_off", *SILENT)).filter(rep__isnull=False)
    if user.is_staff or (user.in_sales and user.is_manager):
        return rows if user.is_staff or user.team_id is None else rows.filter(team=user.team_id)
    return rows.none()


def _numbers(asked: Heard, row: dict[str, Any]) -> list[Share]:
    return [asked.number(row, line) for line in SILENT]


# --- notes ------------------------------------------------------------------------------------------

NEWEST, TELLING = "newest", "telling"
ORDERS = {NEWEST: __("Newest"), TELLING: __("Most telling")}


@dataclass(frozen=True)
class Notes:
    """Some notes of sales, and the reasons with which there are any, with how many."""

    shown: list[Verdict]
    reasons: list[tuple[Reason, int]]
    total: int


def notes(asked: Heard, user: User, *, order: str, reason: Reason | None = None) -> Notes:
    """What sales wrote about leads that the person may see. Most telling: of A and B leads that sales turned down,
    what the buyer said before what the rep concluded, the longest first."""
    leads = Lead.objects.visible_to(user).filter(erased_at=None)
    noted = Verdict.objects.filter(handoff__in=asked.handoffs(), handoff__lead__in=leads).exclude(note="")
    counts = dict(noted.order_by().values_list("reason").annotate(n=Count("pk")))
    known = Reason.objects.in_bulk([pk for pk in counts if pk])
    reasons = sorted(((known[pk], n) for pk, n in counts.items() if pk), key=lambda one: (-one[1], one[0].label))
    rows = noted.filter(reason=reason) if reason else noted
    rows = _telling(rows) if order == TELLING else rows.order_by("-at", "-pk")
    thanks = Comment.objects.filter(handoff=OuterRef("handoff"), kind=Comment.Kind.THANKS, by=user)
    rows = rows.select_related("reason", "by", "handoff").annotate(thanked=Exists(thanks))
    return Notes(list(rows[:NOTES]), reasons, sum(counts.values()))


def _telling(rows: QuerySet[Verdict]) -> QuerySet[Verdict]:
    whens = [
        When(evidence=evidence, then=Value(place))
        for place, evidence in enumerate((Verdict.Evidence.BUYER_SAID, Verdict.Evidence.REP_CONCLUDED))
    ]
    rows = rows.filter(handoff__grade__in=("A", "B")).exclude(verdict=Verdict.Value.ACCEPTED)
    rows = rows.annotate(weight=Case(*whens, default=Value(len(whens)), output_field=IntegerField()))
    return rows.annotate(length=Length("note")).order_by("weight", F("length").desc(), "-pk")
