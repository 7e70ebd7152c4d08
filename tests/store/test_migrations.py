"""The migrations make exactly the tables that the models describe."""

from django.core.management import call_command


def test_no_table_differs_from_its_model(database_url: str) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
