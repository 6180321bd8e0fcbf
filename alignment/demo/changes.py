"""What marketing changed because of what sales said: adjustments, each opened, and some done, at its moment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from alignment.demo.moments import Moments
from campaigns.models import Campaign
from feedback.adjusting import open_adjustment, step
from feedback.models import Adjustment, Reason

Act = Callable[[datetime], object]
MORNING = 10
WEEKS = 3


@dataclass(frozen=True)
class Change:
    """An adjustment of a campaign for a reason or a whole group, opened so many days ago; done where `said`."""

    campaign: str
    group: str
    title: str
    owner: str
    opened: int
    reason: str = ""
    started: int = 0
    done: int = 0
    said: str = ""


CHANGES = (
    Change(
        "linkedin-maintenance-heads", "wrong_target", "Retarget to plants above 200 staff", "lena", opened=75,
        done=60, said="The audience leaves out plants below 200 staff.",
    ),
    Change(
        "hannover-messe", "wrong_target", "Ask the role at the badge scan", "mara", opened=50,
        reason="not_decision_maker", started=48, done=40,
        said="The scan asks for the role, three answers to choose from.",
    ),
    Change(
        "webinars-monthly", "no_compelling_need", "New opening: what a failure costs you", "jonas", opened=26,
        started=20,
    ),
    Change("whitepaper-oee", "timing", "Wake-up series in February", "jonas", opened=6, reason="contract_runs"),
)  # fmt: skip


def acts(people: Mapping[str, User], reasons: Mapping[str, Reason], moments: Moments) -> Iterator[tuple[datetime, Act]]:
    """Each act with its moment."""
    for change in CHANGES:
        yield moments.at(moments.in_days(-change.opened), MORNING), _opening(change, people, reasons)
        for kind, ago in (("started", change.started), ("done", change.done)):
            if ago:
                yield moments.at(moments.in_days(-ago), MORNING), _stepping(change, kind, people[change.owner])


def _opening(change: Change, people: Mapping[str, User], reasons: Mapping[str, Reason]) -> Act:
    def act(moment: datetime) -> None:
        open_adjustment(
            Campaign.objects.get(code=change.campaign), group=change.group, reason=reasons.get(change.reason),
            title=change.title, owner=people[change.owner], due_on=(moment + timedelta(weeks=WEEKS)).date(),
            by=people["mara"], at=moment,
        )  # fmt: skip

    return act


def _stepping(change: Change, kind: str, by: User) -> Act:
    def act(moment: datetime) -> None:
        one = Adjustment.objects.get(title=change.title)
        step(one, kind, said=change.said, version=one.version, by=by, at=moment)

    return act
