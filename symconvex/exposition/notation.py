"""Kernel terms as lecture notes print them: rows of matrices, inner products, norms, and names for what recurs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symconvex.drafting.profile import summands
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Num, Pow, Size, Sum, Sym, Term
from symconvex.language.printing.engine import Template, piece_of, printed
from symconvex.language.printing.styles import LATEX, call_template
from symconvex.language.printing.terms import plus, raised, summed, tree_of
from symconvex.language.printing.texwords import index_tex
from symconvex.language.printing.tree import MUL, POW, Name, Op, Times, Tree, Word, reciprocal

HALF = Fraction(1, 2)
LONG, MOST = 16, 2

# Lecture notes: thin spaces beside fractions, x^2 without braces, and the textbook's signs for some functions.
CALLS = {
    "abs": Template("\\lvert ", after="\\rvert"),
    "relu": Template("\\max\\{0,\\,", after="\\}"),
    "step": Template("\\mathbf 1[", after=">0]"),
}


def _power(exponent: Fraction) -> Template:
    plain = LATEX.power(exponent)
    short = plain.after == f"^{{{exponent}}}" and exponent in range(10)
    return replace(plain, after=f"^{exponent}") if short else plain


def _total(index: Index, size: Size) -> Template:
    plain = LATEX.operations["total"](index, size)
    return replace(plain, before=plain.before.rstrip())


NOTES = replace(
    LATEX,
    apart=lambda part: " \\cdot " if part[0].isdigit() else "\\,",
    power=_power,
    operations={
        **LATEX.operations,
        "call": lambda name: CALLS.get(name) or call_template(name),
        "plain log": lambda: Template("\\log ", binds=POW),
        "tanh power": lambda exponent: Template(f"\\tanh^{{{exponent}}}(", after=")", binds=POW),
        "total": _total,
    },
)


@dataclass(frozen=True, slots=True)
class Notation:
    """How names are written.

    directions   w' -> the letters of the direction of w
    rows         X -> x, the letter of its rows
    entries      names that are only printed entry by entry, never as a vector
    given        terms that have a name of their own, with what is printed for them
    """

    directions: Mapping[str, str]
    rows: Mapping[str, str]
    entries: frozenset[str] = frozenset()
    given: Mapping[Term, str] = field(default_factory=dict)

    def naming(self, given: Mapping[Term, str]) -> "Notation":
        return replace(self, given={**self.given, **given})

    def tex(self, term: Term) -> str:
        """The term in LaTeX mathematics, without delimiters."""
        return printed(self.tree(term), NOTES)

    def factor(self, term: Term) -> str:
        """Bracketed when it is a sum, or begins with a minus."""
        return NOTES.atleast(piece_of(self.tree(term), NOTES), MUL)

    def tree(self, term: Term) -> Tree:
        """The term as the printer reads it."""
        if term in self.given:
            return Word(self.given[term])
        match term:
            case Sym(name, indices):
                return self.symbol(name, indices)
            case Sum():
                return self._total(term)
            case Add(args):
                return self._distance(args) or plus(tuple(map(self.tree, args)))
            case Mul():
                return self._product(term)
            case Pow(Fn("tanh", (arg,)), exponent) if exponent > 0:
                return Op("tanh power", (self.tree(arg),), (str(exponent),))
            case Pow(Sum() as total, exponent) if exponent.denominator == 2 and (inside := self._inside(total)):
                return _length(inside, 2 * exponent)
            case Pow(base, exponent):
                return raised(self.tree(base), exponent)
            case Fn("max", args):
                return Op("max", tuple(map(self.tree, args)))
            case Fn("log", (arg,)) if _cosh(arg) is not None or isinstance(arg, Fn | Num):
                return Op("plain log", (self.tree(arg),))
            case Fn(name, args):
                return Op("call", tuple(map(self.tree, args)), (name,))
            case Delta(left, right):
                return Word(f"\\mathbf 1[{index_tex((left,))}={index_tex((right,))}]", POW)
        return tree_of(term)

    def symbol(self, name: str, indices: tuple[Index, ...]) -> Tree:
        """An entry of a parameter, of data or of a direction."""
        if not name.endswith("'"):
            return Name(name, indices)
        word, below = self.directions[name], index_tex(indices)
        if not below:
            return Word(word)
        return Word(f"({word})_{{{below}}}" if "_" in word else f"{word}_{{{below}}}")

    def vector(self, name: str, indices: tuple[Index, ...]) -> str | None:
        """A vector, or a row of a matrix: w, x_i; None where rows have no letter."""
        if name in self.entries:
            return None
        if not indices:
            return printed(self.symbol(name, ()), NOTES)
        if len(indices) == 1 and name in self.rows:
            return f"{self.rows[name]}_{{{index_tex(indices)}}}"
        return None

    def _total(self, term: Sum) -> Tree:
        whole = self._inner_product(term) or self._norm(term)
        if whole:
            return whole
        if not _runs(term.body, term.index) and not self._named(term.body):
            return self.tree(t.mul(Dim(term.size), term.body))
        match term.body:
            case Mul(args) if any(not _runs(arg, term.index) for arg in args):
                fixed = [arg for arg in args if not _runs(arg, term.index)]
                rest = t.mul(*(arg for arg in args if arg not in fixed))
                inner = Sum(term.index, term.size, rest)
                if self._norm(inner) or self._inner_product(inner):
                    return self.tree(Mul((*fixed, inner)))
        return summed(term.index, term.size, self.tree(term.body))

    def _named(self, body: Term) -> bool:
        """Does a name stand for something in the body, which may depend on the index?"""
        return any(part in self.given for part in t.subterms(body))

    def _inner_product(self, term: Sum) -> Tree | None:
        match term.body:
            case Mul((Sym(a, (*ai, j)), Sym(b, (*bi, l)))) if j == l == term.index and not {*ai, *bi} & {j}:
                left, right = self.vector(a, tuple(ai)), self.vector(b, tuple(bi))
                if left and right:
                    if (bool(bi), b) > (bool(ai), a) and not ai:
                        left, right = right, left
                    return Word(f"{transposed(left)} {right}", POW)
        return None

    def _norm(self, term: Sum) -> Tree | None:
        match term.body:
            case Pow(Sym(a, (*ai, j)), e) if e == 2 and j == term.index and j not in ai:
                vector = self.vector(a, tuple(ai))
                return Word(f"\\lVert {vector}\\rVert^2", POW) if vector else None
        return None

    def _inside(self, term: Sum) -> str:
        """The vector, or the difference of two, of whose entries the squares are summed; empty for another sum."""
        match term.body:
            case Pow(base, e) if e == 2:
                parts = [self._along(part, term.index) for part in summands(base)]
                if len(parts) <= MOST and all(parts):
                    first, *others = sorted(parts, key=lambda text: text.startswith("-"))
                    return "".join([first, *(text if text.startswith("-") else f"+{text}" for text in others)])
        return ""

    def _along(self, part: Term, index: str) -> str:
        """x_i, or -x_i, whose entries run over the index."""
        match part:
            case Sym(name, (*rest, last)) if last == index and index not in rest:
                return self.vector(name, tuple(rest)) or ""
            case Mul((Num(value), Sym() as symbol)) if value == -1:
                text = self._along(symbol, index)
                return f"-{text}" if text else ""
        return ""

    def _distance(self, args: tuple[Term, ...]) -> Tree | None:
        """|a - b|^2 for |a|^2 + |b|^2 - 2 a.b."""
        match [arg for arg in args if isinstance(arg, Sum)], [arg for arg in args if not isinstance(arg, Sum)]:
            case [Sum(j, _, Pow(a, p)) as left, Sum(_, _, Pow(b, q)) as right], [cross] if p == q == 2:
                b = t.reindex(b, {right.index: j})
                a, b = sorted((a, b), key=lambda side: isinstance(side, Add) or self._is_row(side))
                names = [self._difference_part(side, j) for side in (a, b)]
                if all(names) and _same_parts(cross, t.neg(_doubled(a, b, j, left.size))):
                    return Word(f"\\lVert {names[0]}-{names[1]}\\rVert^2", POW)
        return None

    def _is_row(self, side: Term) -> bool:
        return isinstance(side, Sym) and isinstance(side.indices[0], int)

    def _difference_part(self, side: Term, index: str) -> str:
        """x_i, or -b as it is subtracted: x_1-e_1 for b = x_1 + e_1."""
        match side:
            case Sym(name, (*rest, last)) if last == index:
                return self.vector(name, tuple(rest)) or ""
            case Add((Sym(name, (*rest, last)), Delta(left, int() as right))) if last == left == index:
                vector = self.vector(name, tuple(rest))
                return f"{vector}-\\mathbf{{e}}_{{{right + 1}}}" if vector else ""
        return ""

    def _product(self, term: Mul) -> Tree:
        """Sign, fraction, then vectors, norms and sums."""
        cosh = _cosh(term)
        if cosh is not None:
            return Op("call", (self.tree(cosh),), ("cosh",))
        light, vectors, norms, sums = list[Tree](), list[Tree](), list[Tree](), list[Tree]()
        for arg in sorted(term.args, key=_rank):
            tree = self.tree(arg)
            match tree:
                case Word(text) if isinstance(arg, Sum) or self._stands_apart(arg):
                    (norms if text.startswith("\\lVert") else vectors).append(tree)
                case _:
                    (sums if isinstance(arg, Sum) else light).append(tree)
        if any(isinstance(arg, Pow) and arg.exponent < 0 for arg in term.args):
            return Times((*light, *vectors), (*norms, *sums))
        return Times(tuple(light), (*vectors, *norms, *sums))

    def _stands_apart(self, term: Term) -> bool:
        """A vector, or a name that is too wide for a fraction."""
        return term in self.given and (len(self.given[term]) > LONG or (isinstance(term, Fn) and not term.args))


def _length(inside: str, exponent: Fraction) -> Tree:
    """A power of a norm."""
    size = abs(exponent)
    norm = Word(f"\\lVert {inside}\\rVert{'' if size == 1 else f'^{size}'}", POW)
    return norm if exponent > 0 else reciprocal(norm)


def _doubled(a: Term, b: Term, index: str, size: Size) -> Term:
    """2 a.b, with deltas summed away."""
    parts = []
    for part in summands(b):
        if isinstance(part, Delta):
            parts.append(t.mul(t.number(2), t.reindex(a, {index: part.right})))
        else:
            parts.append(Sum(index, size, t.mul(t.number(2), a, part)))
    return t.add(*parts)


def _same_parts(left: Term, right: Term) -> bool:
    """Equal up to the order of factors and summands."""
    return _canonical(left) == _canonical(right)


def _canonical(term: Term) -> str:
    parts = sorted(map(_canonical, t.children(term)))
    match term:
        case Add() | Mul():
            return f"({type(term).__name__} {' '.join(parts)})"
        case Sum(index, size, _):
            return f"(sum {index} {size} {parts[0]})"
    return t.render(term)


def _runs(term: Term, index: str) -> bool:
    return index in t.free_indices(term)


def _rank(term: Term) -> int:
    """Numbers and scalars, then entries, then functions: 2 lam y_i sigma(z)."""
    match term:
        case Num() | Dim():
            return 0
        case Sym(_, ()):
            return 1
        case Delta():
            return 2
        case Sym():
            return 3
    return 4


def _cosh(term: Term) -> Term | None:
    """u for (exp u + exp -u)/2."""
    match term:
        case Mul((Num(value), Add((Fn("exp", (u,)), Fn("exp", (w,)))))) if value == HALF and w == t.neg(u):
            return u
    return None


def transposed(vector: str) -> str:
    """The vector as a row."""
    return f"{vector}\\T"
