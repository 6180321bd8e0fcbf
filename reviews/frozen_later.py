"""What came after a quarter was frozen, beside what was frozen: of the whole, campaigns, teams and credit."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from reviews.attribution import MODELS
from reviews.frozen_values import value_of
from reviews.models import Restatement
from reviews.values import Figure, Unit

Plain = dict[str, Any]
# What follows in the name of a restated figure: a team by its id, or a model of credit.
TEAM, CREDIT = ":team-", "credit:"


def beside_numbers(restated: Iterable[Restatement]) -> dict[str, dict[str, Plain]]:
    """Later numbers that stand beside the frozen ones, by campaign and figure."""
    found: dict[str, dict[str, Plain]] = {}
    for one in restated:
        if ":" not in one.figure:
            found.setdefault(one.campaign, {})[one.figure] = one.now
    return found


def listed(restated: Iterable[Restatement], words: Mapping[str, Figure], teams: Iterable[Plain]) -> list[Plain]:
    """The lines of the list of what came later."""
    names = {str(said["team"]): said["name"] for said in teams}
    return [_line(one, words, names) for one in restated]


def _line(one: Restatement, words: Mapping[str, Figure], teams: Mapping[str, str]) -> Plain:
    key, _colon, team = one.figure.partition(TEAM)
    narrow = {"campaign": one.campaign, "team": team}
    if one.figure.startswith(CREDIT):
        label = _("Credit by %(model)s") % {"model": MODELS[one.figure.removeprefix(CREDIT)].label}
        # Its deals are opened from the page of credit.
        figure = Figure(one.figure, label, "", "", unit=Unit.MONEY)
    else:
        figure = words[key]
    return {
        "label": figure.label, "of": one.campaign or teams.get(team, ""),
        "query": urlencode({name: of for name, of in narrow.items() if of}),
        "frozen": value_of(figure, one.frozen), "now": replace(value_of(figure, one.now), frozen=False),
        "since": one.since,
    }  # fmt: skip
