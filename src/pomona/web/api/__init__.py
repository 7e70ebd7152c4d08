"""The public API: what the pages do, for programs. Described by its own OpenAPI document."""
