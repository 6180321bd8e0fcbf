from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import Request
from common.paging import page_by_moment
from notices.models import Notification
from notices.telling import mark_read


def notice_list(request: Request) -> HttpResponse:
    """What the app told this person, newest first."""
    notices = Notification.objects.filter(person=request.user)
    page = page_by_moment(notices, "at", request.GET.get("after", ""))
    return render(request, "notices/list.html", {"page": page})


@require_POST
def readings(request: Request) -> HttpResponse:
    """Mark all notices as read; or open the one named by `notice`, which marks it."""
    one = request.POST.get("notice", "")
    if not one:
        mark_read(request.user, at=timezone.now())
        return redirect("notices:list")
    notice = get_object_or_404(Notification, person=request.user, pk=int(one) if one.isdecimal() else 0)
    mark_read(request.user, at=timezone.now(), notice_id=notice.pk)
    return redirect(notice.path)
