"""The ripening fruit: a disc that fills from below as the score nears the pass mark."""

from math import sqrt

RADIUS = 9.0
CENTRE = 10.0
NEARLY = 0.88
"""The fullest a disc below the pass mark is drawn, so that it never looks ripe."""


def level(score: int, pass_mark: int | None) -> float:
    """How full the disc is, 0 to 1, for a score and a pass mark in thousandths of a point."""
    if not pass_mark or pass_mark <= 0:
        return 0.0
    return min(1.0, max(0.0, score / pass_mark))


def filled_path(fill: float) -> str:
    """The SVG path of the filled lower part of the disc (empty below one hundredth)."""
    fill = min(1.0, max(0.0, fill))
    if fill < 0.01:
        return ""
    if fill > 0.99:
        left, right = CENTRE - RADIUS, CENTRE + RADIUS
        return f"M{left} {CENTRE}a{RADIUS} {RADIUS} 0 1 0 {right - left} 0a{RADIUS} {RADIUS} 0 1 0 {left - right} 0z"
    fill *= NEARLY
    surface = CENTRE + RADIUS - 2 * RADIUS * fill
    half = sqrt(RADIUS**2 - (surface - CENTRE) ** 2)
    large = int(fill > 0.5)
    return f"M{CENTRE - half:.2f} {surface:.2f}A{RADIUS} {RADIUS} 0 {large} 0 {CENTRE + half:.2f} {surface:.2f}z"
