"""Where somebody is logged in, and how they log out there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpResponseRedirect

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponse


class _Sessions(ListUserSessionsView):  # type: ignore[misc]  # allauth has no types
    """Every session of this person; one of them, or all others, can be ended."""

    def form_valid(self, form: Form) -> HttpResponse:
        """End the one that was named, or all but this one."""
        number = self.request.POST.get("session", "")
        if not number:
            found: HttpResponse = super().form_valid(form)
            return found
        mine = UserSession.objects.filter(user=self.request.user)
        end_sessions(self.request, mine.filter(pk=int(number)) if number.isascii() and number.isdecimal() else mine.none())
        return HttpResponseRedirect(self.get_success_url())


# looked at by whoever is logged in; ended only by whoever has just shown who they are
sessions = reauthentication_required(_Sessions.as_view(), allow_get=True)
