"""Why a message did not get through, and what follows from it."""

from datetime import timedelta


class RefusedError(Exception):
    """The receiver will not take this one, today or tomorrow."""


class GoneError(RefusedError):
    """The receiver takes nothing any more, and says so."""


class NotNowError(Exception):
    """The receiver may take this one later, not before `after`."""

    def __init__(self, said: str, after: timedelta = timedelta()) -> None:
        super().__init__(said)
        self.after = after


class WayClosedError(NotNowError):
    """Nothing gets through this way now."""
