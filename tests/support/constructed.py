"""Random functions whose truth is known from how they are made: rows as `support.scoring` takes them.

sums         sum_k c_k phi_k(a_k.x + b_k), c_k > 0: convex; strictly iff the a_k of strict atoms span the space
bumps        the same minus a multiple of something convex, so large that the curvature is negative at a point
thresholds   families that are convex exactly for t <= t0, at t0 and at t0 (1 +- eps), eps down to 1e-8
quadratics   x' L' D L x with L unimodular: the signs of D are the inertia
kinks        c x^2 + sum_k j_k max(0, x - b_k): convex iff no jump is negative
powers       c x^p and x^p y^q on their domains
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Row = dict[str, Any]
Draw = random.Random
NAMES = ("x", "y", "z", "u", "v")


def rows(count: int) -> list[Row]:
    """So many rows, the kinds in turn; the same number gives the same rows."""
    found = []
    for k in range(count):
        kind = list(KINDS)[k % len(KINDS)]
        row = KINDS[kind](random.Random(f"{kind} {k}"))  # noqa: S311
        found.append({"id": f"{kind} {k}", "family": kind, "sets": {}, "where": [], **row})
    return found


def _row(loss: str, wrt: tuple[str, ...], verdict: str, strict: bool | None, *where: str) -> Row:
    return {"loss": loss, "wrt": list(wrt), "where": list(where), "truth": {"verdict": verdict, "strict": strict}}


# ---- texts -----------------------------------------------------------------------------------------------------------


def number(value: Fraction) -> str:
    """3, 3/4."""
    return str(value)


def joined(parts: list[str]) -> str:
    """a + b - c."""
    return " + ".join(part for part in parts if part).replace("+ -", "- ") or "0"


def scaled(factor: Fraction, text: str) -> str:
    """2*x/3; nothing for 0."""
    if factor == 0:
        return ""
    sign, size = ("-" if factor < 0 else ""), abs(factor)
    over = f"/{size.denominator}" if size.denominator > 1 else ""
    return f"{sign}{'' if size.numerator == 1 else f'{size.numerator}*'}{text}{over}"


@dataclass(frozen=True, slots=True)
class Affine:
    """a.x + b."""

    a: tuple[Fraction, ...]
    b: Fraction

    def text(self, draw: Draw) -> str:
        """With its parts in any order."""
        parts = [scaled(a, name) for a, name in zip(self.a, NAMES, strict=False)] + ([number(self.b)] if self.b else [])
        draw.shuffle(parts)
        return joined(parts)

    def at(self, point: np.ndarray) -> float:
        """Its value."""
        return float(np.dot([float(a) for a in self.a], point) + float(self.b))


def affine(draw: Draw, size: int) -> Affine:
    """One that is not constant."""
    while True:
        a = tuple(Fraction(draw.randint(-3, 3), draw.choice((1, 1, 2))) for _ in range(size))
        if any(a):
            return Affine(a, Fraction(draw.randint(-2, 2)))


def factor(draw: Draw) -> Fraction:
    """A number > 0."""
    return Fraction(draw.randint(1, 5), draw.choice((1, 1, 2, 3)))


# ---- sums and bumps --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Atom:
    """A convex function of one number, in several spellings; its second derivative; strictly convex?"""

    spellings: tuple[str, ...]
    bend: Callable[[float], float]
    strict: bool


ATOMS = (
    Atom(("({z})**2", "({z})*({z})"), lambda z: 2, True),
    Atom(("exp({z})",), np.exp, True),
    Atom(("log(1 + exp({z}))", "log(exp({z}) + 1)", "softplus({z})"), lambda z: 1 / (2 + np.exp(z) + np.exp(-z)), True),
    Atom(("({z})**4",), lambda z: 12 * z * z, True),
    Atom(("cosh({z})", "(exp({z}) + exp(-({z})))/2"), np.cosh, True),
    Atom(("log(cosh({z}))",), lambda z: 1 / np.cosh(z) ** 2, True),
    Atom(("sqrt(1 + ({z})**2)", "sqrt(({z})**2 + 1)"), lambda z: (1 + z * z) ** -1.5, True),
    Atom(("abs({z})", "max({z}, -({z}))"), lambda z: 0, False),
    Atom(("max(0, {z})", "relu({z})", "(({z}) + abs({z}))/2"), lambda z: 0, False),
)
SMOOTH = [atom for atom in ATOMS if atom.strict]
Term = tuple[Fraction, Atom, Affine]


def _terms(draw: Draw, size: int, atoms: list[Atom]) -> list[Term]:
    return [(factor(draw), draw.choice(atoms), affine(draw, size)) for _ in range(draw.randint(1, 4))]


def _text(draw: Draw, terms: list[Term]) -> str:
    return joined([scaled(c, draw.choice(atom.spellings).format(z=form.text(draw))) for c, atom, form in terms])


def _names(size: int) -> tuple[str, ...]:
    return NAMES[:size]


def _used(size: int, terms: list[Term]) -> bool:
    return all(any(form.a[k] for _, _, form in terms) for k in range(size))


def sums(draw: Draw) -> Row:
    """Convex."""
    size = draw.choice((1, 1, 2, 3))
    terms = _terms(draw, size, list(ATOMS))
    while not _used(size, terms):
        terms.append((factor(draw), draw.choice(ATOMS), affine(draw, size)))
    forms = [[float(a) for a in form.a] for _, atom, form in terms if atom.strict]
    strict = bool(forms) and int(np.linalg.matrix_rank(np.array(forms))) == size
    return _row(_text(draw, terms), _names(size), "convex", strict)


BUMPS = (
    Atom(("({z})**2",), lambda z: 2, True),
    Atom(("log(1 + ({z})**2)",), lambda z: 2 * (1 - z * z) / (1 + z * z) ** 2, False),
    Atom(("sqrt(1 + ({z})**2)",), lambda z: (1 + z * z) ** -1.5, True),
    Atom(("exp({z})",), np.exp, True),
    Atom(("log(cosh({z}))",), lambda z: 1 / np.cosh(z) ** 2, True),
)


def bumps(draw: Draw) -> Row:
    """Neither: negative curvature at one point, positive at another, both by a tenth."""
    while True:
        size = draw.choice((1, 1, 2))
        terms = _terms(draw, size, SMOOTH)
        form, bump = affine(draw, size), draw.choice(BUMPS)
        point = np.array([draw.randint(-2, 2) for _ in range(size)], float)
        way = np.array([draw.randint(-2, 2) for _ in range(size)], float)
        minus = _curvature([(Fraction(1), bump, form)], point, way)
        plus = _curvature(terms, point, way)
        if minus <= 0.05 or plus > 50 or not _used(size, [*terms, (Fraction(1), bump, form)]):
            continue
        c = Fraction(max(int(11 * plus / minus), 1) + draw.randint(1, 5), 10)
        whole = [*terms, (-c, bump, form)]
        tries = [np.array([draw.uniform(-9, 9) for _ in range(size)]) for _ in range(60)]
        if _curvature(whole, point, way) < -0.01 and any(
            _curvature(whole, p, w) > 0.1 for p in tries for w in np.eye(size)
        ):
            return _row(_text(draw, whole), _names(size), "neither", None)


def _curvature(terms: list[Term], point: np.ndarray, way: np.ndarray) -> float:
    return sum(
        float(c) * float(atom.bend(form.at(point))) * float(np.dot([float(a) for a in form.a], way)) ** 2
        for c, atom, form in terms
    )


# ---- thresholds ------------------------------------------------------------------------------------------------------

EPSILONS = [Fraction(0), *(Fraction(1, 10**k) for k in (1, 2, 3, 5, 8))]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Convex for t up to `at`, at it too, and neither beyond; `strict` below, `strict_at` at it."""

    text: str
    at: Fraction
    where: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ("x",)
    strict_at: bool = True


