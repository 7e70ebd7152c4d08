"""Pages in Russian and English: reads through the store, changes through the actions."""
