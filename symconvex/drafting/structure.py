"""Convexity from structure: lines that build a convex term from convex parts."""

from collections.abc import Callable, Sequence

from symconvex.drafting.arguments.structure import Block
from symconvex.drafting.judgments import affine, convex
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import Z, bend, cores, is_affine, mentions, replaced, signs_of
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Add, Fn, Mul, Pow, Sum, Term

Built = tuple[int, Block]
Write = Callable[[Sequence[int], Judgment], int]


def find_convex(lines: Lines, term: Term) -> Built | None:
    """The line (convex term) or (affine term), and what the term is built from."""
    names = frozenset(lines.draft.parameters)
    if is_affine(term, names):
        return lines.affine(affine(term)), Block("affine", term)
    match term:
        case Add(args):
            return _all(lines, lines.total, Block("total", term), args)
        case Sum(_, _, body):
            return _all(lines, lambda uses, gives: lines.summed(uses[0], gives), Block("sum", term), (body,))
        case Mul(args):
            return _scaled(lines, term, args, names)
        case Fn("max", args):
            return _all(lines, lines.compose, Block("max", term), args)
        case Fn("relu", (arg,)) | Fn("abs", (arg,)) if term.name == "relu" or is_affine(arg, names):
            found = _all(lines, lines.compose, Block("max", term), (arg,))
            if found is not None:
                return found
    return _monotone(lines, term) or _ridge(lines, term, names)


def _all(lines: Lines, write: Write, block: Block, args: tuple[Term, ...], more: tuple[int, ...] = ()) -> Built | None:
    """The line for a term whose parts are all convex; `more` are further lines that the step uses."""
    found = [find_convex(lines, arg) for arg in args]
    parts = [part for part in found if part is not None]
    if len(parts) < len(found):
        return None
    number = write([*(n for n, _ in parts), *more], convex(block.term))
    return number, Block(block.how, block.term, tuple(part for _, part in parts))


def _scaled(lines: Lines, term: Term, args: tuple[Term, ...], names: frozenset[str]) -> Built | None:
    fixed = [arg for arg in args if not mentions(arg, names)]
    moving = [arg for arg in args if mentions(arg, names)]
    if len(moving) == 1 and fixed:
        sign, inner = find_sign(lines, t.mul(*fixed), strict=False), find_convex(lines, moving[0])
        if sign is not None and inner is not None:
            return lines.product([sign, inner[0]], convex(term)), Block("scaled", term, (inner[1],))
    return _ridge(lines, term, names)


def _monotone(lines: Lines, term: Term) -> Built | None:
    match term:
        case Fn("exp" | "softplus", (arg,)):
            return _all(lines, lines.compose, Block("monotone", term), (arg,))
        case Pow(base, e) if e >= 1:
            sign = find_sign(lines, base, strict=False)
            return None if sign is None else _all(lines, lines.compose, Block("monotone", term), (base,), (sign,))
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
    number = lines.ridge(sign, lines.affine(affine(core)), convex(term), Z.name, profile)
    return number, Block("ridge", term, (Block("affine", core),), profile)
