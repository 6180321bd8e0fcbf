"""Settings in words, and the company."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts import company as companies
from accounts.access import may_set
from accounts.forms import CompanyForm
from accounts.models import Company
from accounts.requests import Request
from accounts.sections import sections
from accounts.settling import change_company
from accounts.views.editing import Edited, edit


def index(request: Request) -> HttpResponse:
    """Every section with one sentence of what holds now."""
    told = [(section, section.words(request.user)) for section in sections()]
    return render(request, "settings/index.html", {"sections": told})


def company(request: Request) -> HttpResponse:
    """Name, time zone, currency, country and fiscal year."""
    return edit(
        request,
        Edited(
            template="settings/company.html",
            context={},
            form=CompanyForm,
            now=lambda: CompanyForm.of(Company.objects.first() or companies.current()),
            save=lambda form: change_company(form.facts, version=form.cleaned_data["version"], by=request.user),
            may=may_set(request.user),
            goal="settings:company",
        ),
    )
