"""One function per intention: load, one domain call, save, in one transaction."""
