"""Keys to the API: everybody's own, and for admins those of all."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import TokenForm
from accounts.models import Token
from accounts.requests import Request
from accounts.tokens import make_token, revoke_token
from common.errors import DomainError
from common.paging import page_by


def tokens(request: Request) -> HttpResponse:
    """The keys of this person, or with `all` those of everybody; a POST makes one, and shows its secret this once."""
    if request.method != "POST":
        return _shown(request, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, status=422)
    try:
        _token, secret = make_token(user=request.user, **form.cleaned_data, by=request.user, at=timezone.now())
    except DomainError as error:
        form.refuse(error)
        return _shown(request, form, status=422)
    return _shown(request, TokenForm(), secret=secret)


@require_POST
def token_revocations(request: Request, token_id: int) -> HttpResponse:
    """The key opens nothing any more."""
    seen = Token.objects.visible_to(request.user).select_related("user")
    token = get_object_or_404(seen, pk=token_id)
    revoke_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token})
    return redirect("settings:tokens")


def _shown(request: Request, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    now, everybody = timezone.now(), "all" in request.GET
    if everybody and not request.user.is_staff:
        raise PermissionDenied
    seen = Token.objects.visible_to(request.user).select_related("user")
    page = page_by(seen if everybody else seen.filter(user=request.user), "pk", request.GET.get("after", ""), read=int)
    context = {
        "rows": [(token, token.usable(now)) for token in page.rows],
        "page": page,
        "everybody": everybody,
        "form": form,
        "secret": secret,
    }
    return render(request, "settings/tokens.html", context, status=status)
