"""What campaigns cost, for those who see the funnel."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pomona.domain.event import SECOND
from pomona.domain.spend import Days, Spent
from pomona.store import spend
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.installation import company_time_zone
from pomona.store.models import User


def spent_by_campaign(user: User, period: Days, *, now: int) -> dict[str, Spent]:
    """What each campaign cost that brought leads or cost something in the period; days are the company's."""
    demand(user, Power.SEE_FUNNEL)
    zone = company_time_zone(connection())
    today = datetime.fromtimestamp(now // SECOND, ZoneInfo(zone)).date()
    return spend.spent(connection(), period, today=today, time_zone=zone)
