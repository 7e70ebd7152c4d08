"""The hot door: foreign payloads become events, durable before they are acknowledged."""
