"""The forms of campaigns. What a text may be is decided by the verbs."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as __

from accounts.forms import VersionedForm
from accounts.models import User
from campaigns.aliases import aliases_of
from campaigns.ending import LONGEST_WHY
from campaigns.keeping import CampaignFacts
from campaigns.matching import CODE_LENGTH, code_for, free_code
from campaigns.models import Campaign
from campaigns.partnering import LONGEST_WORD
from common.countries import country_name
from common.errors import DomainError
from common.forms import RefusableForm

OFFERED = 200
EXPECTED = ("expected_a", "expected_b", "expected_c", "expected_d")
MORE = (
    "parent", "sales_partner", "countries", "for_targets", "audience", "offer", "priority", *EXPECTED, "links",
    "aliases",
)  # fmt: skip


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": __("Write a day such as 2027-03-01.")},
        **options,
    )


def money_field(**options: Any) -> forms.DecimalField:
    said = __("Write an amount such as 12500 or 12500.00.")
    names = ("invalid", "max_decimal_places", "max_digits", "max_whole_digits")
    return forms.DecimalField(
        max_digits=14, decimal_places=2, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=dict.fromkeys(names, said), **options,
    )  # fmt: skip


class LinesField(forms.CharField):
    """A list of texts, one in a line."""

    widget: Any = forms.Textarea(attrs={"rows": 2})
    between = "\n"

    def prepare_value(self, value: Any) -> str:
        return self.between.join(value if isinstance(value, list) else self.to_python(value))

    def to_python(self, value: Any) -> Any:
        return [text.strip() for text in self.parts(super().to_python(value) or "") if text.strip()]

    def parts(self, text: str) -> list[str]:
        return text.splitlines()

    def validate(self, value: Any) -> None: ...

    def run_validators(self, value: Any) -> None: ...


class CountriesField(LinesField):
    """Names of countries between commas."""

    widget = forms.TextInput
    between = ", "

    def parts(self, text: str) -> list[str]:
        return text.replace(";", ",").split(",")


class CampaignForm(VersionedForm):
    name = forms.CharField(label=__("Name"), max_length=200)
    channel = forms.ChoiceField(label=__("Channel"), choices=Campaign.Channel.choices)
    starts_on = day_field(label=__("First day"), required=False)
    ends_on = day_field(label=__("Last day"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=__("Owner"), empty_label=__("Choose"))
    budget = money_field(label=__("Budget"), help_text=__("Empty means none was set."))
    parent = forms.ModelChoiceField(
        Campaign.objects.all(),
        label=__("Programme above it"),
        required=False,
        to_field_name="code",
        widget=forms.TextInput(attrs={"list": "programmes"}),
        help_text=__("By its code."),
        error_messages={"invalid_choice": __("There is no campaign with this code.")},
    )
    sales_partner = forms.ModelChoiceField(
        User.objects.none(), label=__("Sales partner"), required=False, empty_label=__("nobody")
    )
    countries = CountriesField(
        label=__("Region"), required=False, help_text=__("Countries, such as Germany, Austria. Empty means everywhere.")
    )
    for_targets = forms.BooleanField(label=__("It is for target accounts alone"), required=False)
    audience = forms.CharField(label=__("Audience"), max_length=300, required=False)
    offer = forms.CharField(label=__("Offer"), max_length=300, required=False)
    priority = forms.ChoiceField(label=__("Priority for follow-up"), choices=Campaign.Priority.choices)
    expected_a, expected_b, expected_c, expected_d = (
        forms.IntegerField(label=grade, required=False, min_value=0, max_value=10_000_000) for grade in "ABCD"
    )
    aliases = LinesField(
        label=__("Aliases"), required=False, help_text=__("UTM codes and spellings that files use, one in a line.")
    )
    links = LinesField(label=__("Links"), required=False, help_text=__("One address in a line."))

    def __init__(self, *args: Any, campaign: Campaign | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        here, sales = Q(is_active=True, email__isnull=False), Q(side=User.Side.SALES)
        was = {name: Q(pk=getattr(campaign, f"{name}_id", None)) for name in ("owner", "sales_partner")}
        people = User.objects.order_by("name", "pk")
        marketing = people.filter(here & (~sales | Q(is_staff=True)) | was["owner"])
        self.fields["owner"].queryset = marketing  # type: ignore[attr-defined]
        self.fields["sales_partner"].queryset = people.filter(here & sales | was["sales_partner"])  # type: ignore[attr-defined]

    @property
    def expected(self) -> list[Any]:
        """The fields of the leads that are expected, by grade."""
        return [self[name] for name in EXPECTED]

    @property
    def says_more(self) -> bool:
        """Whether what stands under “more” says something, or something is wrong there."""
        names = [name for name in (*MORE, "code") if name in self.fields]
        usual = {"priority": Campaign.Priority.NORMAL}
        return any(self.errors.get(name) or (self[name].value() or "") != usual.get(name, "") for name in names)

    @staticmethod
    def programmes() -> list[tuple[str, str]]:
        """Code and name of campaigns that may stand above another one, programmes first."""
        above = Campaign.objects.filter(parent=None).order_by("children", "-pk").distinct()
        return list(above.values_list("code", "name")[:OFFERED])

    @staticmethod
    def of(campaign: Campaign) -> dict[str, Any]:
        said: Any = {name: getattr(campaign, name) for name in CampaignForm.base_fields if name != "aliases"}
        return shown(said | {"aliases": aliases_of(campaign)})


class NewCampaignForm(CampaignForm):
    code = forms.CharField(
        label=__("Code"), max_length=CODE_LENGTH, required=False,
        help_text=__("Files and addresses name the campaign by it. Empty means made of the name."),
    )  # fmt: skip

    def refuse(self, error: DomainError) -> None:
        """A code that is taken gives way to one that is free: saving again takes that."""
        if error.code == "code_taken":
            wanted = self.cleaned_data["code"].strip().lower() or code_for(self.cleaned_data["name"])
            sent = QueryDict(mutable=True)
            sent.update(self.data)
            sent["code"] = free_code(wanted)
            self.data = sent
        super().refuse(error)


def shown(facts: CampaignFacts) -> dict[str, Any]:
    """Facts as the form begins with them: people by number, the programme by code, links and aliases in lines."""
    owner, partner, parent = facts.get("owner"), facts.get("sales_partner"), facts.get("parent")
    return {
        **facts,
        "countries": ", ".join(map(country_name, facts.get("countries", []))),
        "links": "\n".join(facts.get("links", [])),
        "aliases": "\n".join(facts.get("aliases", [])),
        "owner": owner and owner.pk,
        "sales_partner": partner and partner.pk,
        "parent": parent and parent.code,
    }


class StatusForm(RefusableForm):
    """Why a campaign ends, is abandoned or is taken up again."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    act = forms.ChoiceField(choices=[(act, act) for act in ("end", "abandon", "reopen")])
    why = forms.CharField(label=__("Why"), max_length=LONGEST_WHY)


class PartnerForm(RefusableForm):
    """What the sales partner answers."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    answer = forms.ChoiceField(choices=[(one, one) for one in ("agree", "decline")])
    word = forms.CharField(
        label=__("A word"), max_length=LONGEST_WORD, required=False, help_text=__("Needed where you decline.")
    )


class ActivityForm(RefusableForm):
    """What was done, in one line with a day."""

    what = forms.CharField(label=__("What was done"), max_length=300)
    on = day_field(label=__("Date"))
