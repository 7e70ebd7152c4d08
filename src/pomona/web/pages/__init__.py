"""One module a page: its views and its `urls`."""
