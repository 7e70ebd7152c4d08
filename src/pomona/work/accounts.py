"""The loop of accounts: what a lead does may decide something about its colleagues."""

import threading

from pomona.actions.accounts import follow_accounts
from pomona.work.loops import run


def run_accounts(url: str, stop: threading.Event) -> None:
    """Look again at leads whose account changed, within two seconds, until `stop`."""
    run(url, stop, name="accounts", turn=follow_accounts)
