"""The only clock. Edges (command line, doors, loops) read it and pass `now` on; rooms never do."""

import time


def now() -> int:
    """The present moment in microseconds UTC."""
    return time.time_ns() // 1000
