"""Convexity from structure: lines that build a convex term from convex parts."""

from symconvex.drafting.arguments.structure import Block
from symconvex.drafting.draft import Lines
from symconvex.drafting.profile import Z, bend, cores, is_affine, mentions, replaced, signs_of
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Pow, Sum, Term

Built = tuple[int, Block]


def find_convex(lines: Lines, term: Term) -> Built | None:
    """The line (convex term) or (affine term), and what the term is built from."""
    names = frozenset(lines.draft.parameters)
    if is_affine(term, names):
        return lines.add("affine", [], f"(affine {t.render(term)})"), Block("affine", term)
    match term:
        case Add(args):
            return _all(lines, "convex_total", Block("total", term), args)
        case Sum(_, _, body):
            return _all(lines, "convex_sum", Block("sum", term), (body,))
        case Mul(args):
            return _scaled(lines, term, args, names)
        case Fn("max", args):
            return _all(lines, "convex_max", Block("max", term), args)
        case Fn("relu", (arg,)) | Fn("abs", (arg,)) if term.name == "relu" or is_affine(arg, names):
            found = _all(lines, "convex_max", Block("max", term), (arg,))
            if found is not None:
                return found
    return _monotone(lines, term) or _ridge(lines, term, names)


def _all(lines: Lines, step: str, block: Block, args: tuple[Term, ...], more: tuple[int, ...] = ()) -> Built | None:
    """The line for a term whose parts are all convex; `more` are further lines that the step uses."""
    found = [find_convex(lines, arg) for arg in args]
    parts = [part for part in found if part is not None]
    if len(parts) < len(found):
        return None
    number = lines.add(step, [*(n for n, _ in parts), *more], f"(convex {t.render(block.term)})")
    return number, Block(block.how, block.term, tuple(part for _, part in parts))


def _scaled(lines: Lines, term: Term, args: tuple[Term, ...], names: frozenset[str]) -> Built | None:
    fixed = [arg for arg in args if not mentions(arg, names)]
    moving = [arg for arg in args if mentions(arg, names)]
    if len(moving) == 1 and fixed:
        sign, inner = find_sign(lines, t.mul(*fixed), strict=False), find_convex(lines, moving[0])
        if sign is not None and inner is not None:
            number = lines.add("convex_scale", [sign, inner[0]], f"(convex {t.render(term)})")
            return number, Block("scaled", term, (inner[1],))
    return _ridge(lines, term, names)


def _monotone(lines: Lines, term: Term) -> Built | None:
    match term:
        case Fn("exp" | "softplus", (arg,)):
            return _all(lines, "convex_monotone", Block("monotone", term), (arg,))
        case Pow(base, e) if e >= 1:
            sign = find_sign(lines, base, strict=False)
            return None if sign is None else _all(lines, "convex_monotone", Block("monotone", term), (base,), (sign,))
    return None


def _ridge(lines: Lines, term: Term, names: frozenset[str]) -> Built | None:
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
    args = {"of": "z", "function": t.render(profile)}
    number = lines.add("convex_ridge", [sign, affine], f"(convex {t.render(term)})", **args)
    return number, Block("ridge", term, (Block("affine", core),), profile)
