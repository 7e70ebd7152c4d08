"""What goes out: mail and notifications, from the outbox, once per key."""
