"""The colours read in both themes: shapes at least 3:1 to their ground, letters and texts at least 4.5:1."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "src/pomona/web/static/pomona/tokens.css"
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS.read_text(), re.IGNORECASE
    )
}
THEMES = ("light", "dark")


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _colour(name: str, theme: str) -> str:
    return PAIRS[name][THEMES.index(theme)]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["ground", "raised"])
@pytest.mark.parametrize("shape", ["grade-A", "grade-B", "grade-C", "grade-D", "edge", "accent", "signal"])
def test_a_shape_stands_out_from_its_ground(theme: str, ground: str, shape: str) -> None:
    assert contrast(_colour(shape, theme), _colour(ground, theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((f"letter-{grade}", f"grade-{grade}") for grade in "ABCD"),
        *((text, ground) for text in ("ink", "quiet", "accent") for ground in ("ground", "raised")),
        ("ink", "sunken"),
        ("ink", "accent-soft"),
        ("accent-ink", "accent"),
        ("signal-ink", "signal"),
    ],
)
def test_a_text_can_be_read(theme: str, text: str, ground: str) -> None:
    assert contrast(_colour(text, theme), _colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_riper_a_grade_the_more_it_stands_out(theme: str) -> None:
    ground = _colour("ground", theme)
    rising = [contrast(_colour(f"grade-{grade}", theme), ground) for grade in "DCBA"]
    assert rising == sorted(rising)
