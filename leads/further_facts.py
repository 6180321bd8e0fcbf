"""What further facts of a lead may look like."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

MOST = 100
LONGEST_NAME = 120
LONGEST = 10_000


def fault(facts: Mapping[str, str]) -> str:
    """Why `facts` can't be kept, or ""."""
    if len(facts) > MOST or any(not 0 < len(name) <= LONGEST_NAME for name in facts):
        return _("Write at most %(most)d facts, each with a name of at most %(longest)d characters.") % {
            "most": MOST,
            "longest": LONGEST_NAME,
        }
    if any(len(text) > LONGEST for text in facts.values()):
        return _("Write at most 10,000 characters.")
    return ""
