"""How people want to hear of things: what they chose, or the default of the kind."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from notices import kinds
from notices.kinds import DAILY, WEEKLY, Way
from notices.models import Preference, WebhookEndpoint


class Wishes:
    """The wishes of some people about some kinds, read in three queries."""

    def __init__(self, people: Collection[int], asked: Collection[str]) -> None:
        self._kinds = {key: kinds.get(key) for key in asked}
        reachable = User.objects.filter(pk__in=people, is_active=True)
        found = list(reachable.values_list("pk", "email", "team_id"))
        self._with_address = {pk for pk, email, _team in found if email}
        self._teams = {pk: team for pk, _email, team in found if team}
        chosen = Preference.objects.filter(person__in=people, kind__in=asked)
        self._chosen = {(p.person_id, p.kind): Way(p.way) for p in chosen}
        theirs = Q(person__in=[pk for pk, *_rest in found]) | Q(team__in=set(self._teams.values()))
        self._endpoints = list(WebhookEndpoint.objects.in_use().filter(theirs, off_at=None, kinds__overlap=list(asked)))

    def way(self, person_id: int, kind: str) -> Way:
        """How the person hears of it by mail; never without an address."""
        if person_id not in self._with_address:
            return Way.NEVER
        return self._chosen.get((person_id, kind), self._kinds[kind].way)

    def endpoints(self, person_id: int, kind: str) -> list[WebhookEndpoint]:
        """The webhooks of the person and of the person's team that take the kind."""
        team = self._teams.get(person_id)
        return [
            endpoint for endpoint in self._endpoints
            if kind in endpoint.kinds
            and (endpoint.person_id == person_id or (team is not None and endpoint.team_id == team))
        ]  # fmt: skip


def way_of(person: User, kind: str) -> Way:
    """How one person hears of one kind, or of a digest, by mail."""
    chosen = Preference.objects.filter(person=person, kind=kind).values_list("way", flat=True).first()
    if chosen:
        return Way(chosen)
    return Way.AT_ONCE if kind in (DAILY, WEEKLY) else kinds.get(kind).way


def ways_of(person: User) -> dict[str, Way]:
    """How the person hears of each kind and of the weekly digest."""
    chosen = dict(Preference.objects.filter(person=person).values_list("kind", "way"))
    defaults = {kind.key: kind.way for kind in kinds.of(person)} | {WEEKLY: Way.AT_ONCE}
    return {key: Way(chosen.get(key, way)) for key, way in defaults.items()}


@transaction.atomic
def choose(person: User, ways: Mapping[str, Way]) -> None:
    """Keep what the person chose, for the kinds that are named."""
    Preference.objects.bulk_create(
        [Preference(person=person, kind=kind, way=way) for kind, way in ways.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["way"],
    )


@transaction.atomic
def choose_webhook_kinds(person: User, wanted: Collection[str]) -> None:
    """Which kinds the person's own webhook takes, of those that the person may hear of."""
    offered = {kind.key for kind in kinds.of(person)}
    person.webhooks.in_use().update(kinds=sorted(offered & set(wanted)))


def unsubscribe(person: User, kind: str) -> None:
    """No more mails of this kind. Leaving the daily digest leaves every kind that was told in it;
    notices that waited for it are in the app all the same."""
    left = [key for key, way in ways_of(person).items() if way == Way.DAILY] if kind == DAILY else [kind]
    choose(person, dict.fromkeys(left, Way.NEVER))
    person.notices.filter(kind__in=left, awaits_digest=True).update(awaits_digest=False)
