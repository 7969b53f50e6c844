"""Renders the brand images of the integration; needs the packages resvg-py and fonttools.

usage: python docs/brand/render.py FONT.ttf

The drawing is our own: a SIM card with a radio mast on its chip. The font serves the words of the
logo, which become outlines.
"""

from pathlib import Path
import sys

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
import resvg_py

REPOSITORY = Path(__file__).parents[2]
TARGET = REPOSITORY / "custom_components" / "cellular_gateway" / "brand"

# For a light and for a dark background: card, waves, chip, its lines, words.
THEMES = {
    "": ("#0f7c8a", "#ffffff", "#f6c344", "#0f7c8a", "#17323a"),
    "dark_": ("#2fb3c1", "#0d2b31", "#ffd56a", "#2fb3c1", "#eef6f7"),
}

CARD = "M68 8H156L220 72V212A36 36 0 0 1 184 248H72A36 36 0 0 1 36 212V40A32 32 0 0 1 68 8Z"
CHIP = '<rect x="80" y="144" width="96" height="76" rx="16" fill="{chip}"/>'
CHIP_LINES = "M80 170H108M80 194H108M176 170H148M176 194H148M108 144V220M148 144V220"
# Parts of circles around the head of the mast, which stands on the chip.
WAVES = (
    "M151.8 62.6A32 32 0 0 1 151.8 105.4M104.2 62.6A32 32 0 0 0 104.2 105.4"
    "M171.1 45.2A58 58 0 0 1 171.1 122.8M84.9 45.2A58 58 0 0 0 84.9 122.8"
)
MAST = "M128 84V144"


def drawing(theme: str) -> str:
    """Return the card as SVG elements within 256 by 256."""
    card, waves, chip, lines, _ = THEMES[theme]
    return (
        f'<path d="{CARD}" fill="{card}"/>'
        f'<path d="{WAVES}{MAST}" fill="none" stroke="{waves}" stroke-width="12"'
        ' stroke-linecap="round"/>'
        f'<circle cx="128" cy="84" r="13" fill="{waves}"/>'
        + CHIP.format(chip=chip)
        + f'<path d="{CHIP_LINES}" fill="none" stroke="{lines}" stroke-width="6"/>'
    )


def outlines(font: TTFont, text: str, height: float, x: float, y: float) -> tuple[str, float]:
    """Return a text as an SVG path that starts at x on the base line y, and where it ends."""
    glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), height / font["head"].unitsPerEm
    path = []
    for character in text:
        glyph = glyphs[names[ord(character)]]
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.1f}")
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, x, y)))
        path.append(pen.getCommands())
        x += glyph.width * scale
    return "".join(path), x


def icon(theme: str) -> str:
    """Return the icon as SVG."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256">{drawing(theme)}</svg>\n'


def logo(theme: str, font: TTFont) -> str:
    """Return the logo as SVG: the card, and the name in two lines beside it."""
    words = THEMES[theme][-1]
    first, end = outlines(font, "Cellular", 104, 232, 110)
    second, second_end = outlines(font, "Gateway", 104, 232, 222)
    width = max(end, second_end) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} 256">'
        f'<g transform="translate(-28 0)">{drawing(theme)}</g>'
        f'<path d="{first}{second}" fill="{words}"/></svg>\n'
    )


def main() -> None:
    """Write the SVG sources beside this file and the PNGs into the integration."""
    font = TTFont(sys.argv[1])
    TARGET.mkdir(exist_ok=True)
    for theme in THEMES:
        for name, svg in (("icon", icon(theme)), ("logo", logo(theme, font))):
            source = Path(__file__).with_name(f"{theme}{name}.svg")
            source.write_text(svg, encoding="utf-8")
            for suffix, height in (("", 256), ("@2x", 512)):
                png = resvg_py.svg_to_bytes(svg_string=svg, height=height)
                (TARGET / f"{theme}{name}{suffix}.png").write_bytes(bytes(png))


if __name__ == "__main__":
    main()
