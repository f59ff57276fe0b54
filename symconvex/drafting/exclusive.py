"""Steps of which at most one is 1: what is looked for in c - c step(a) - c step(b), where a + b < 0."""

from symconvex.drafting.draft import Draft
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Mul, Num, Sym, Term


def step_less(term: Term, scale: Term) -> Term | None:
    """a where the term is -scale step(a)."""
    factors = term.args if isinstance(term, Mul) else (term,)
    steps = [factor for factor in factors if isinstance(factor, Fn) and factor.name == "step"]
    rest = t.mul(*(factor for factor in factors if factor not in steps))
    return steps[0].args[0] if len(steps) == 1 and t.neg(rest) == scale else None


def cancelled(draft: Draft, a: Term) -> list[Term]:
    """What -(a + b) may simplify to when the moving parts cancel: twice a number, or a symbol of known sign."""
    names = {p.name for p in t.subterms(a) if isinstance(p, Sym) and not p.indices}
    numbers = [part.value for part in t.children(a) if isinstance(part, Num) and part.value < 0]
    found: list[Term] = [t.mul(t.number(2), Sym(name)) for name in sorted(names & set(draft.data))]
    return [*found, *(t.number(-2 * value) for value in numbers)]