def _thresholds(draw: Draw) -> Threshold:
    m, s = Fraction(draw.randint(1, 4), draw.choice((1, 2))), draw.choice(("x", "(2*x - 1)", "(x + 1)", "(1 - x)"))
    table = (
        Threshold(f"{m}*{s}**2 + {{t}}*sin({s})", 2 * m),
        Threshold(f"{m}*{s}**2 - {{t}}*cos({s})", 2 * m),
        Threshold(f"{s}**4 + {{t}}*{s}**3 + {3 * m * m / 8}*{s}**2", m),
        Threshold(f"{s}**6/30 - {{t}}*{s}**4/6 + {m * m / 2}*{s}**2", m),
        Threshold(f"{m}*exp(x) - {{t}}*x**2/2", m, ("x > 0",)),
        Threshold(f"{m}*x*log(x) - {{t}}*x**2/2", m, ("0 < x < 1",)),
        Threshold(f"-{m}*log(x) - {{t}}*x**2/2", m, ("0 < x < 1",)),
        Threshold(f"{m}*cosh({s}) - {{t}}*{s}**2/2", m),
        Threshold("log(1 + x**2)", Fraction(1), ("-{t} < x < {t}",)),
        Threshold("-exp(-x**2/2)", Fraction(1), ("-{t} < x < {t}",)),
        Threshold("x**3 - 3*x**2", Fraction(-1), ("x > -({t})",)),
        Threshold(f"{m}*(x**2 + y**2) + {{t}}*x*y", 2 * m, (), ("x", "y"), strict_at=False),
        Threshold(f"{m}*(x**4 + y**4) + {{t}}*x**2*y**2", 6 * m, (), ("x", "y")),
        Threshold(f"{m}*(x - y)**2 + {m}*(x + y)**2 + {{t}}*cos(x + y)", 2 * m, (), ("x", "y")),
        Threshold(f"{m}*x**2/2 + {{t}}*log(1 + abs(x))", m),
    )
    return draw.choice(table)


