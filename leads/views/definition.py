"""The lead definition."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import Request
from leads import wording
from leads.models import LeadDefinition


def definition(request: Request) -> HttpResponse:
    """The lead definition in force, in words."""
    version = LeadDefinition.in_force()
    context = {"definition": version, "rules": wording.rules(version), "scale": wording.scale(version)}
    return render(request, "leads/definition.html", context)
