"""Convexity from structure: lines that build a convex term from convex parts."""

from symconvex.drafting.draft import Lines
from symconvex.drafting.profile import Z, bend, cores, is_affine, mentions, replaced, signs_of
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Pow, Sum, Term


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
    return lines.add("convex_ridge", [sign, affine], f"(convex {text})", of=Z.name, function=t.render(profile))
