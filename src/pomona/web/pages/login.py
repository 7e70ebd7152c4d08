"""Logging in and out."""

from functools import cache
from typing import Any, cast

from django.contrib.auth.hashers import check_password
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from pomona.actions.demo_company import PASSWORD
from pomona.store.models import User
from pomona.web.request import PageRequest
from pomona.web.roles import ROLES

TOUR = (User.Role.SELLER, User.Role.HEAD_OF_SALES, User.Role.MARKETING, User.Role.ADMINISTRATOR)


class LogIn(LoginView):
    """Log in; an installation without users says how to make the first one."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """Whether anybody can log in yet; in the demo company, as whom one click is enough."""
        return super().get_context_data(
            nobody=not User.objects.exists(),
            demo_logins=_demo_logins(cast(PageRequest, self.request)),
            demo_password=PASSWORD,
            **known,
        )


def _demo_logins(request: PageRequest) -> list[tuple[User, Any]]:
    """The first user of each role and the role's name, if this is the demo company and its password the known one."""
    if request.installation is None or request.installation.demo_seed is None:
        return []
    first = {user.role: user for user in User.objects.filter(is_active=True).order_by("-id")}
    return [(first[role], ROLES[role]) for role in TOUR if role in first and _is_known(first[role].password)]


@cache
def _is_known(encoded: str) -> bool:
    """Whether this is a hash of the password that everybody knows. Slow on purpose, so each hash is tried once."""
    return check_password(PASSWORD, encoded)


urls = [
    path("login/", LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="login"), name="logout"),
]
