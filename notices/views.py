from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.paging import page_by_moment
from notices.models import Notification
from notices.telling import mark_read


def notice_list(request: HttpRequest) -> HttpResponse:
    """What the app told this person, newest first."""
    notices = Notification.objects.filter(person=request.user)
    page = page_by_moment(notices, "at", request.GET.get("after", ""))
    return render(request, "notices/list.html", {"page": page})


@require_POST
def readings(request: HttpRequest) -> HttpResponse:
    """Mark all notices, or the one named by `notice`, as read."""
    one = request.POST.get("notice", "")
    mark_read(request.user, at=timezone.now(), notice_id=int(one) if one.isdecimal() else None)
    return redirect("notices:list")
