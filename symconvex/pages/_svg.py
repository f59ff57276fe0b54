"""A curve and its chord as an SVG picture, which a browser draws without a library."""

from html import escape
from math import ceil, floor, log10

from symconvex.pages._blocks import Figure, Plotted
from symconvex.pages._mathml import formula
from symconvex.pages._plain import plain

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 330, 70, 46, 36, 14
# Blue and vermilion of Okabe and Ito, which colour-blind readers tell apart; and the chord is dashed.
BLUE, RED, GREY = "#0072b2", "#d55e00", "#555555"
TICKS = 5


def drawing(block: Figure) -> str:
    """Axes with ticks and names, the curves, a legend."""
    across = [x for curve in block.curves for x, _ in curve.points]
    up = [y for curve in block.curves for _, y in curve.points]
    low, high = min(up), max(up)
    margin = 0.08 * (high - low or 1.0)
    scale = _Scale(min(across), max(across), low - margin, high + margin)
    names = plain(formula(block.across)), plain(formula(block.up))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            f'role="img" font-family="sans-serif" font-size="12"><title>{escape(names[1])}</title>'
        ),
        *_axes(scale, names),
        *(_curve(curve, scale) for curve in block.curves),
        *_legend([curve for curve in block.curves if curve.name]),
        "</svg>",
    ]
    return "\n".join(parts)


class _Scale:
    """From numbers to places of the picture."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self.left, self.right, self.low, self.high = left, right, low, high

    def place(self, x: float, y: float) -> tuple[float, float]:
        across = LEFT + (x - self.left) / (self.right - self.left) * (WIDTH - LEFT - RIGHT)
        up = HEIGHT - BOTTOM - (y - self.low) / (self.high - self.low) * (HEIGHT - BOTTOM - TOP)
        return round(across, 2), round(up, 2)


def ticks(low: float, high: float) -> list[float]:
    """Some round numbers between the two."""
    step = 10 ** floor(log10((high - low) / TICKS))
    step = next(step * k for k in (1, 2, 5, 10) if (high - low) / (step * k) <= TICKS + 1)
    return [step * k for k in range(ceil(low / step), floor(high / step) + 1)]


def _axes(scale: _Scale, names: tuple[str, str]) -> list[str]:
    base, top = HEIGHT - BOTTOM, TOP
    parts = [f'<path d="M{LEFT} {top}V{base}H{WIDTH - RIGHT}" fill="none" stroke="currentColor"/>']
    for x in ticks(scale.left, scale.right):
        at, _ = scale.place(x, scale.low)
        parts.append(f'<path d="M{at} {base}v4" stroke="currentColor"/>')
        parts.append(f'<text x="{at}" y="{base + 17}" text-anchor="middle" fill="currentColor">{x:.4g}</text>')
    for y in ticks(scale.low, scale.high):
        _, at = scale.place(scale.left, y)
        parts.append(f'<path d="M{LEFT} {at}h-4" stroke="currentColor"/>')
        parts.append(f'<text x="{LEFT - 7}" y="{at + 4}" text-anchor="end" fill="currentColor">{y:.4g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    half = (TOP + base) / 2
    across, up = map(escape, names)
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle" fill="currentColor">{across}</text>')
    turned = f'x="16" y="{half}" text-anchor="middle" transform="rotate(-90 16 {half})" fill="currentColor"'
    return [*parts, f"<text {turned}>{up}</text>"]


def _colour(curve: Plotted) -> str:
    return GREY if curve.line and not curve.name else RED if curve.dashed else BLUE


def _curve(curve: Plotted, scale: _Scale) -> str:
    places = [scale.place(x, y) for x, y in curve.points]
    colour, parts = _colour(curve), list[str]()
    if curve.line:
        told = " ".join(f"{x},{y}" for x, y in places)
        dashes = f' stroke-dasharray="{"2 3" if not curve.name else "6 4"}"' if curve.dashed else ""
        parts.append(f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
    if curve.marks:
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places]
    return "\n".join(parts)


def _legend(curves: list[Plotted]) -> list[str]:
    parts, at = [], LEFT + 40
    for curve in curves:
        dashes = ' stroke-dasharray="6 4"' if curve.dashed else ""
        parts.append(f'<path d="M{at} 16h26" stroke="{_colour(curve)}" stroke-width="2"{dashes}/>')
        parts.append(f'<text x="{at + 32}" y="20" fill="currentColor">{escape(curve.name)}</text>')
        at += 50 + 7 * len(curve.name)
    return parts
