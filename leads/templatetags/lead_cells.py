"""The cells of a list of leads. A page shows hundreds of them, and a template takes ten times as long for each."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.ui import ABSENT, moment, number, side_mark
from leads.columns import Column, Row
from leads.models import Lead

register = template.Library()


@register.simple_tag
def cells(row: Row) -> SafeString:
    """Return a <td> for each chosen column of a lead."""
    return format_html_join("", "{}", ((_cell(column, value, row.lead),) for column, value in row.cells))


def _cell(column: Column, value: Any, lead: Lead) -> SafeString:
    match column.key:
        case "stage":
            captured = moment(lead.captured_at)
            shape = '<td class="stage">{}{}<small class="narrow-only">{}</small></td>'
            return format_html(shape, value, _beside_stage(lead), captured)
        case "campaign":
            return format_html('<td class="wide-only">{}<small>{}</small></td>', value or ABSENT, lead.source)
        case "owner":
            owner = side_mark(lead.owner.side, lead.owner) if lead.owner else ABSENT
            return format_html('<td class="wide-only">{}</td>', owner)
    if isinstance(value, date):  # a moment is one, too
        value = moment(value)
    elif column.number:
        value = number(value)
    lies = "num wide-only" if column.lies_right else "wide-only"
    return format_html('<td class="{}">{}</td>', lies, value or ABSENT)


def _beside_stage(lead: Lead) -> str:
    """When somebody wakes up, or why they are kept out of figures."""
    if lead.wake_up_on and lead.stage == Lead.Stage.NURTURE:
        return format_html("<small>{}</small>", format_html(_("wakes {}"), moment(lead.wake_up_on)))
    return format_html("<small>{}</small>", lead.get_kept_out_display()) if lead.kept_out else ""
