"""Logging in and out."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from pomona.store.models import User


class LogIn(LoginView):
    """Log in; an installation without users says how to make the first one."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """Whether anybody can log in yet."""
        return super().get_context_data(nobody=not User.objects.exists(), **known)


urls = [
    path("login/", LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="login"), name="logout"),
]