def thresholds(draw: Draw) -> Row:
    """Convex up to the threshold, neither beyond it."""
    found, eps = _thresholds(draw), draw.choice(EPSILONS)
    beyond = eps > 0 and draw.random() < 0.5
    t = found.at + (eps if beyond else -eps) * abs(found.at)
    loss, *where = (
        text.replace("{t}", f"({t})" if t.denominator > 1 or t < 0 else str(t)) for text in (found.text, *found.where)
    )
    strict = None if beyond else eps > 0 or found.strict_at
    return _row(loss, found.wrt, "neither" if beyond else "convex", strict, *where)


# ---- quadratic forms -------------------------------------------------------------------------------------------------


def quadratics(draw: Draw) -> Row:
    """Convex, concave or neither as the signs of D."""
    size = draw.randint(2, 5)
    tiny = Fraction(1, 10 ** draw.choice((0, 0, 4, 8)))
    signs = draw.choice(([1], [1, 0], [-1], [-1, 0], [1, -1], [1, 0, -1], [1, 1, 1, -1]))
    while True:
        d = [Fraction(draw.choice(signs)) * draw.choice((factor(draw), tiny)) for _ in range(size)]
        below, above = any(v < 0 for v in d), any(v > 0 for v in d)
        if below or above:
            break
    form = np.array([[Fraction(int(i == j)) for j in range(size)] for i in range(size)], dtype=object)
    for _ in range(2 * size):
        i, j = draw.sample(range(size), 2)
        form[i] = form[i] + draw.choice((-1, 1, 2)) * form[j]
    matrix = sum(d[k] * np.outer(form[k], form[k]) for k in range(size))
    names = _names(size)
    parts = [scaled(matrix[i][i], f"{names[i]}**2") for i in range(size)]
    parts += [scaled(2 * matrix[i][j], f"{names[i]}*{names[j]}") for i in range(size) for j in range(i)]
    parts += [scaled(Fraction(draw.randint(-3, 3)), name) for name in names]
    parts = [part for part in parts if part]
    draw.shuffle(parts)
    used = tuple(name for name in names if any(name in part for part in parts))
    verdict = "neither" if below and above else "convex" if above else "concave"
    return _row(joined(parts), used, verdict, None if verdict == "neither" else all(d) or (len(used) < size and None))


