"""The charts of a quarter in a snapshot: their numbers are kept, and drawn again as those of a live quarter."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.quarters import Quarter, quarter_named
from reviews.charts import ENDS, GRADES, TRENDS, Trend, bars, drawn, on_one_scale
from reviews.course import Curve, Week
from reviews.values import Figure, Value

Plain = dict[str, Any]
Parts = Mapping[str, list[Any]]
CHARTS = ("funnel", "trends", "cohorts", "flow")
NO_GRADE = "none"
WEEK = ("number", "share", "low", "high", "won", "at_risk")


def kept_charts(found: Plain) -> dict[str, list[Plain]]:
    """The numbers of `charts.charts`, as parts of the snapshot."""
    lines, cohorts, flow = found["trends"], found["cohorts"], found["flow"]
    return {
        "funnel": [
            {"stage": bar.key, "leads": {grade or NO_GRADE: n for grade, n, *_place in bar.parts}}
            for bar in found["funnel"]
        ],
        "trends": [
            {"quarter": quarter.key, "figures": {line.figure.key: dict(line.told)[quarter].as_json() for line in lines}}
            for quarter in found["quarters"]
        ],
        "cohorts": [
            {"quarter": one.quarter.key, "leads": one.curve.leads,
             "weeks": [[getattr(week, name) for name in WEEK] for week in one.curve.weeks]}
            for one in (cohorts.cohorts if cohorts else [])
        ],
        "flow": [
            {"source": node.label, "leads": dict(zip(ENDS, counts, strict=True))}
            for node, counts in (flow.rows if flow else [])
        ],
    }  # fmt: skip


def frozen_charts(parts: Parts, quarter: Quarter, words: dict[str, Figure], value: Callable[..., Value]) -> Plain:
    """The context of the charts again. `value` makes a figure by its key of what was kept of it."""
    quarters = [_quarter(said["quarter"], quarter) for said in parts["trends"]]
    # Of earlier quarters the leads are not in this snapshot.
    told = {
        key: [(one, value(key, said["figures"][key])) for one, said in zip(quarters, parts["trends"], strict=True)]
        for key in TRENDS
        if key in parts["trends"][0]["figures"]
    }
    flow = [(said["source"], said["leads"]) for said in parts["flow"]]
    return {
        "quarter": quarter,
        "grades": GRADES,
        "funnel": bars([
            (said["stage"], str(words[said["stage"]].label), [said["leads"][grade or NO_GRADE] for grade in GRADES])
            for said in parts["funnel"]
        ]),
        "quarters": quarters,
        "trends": [Trend(words[key], points) for key, points in told.items()],
        "cohorts": on_one_scale([
            (_quarter(said["quarter"], quarter), Curve(said["leads"], [Week(*week) for week in said["weeks"]]))
            for said in parts["cohorts"]
        ]),
        "flow": drawn(flow) if flow else None,
    }  # fmt: skip


def _quarter(key: str, of: Quarter) -> Quarter:
    """By the calendar that the frozen quarter had."""
    named = quarter_named(key)
    return Quarter(named.year, named.number, of.starts, of.zone)
