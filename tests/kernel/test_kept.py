"""What is kept at a term is what a walk through it finds, and no shortcut takes a term that must be refused."""

from collections.abc import Iterator

import pytest

from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.context import symbols
from symconvex.kernel.statement import Scope, judgment_of
from symconvex.kernel.term import Fn, Malformed, Pow, Sum, Sym, Term

TERMS = [
    "(sum i n (softplus (* -1 y[i] (sum j d (* X[i,j] w[j])))))",
    "(+ (log x) (^ x 1/2) (^ (+ x 1) -2) (^ 2 1/2) (log 3))",
    "(+ (* X[i,j] (delta i k)) (sum i n X[i,i]) (dim n))",
    "(log (log (^ (* x (sum i n (log y[i]))) -1/2)))",
    "(max x (^ x 3) (^ -2 -3) pi)",
    "(* (+ x x) (+ x x))",
]


def every(term: Term) -> Iterator[Term]:
    yield term
    for part in t.children(term):
        yield from every(part)


def free(term: Term) -> set[str]:
    own: tuple[object, ...] = ()
    match term:
        case Sym(_, indices):
            own = indices
        case t.Delta(left, right):
            own = (left, right)
        case Sum(index, _, body):
            return free(body) - {index}
    return {i for i in own if isinstance(i, str)}.union(*map(free, t.children(term)))


@pytest.mark.parametrize("text", TERMS)
@pytest.mark.parametrize("times", [1, 2])
def test_what_is_kept_is_what_a_walk_finds(text: str, times: int) -> None:
    term = t.parse(text)
    for _ in range(times):  # the second time from where it is kept
        assert t.nodes(term) == sum(1 for _ in every(term)) == sum(1 for _ in t.subterms(term))
        assert symbols(term) == {part.name for part in every(term) if isinstance(part, Sym)}
        assert t.free_indices(term) == free(term)
        found = {base for base, _ in partial_bases(term)}
        asked = [p for p in every(term) if isinstance(p, Pow) and (p.exponent < 0 or p.exponent.denominator > 1)]
        bases = {p.base for p in asked if p.base not in (t.number(2), t.number(-2))}
        logs = {p.args[0] for p in every(term) if isinstance(p, Fn) and p.name == "log"} - {t.number(3)}
        assert found == bases | logs


def test_equal_parts_are_made_once_and_different_ones_are_not_mixed_up() -> None:
    seen: t.Seen = {}
    one, other = (judgment_of(f"(convex {text})", seen).term for text in ("(exp (+ x 1))", "(* (exp (+ x 1)) 2)"))
    assert isinstance(other, t.Mul)
    assert other.args[0] is one
    texts = ["(+ x 1)", "(* x 1)", "(exp x)", "(max x 1)", "(max 1 x)", "(+ 1 x)", "(^ x 2)", "(* x x)", "(+ x 1 1)"]
    built = [judgment_of(f"(convex {text})", seen).term for text in texts]
    assert [t.render(term or t.ZERO) for term in built] == texts
    assert len(set(built)) == len(texts)


# what                                     read before, read now
UNFIT = [
    ("an index that is bound already",     "(sum i n x[i])", "(sum i n (* x[i] (sum i n x[i])))"),
    ("an index outside of its sum",        "(sum i n x[i])", "(+ (sum i n x[i]) z[i])"),
    ("a name that is not declared",        "(sum i n x[i])", "(exp (+ (sum i n x[i]) u))"),
    ("an index of another size",           "(sum i n x[i])", "(sum j d x[j])"),
    ("a function of two arguments",        "(exp (sum i n x[i]))", "(exp (exp (sum i n x[i])) 1)"),
    ("an exponent that is too large",      "(^ (sum i n x[i]) 64)", "(^ (^ (sum i n x[i]) 64) 65)"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "before", "now"), UNFIT, ids=[row[0] for row in UNFIT])
def test_a_sound_part_makes_no_term_sound(case: str, before: str, now: str) -> None:
    scope = Scope({"n": 1, "d": 1}, {"i": "n", "j": "d"}, {"x": ("n",), "z": ("d",)}, frozenset())
    seen: t.Seen = {}
    scope.check(t.build(t.read(before), seen))
    for _ in range(2):
        with pytest.raises(Malformed):
            scope.check(t.build(t.read(now), seen))


def test_a_bound_index_is_known_below_its_sum_only() -> None:
    """x[i] stands well below the sum, and alone where the index is one of the statement's."""
    scope = Scope({"n": 1}, {"i": "n"}, {"x": ("n",)}, frozenset({"r"}))
    inner = Fn("exp", (Sym("x", ("i",)),))
    scope.check(Sum("i", "n", inner))
    scope.check(inner)
    with pytest.raises(Malformed):
        scope.check(Sum("r", "n", Fn("exp", (Sym("x", ("r",)),))))
