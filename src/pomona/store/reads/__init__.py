"""Named reads for pages: each takes the user and returns only what that user may see."""
