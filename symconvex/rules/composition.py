"""Convexity from structure: sums, nonnegative factors, maxima and monotone functions of convex terms.

    a affine, g convex:  a + g, c g (c >= 0), sum_i g_i, max(g, h), relu(g), exp(g), softplus(g), g^p (g >= 0, p >= 1)
    |a|, phi(a) with phi'' >= 0 on the line

No second derivative is needed, so kinks do no harm. With data given as numbers the loss is written out first, so
that kinks on one hyperplane meet: c |w.e| with the sum c of what every sample adds.
"""

from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Pow, Sum, Term
from symconvex.rules._draft import Draft, Lines
from symconvex.rules._points import reduced
from symconvex.rules._profile import Z, bend, cores, is_affine, mentions, replaced, signs_of
from symconvex.rules._rule import Example, Finding, Rule
from symconvex.rules._signs import find_sign, negated, show_defined


def find(draft: Draft) -> Finding | None:
    loss = reduced(draft, draft.loss) if draft.problem.values else draft.loss
    for answer, term in (("convex", loss), ("concave", negated(loss))):
        lines = Lines(draft, variables=("z",))
        if not show_defined(lines, draft.loss):
            return None
        number = find_convex(lines, term)
        if number is not None:
            lines.add("convex_loss", [number], f"(loss {answer})")
            return Finding(answer, (lines.part(f"(loss {answer})"),), condition="True" if answer == "convex" else None)
    return None


def find_convex(lines: Lines, term: Term) -> int | None:
    """The line (convex term) or (affine term)."""
    names = frozenset(lines.draft.parameters)
    text = t.render(term)
    if is_affine(term, names):
        return lines.add("affine", [], f"(affine {text})")
    match term:
        case Add(args):
            parts = [find_convex(lines, arg) for arg in args]
            found = [p for p in parts if p is not None]
            return lines.add("convex_total", found, f"(convex {text})") if len(found) == len(parts) else None
        case Sum(_, _, body):
            inner = find_convex(lines, body)
            return None if inner is None else lines.add("convex_sum", [inner], f"(convex {text})")
        case Mul(args):
            return _scaled(lines, args, names, text)
        case Fn("max", args):
            parts = [find_convex(lines, arg) for arg in args]
            found = [p for p in parts if p is not None]
            return lines.add("convex_max", found, f"(convex {text})") if len(found) == len(parts) else None
        case Fn("relu", (arg,)) | Fn("abs", (arg,)):
            inner = find_convex(lines, arg)
            if inner is not None and (term.name == "relu" or is_affine(arg, names)):
                return lines.add("convex_max", [inner], f"(convex {text})")
    return _monotone(lines, term, text) or _ridge(lines, term, names, text)


def _scaled(lines: Lines, args: tuple[Term, ...], names: frozenset[str], text: str) -> int | None:
    fixed = [arg for arg in args if not mentions(arg, names)]
    moving = [arg for arg in args if mentions(arg, names)]
    if len(moving) == 1 and fixed:
        factor = t.mul(*fixed)
        sign, inner = find_sign(lines, factor, strict=False), find_convex(lines, moving[0])
        if sign is not None and inner is not None:
            return lines.add("convex_scale", [sign, inner], f"(convex {text})")
    return _ridge(lines, t.mul(*args), names, text)


def _monotone(lines: Lines, term: Term, text: str) -> int | None:
    match term:
        case Fn("exp" | "softplus", (arg,)):
            inner = find_convex(lines, arg)
            return None if inner is None else lines.add("convex_monotone", [inner], f"(convex {text})")
        case Pow(base, e) if e >= 1:
            sign = find_sign(lines, base, strict=False)
            inner = None if sign is None else find_convex(lines, base)
            return (
                None
                if sign is None or inner is None
                else lines.add("convex_monotone", [inner, sign], f"(convex {text})")
            )
    return None


def _ridge(lines: Lines, term: Term, names: frozenset[str], text: str) -> int | None:
    """phi of one linear form, phi'' >= 0."""
    inner = cores(term, names)
    if len(inner) != 1 or any(isinstance(p, Fn) and p.name in ("relu", "abs", "max") for p in t.subterms(term)):
        return None
    (core,) = inner
    profile = replaced(term, core, Z)
    if not show_defined(lines, profile):
        return None
    sign = find_sign(lines, bend(profile, signs_of(lines.draft)), strict=False)
    if sign is None:
        return None
    affine = lines.add("affine", [], f"(affine {t.render(core)})")
    return lines.add("convex_ridge", [sign, affine], f"(convex {text})", of="z", function=t.render(profile))


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
WITH_LAM = {**DATA, "lam": ()}

RULE = Rule(
    name="composition",
    find=find,
    cost=2,
    source="Boyd & Vandenberghe 2004, sections 3.2.1 to 3.2.4",
    accepts=(
        Example("sum(abs(X@w - y)) + lam*sum(abs(w))", "w", "convex", shapes=WITH_LAM, sets={"lam": "positive"}),
        Example("sum(max(0, 1 - y*(X@w)))", "w", "convex", shapes=DATA),
        Example("max(exp(a), a + b, abs(b))", "a, b", "convex"),
        Example("-sum(relu(X@w - y))", "w", "concave", shapes=DATA),
    ),
    rejects=(
        Example("sum(abs(X@w - y)) + lam*sum(abs(w))", "w", "neither", shapes=WITH_LAM),
        Example("sum(abs(abs(X@w) - 1))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("min(x**2, 1)", "x", "neither"),
        Example("exp(-abs(x))", "x", "neither"),
    ),
)
