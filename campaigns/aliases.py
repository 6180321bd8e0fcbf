"""Other spellings and UTM codes by which files name a campaign; each means one campaign, whatever its case."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.checks import checked_text, refusal
from campaigns.matching import key_of, known
from campaigns.models import Alias, Campaign

MOST_ALIASES = 50
LONGEST_ALIAS = 200


def checked_aliases(campaign: Campaign, names: Sequence[str]) -> list[str]:
    """The names without blanks around them and each once. Raises DomainError `too_many_aliases`, `text_too_long`,
    `alias_taken` where files mean another campaign by one."""
    wanted = {key_of(name): checked_text(name, "aliases", most=LONGEST_ALIAS) for name in names if name.strip()}
    if len(wanted) > MOST_ALIASES:
        raise refusal("too_many_aliases", "aliases", _("Write at most %(most)d aliases.") % {"most": MOST_ALIASES})
    means = known(wanted.values())
    for name in wanted.values():
        meant = means.get(name.lower())
        if meant is not None and meant != campaign.pk:
            raise _taken(name, meant)
    return sorted(wanted.values())


def aliases_of(campaign: Campaign) -> list[str]:
    return sorted(campaign.aliases.values_list("name", flat=True)) if campaign.pk else []


def keep_aliases(campaign: Campaign, names: Sequence[str]) -> None:
    """Make checked `names` the aliases of a campaign. Raises DomainError `alias_taken` where somebody was quicker."""
    campaign.aliases.exclude(name__in=names).delete()
    for name in set(names) - set(aliases_of(campaign)):
        try:
            with transaction.atomic():
                Alias.objects.create(campaign=campaign, name=name, key=key_of(name))
        except IntegrityError as error:
            raise _taken(name, Alias.objects.get(key=key_of(name)).campaign_id) from error


def _taken(name: str, campaign_id: int) -> Exception:
    words = _("Files mean “%(campaign)s” by “%(alias)s”. One spelling means one campaign.")
    campaign = Campaign.objects.get(pk=campaign_id)
    return refusal("alias_taken", "aliases", words % {"campaign": campaign, "alias": name})