# ---- kinks -----------------------------------------------------------------------------------------------------------


def kinks(draw: Draw) -> Row:
    """Jumps of the slope in one variable, or along one form; every place has one jump, in one spelling or in two."""
    c = draw.choice((Fraction(0), Fraction(0), Fraction(1), Fraction(1, 2)))
    places = draw.sample([Fraction(k, 2) for k in range(-6, 7)], draw.randint(1, 4))
    signs = draw.choice(((1,), (1,), (-1,), (1, -1)))
    tiny = Fraction(1, 10 ** draw.choice((0, 0, 3, 8)))
    jumps = [draw.choice(signs) * draw.choice((factor(draw), tiny)) for _ in places]
    name = draw.choice(("x", "x", "x - 2*y"))
    wrt = ("x", "y") if "y" in name else ("x",)
    parts = [scaled(c, f"({name})**2")]
    for place, jump in zip(places, jumps, strict=True):
        parts += _kink(draw, joined([name, number(-place)]) if place else name, jump)
    draw.shuffle(parts)
    if all(jump > 0 for jump in jumps):
        verdict = "convex"
    else:
        verdict = "concave" if c == 0 and all(jump < 0 for jump in jumps) else "neither"
    return _row(joined(parts), wrt, verdict, None if verdict == "neither" else c > 0 and wrt == ("x",))


def _kink(draw: Draw, z: str, jump: Fraction) -> list[str]:
    """A function of z with this jump of its slope at z = 0, and affine elsewhere."""
    match draw.randint(0, 4):
        case 0:
            return [scaled(jump, f"max(0, {z})")]
        case 1:
            return [scaled(jump / 2, f"abs({z})")]
        case 2:
            return [scaled(-jump, f"min({z}, 0)")]
        case 3:
            return [scaled(jump + 1, f"relu({z})"), scaled(Fraction(-1, 2), f"abs({z})")]
    return [scaled(jump, f"relu(-({z}))")]


# ---- powers ----------------------------------------------------------------------------------------------------------


def powers(draw: Draw) -> Row:
    """x^p is convex for p < 0 and p > 1, concave between; x^p y^q as its determinant says."""
    if draw.random() < 0.4:
        return _two_powers(draw)
    p = _exponent(draw)
    up, c = p < 0 or p > 1, factor(draw) * draw.choice((1, 1, -1))
    parts = [
        scaled(c, f"x**({p})" if p.denominator > 1 or p < 0 else f"x**{p}"),
        scaled(Fraction(draw.randint(-2, 2)), "x"),
    ]
    return _row(joined(parts), ("x",), "convex" if up == (c > 0) else "concave", True, "x > 0")


def _exponent(draw: Draw) -> Fraction:
    near = draw.choice((Fraction(0), Fraction(1))) + draw.choice((-1, 1)) * Fraction(1, draw.choice((10, 50, 64)))
    while True:
        p = draw.choice((Fraction(draw.randint(-9, 15), draw.choice((1, 2, 3, 5))), near))
        if p not in (0, 1):
            return p


def _two_powers(draw: Draw) -> Row:
    while True:
        p, q = (Fraction(draw.randint(-6, 6), draw.choice((1, 2, 3))) for _ in range(2))
        if p and q:
            break
    convex = (p < 0 and q < 0) or (p < 0 and p + q >= 1) or (q < 0 and p + q >= 1)
    concave = p > 0 and q > 0 and p + q <= 1
    verdict = "convex" if convex else "concave" if concave else "neither"
    return _row(
        f"x**({p})*y**({q})", ("x", "y"), verdict, None if verdict == "neither" else p + q != 1, "x > 0", "y > 0"
    )


KINDS: dict[str, Callable[[Draw], Row]] = {
    "sums": sums,
    "bumps": bumps,
    "thresholds": thresholds,
    "quadratics": quadratics,
    "kinks": kinks,
    "powers": powers,
}
