"""The quarters of the company, by the name under which the room of figures knows them."""

from accounts.quarters import Quarter, months_later, quarter_named, quarter_of

__all__ = ["Quarter", "months_later", "quarter_named", "quarter_of"]
