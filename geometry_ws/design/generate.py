"""Writes the pages' part of the look: `python -m geometry_ws.design.generate`."""

import json
import re
import sys
from pathlib import Path

from geometry_ws.design.icons import STATES, source
from geometry_ws.design.tokens import THEMES, TOKENS, css

_HEAD = "Made by `make generate` from geometry_ws/design. Don't edit."

_OF_VIEWERS = ("canvas", "raised", "text", "line", "accent")


def products(root: Path) -> dict[Path, str]:
    """Every made file of a checkout with what it should hold."""
    web = root / "geometry_ws" / "web"
    return {
        web / "styles" / "shared" / "tokens.css": _style(),
        web / "src" / "shared" / "icons.js": _script(),
        web / "src" / "viewer" / "colours.js": _viewer_colours(),
    }


def _style() -> str:
    """Tokens as CSS custom properties: sizes once, colours for light and for dark.

    Paper is light, whatever the screen is.
    """
    sizes = [
        *(
            f"--{name}: {size}px/{line}px var({_face(name)});"
            for name, (size, line) in TOKENS.type.items()
        ),
        *(f"--{name}: {weight};" for name, weight in TOKENS.weight.items()),
        *(
            f"--{name}: {pixels}px;"
            for table in (TOKENS.space, TOKENS.radius, TOKENS.measure)
            for name, pixels in table.items()
        ),
        *(f"--{name}: {time}ms;" for name, time in TOKENS.motion.items()),
        *(
            f"--{name}: 0 {down}px {blur}px var(--{colour});"
            for name, (down, blur, colour) in TOKENS.shadow.items()
        ),
    ]
    still = [f"--{name}: 0ms;" for name in TOKENS.motion if name != "d-glow"]
    blocks = [f"/* {_HEAD} */", _block(":root", sizes)]
    for theme in THEMES:
        chosen = ':root,\n[data-theme="light"]' if theme == "light" else '[data-theme="dark"]'
        colours = [f"--{name}: {css(colour)};" for name, colour in TOKENS.colours[theme].items()]
        block = _block(chosen, [f"color-scheme: {theme};", *colours])
        blocks.append(block if theme == "light" else _within("screen", block))
    blocks.append(_within("(prefers-reduced-motion: reduce)", _block(":root", still)))
    return "\n\n".join(blocks) + "\n"


def _face(name: str) -> str:
    return "--mono" if name == "t-mono" else "--font"


def _block(selector: str, lines: list[str]) -> str:
    return f"{selector} {{\n" + "".join(f"  {line}\n" for line in lines) + "}"


def _within(media: str, block: str) -> str:
    inner = block.replace("\n", "\n  ")
    return f"@media {media} {{\n  {inner}\n}}"


def _script() -> str:
    """Signs as strings of SVG, each a constant of its own, so that a build takes what is used."""
    folder = Path(__file__).parent / "icons"
    names = sorted(path.stem for path in folder.glob("*.svg"))
    lines = [f"// {_HEAD}", ""]
    lines += [f"export const {_constant(name)} =\n  {_text('icons', name)};" for name in names]
    states = "".join(
        f"  {json.dumps(name) if '-' in name else name}:\n    {_text('states', name)},\n"
        for name in STATES
    )
    lines.append("\n/** Signs of states; `PIE` stands where the path of a pie belongs. */")
    lines.append(f"export const STATES = Object.freeze({{\n{states}}});")
    return "\n".join(lines) + "\n"


def _viewer_colours() -> str:
    """What the viewer, which stands in pages of others, takes of the colours, as CSS."""
    themes = "".join(
        f"  {theme}: {{\n"
        + "".join(
            f"    {json.dumps(name) if '-' in name else name}: {json.dumps(css(colour))},\n"
            for name, colour in TOKENS.colours[theme].items()
            if name in _OF_VIEWERS
        )
        + "  },\n"
        for theme in THEMES
    )
    return f"// {_HEAD}\nexport const COLOURS = Object.freeze({{\n{themes}}});\n"


def _constant(name: str) -> str:
    return name.upper().replace("-", "_")


def _text(folder: str, name: str) -> str:
    svg = re.sub(r"\s*\n\s*", "", source(folder, name)).replace(" />", "/>")
    return "'" + svg + "'"


def main() -> int:
    """Write."""
    for path, text in products(Path(__file__).parent.parent.parent).items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
