"""Follow-up both ways in a snapshot: the figures of each team and the kinds of waiting, kept and read again."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import Team
from accounts.quarters import Quarter
from leads.waits import Spread
from reviews.both_ways import EXCUSES, Line
from reviews.values import Values

Plain = dict[str, Any]
Parts = Mapping[str, list[Any]]
ANSWERS = ("teams", "waits")


def kept_answers(found: Plain) -> Plain:
    """The parts of the snapshot. What all teams have together is among the figures of the whole."""
    return {
        "teams": [
            {"team": line.team.pk if line.team else None, "name": str(line.team or ""),
             "figures": {key: value.as_json() for key, value in line.values.items()}}
            for line in found["lines"]
        ],
        "waits": {
            kind: {"n": spread.n, "median": _seconds(spread.median), "p90": _seconds(spread.p90)}
            for kind, spread in found["kinds"].items()
        },
    }  # fmt: skip


def frozen_answers(parts: Parts, quarter: Quarter, whole: Values, values: Callable[[Plain], Values]) -> Plain:
    """The context of `both_ways` again; `values` makes the figures of what was kept of them."""
    return {
        "quarter": quarter,
        "values": whole,
        "lines": [Line(team_of(said), values(said["figures"])) for said in parts["teams"]],
        "excuses": [key for key in EXCUSES if key in whole and whole[key].value],
        "kinds": {kind: Spread(**said) for kind, said in parts["waits"][0].items()},
    }


def team_of(said: Plain) -> Team | None:
    """A team as it was called then."""
    return Team(pk=said["team"], name=said["name"]) if said["team"] else None


def _seconds(told: Any) -> float | None:
    return None if told is None else float(told)
