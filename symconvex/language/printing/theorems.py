"""What the kernel accepted, in words: the only text that anybody is shown of a statement, its theorems and constants.

    setting(statement)              sizes, data with their sets, parameters, domain, what is given as numbers
    sentence(statement, theorem)    the claims with every hypothesis they rest on

A symbol that a hypothesis introduces is shown by what it is, ?L as lambda_max(X.T @ X), or by a name that nothing else
has, ?M as M. A size that given data fix is shown as its number.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from symconvex.kernel import term as t
from symconvex.kernel.check import Theorem
from symconvex.kernel.reading import Tree
from symconvex.kernel.statement import EXTREMES, NULL, Given, Judgment, Statement, flat
from symconvex.language.components import instantiate
from symconvex.language.printing.formulas import Atom, atom_of, formula_of, opposite, sides, text_of_formula
from symconvex.language.printing.readable import readable
from symconvex.language.printing.tree import Word

INSIDE = "where some point meets this strictly"
MOST_SHOWN = 12  # numbers of given data that are written out
EIGENVALUES: Mapping[str, str] = {"spectral": "lambda_max({0}.T @ {0})", "spectral_least": "lambda_min({0}.T @ {0})"}
MEMBER: Mapping[str, str] = {
    "real": "{}",
    "positive": "{} > 0",
    "nonnegative": "{} >= 0",
    "sign": "{} in {{-1, 1}}",
    "binary": "{} in {{0, 1}}",
    "unit": "0 < {} < 1",
    "count": "{} in {{0, 1, 2, ...}}",
}
CLAIMS: Mapping[str, str] = {
    "strongly_convex": "strongly convex with modulus {}",
    "strongly_concave": "strongly concave with modulus {}",
    "smooth": "smooth with constant {}",
    "not_strongly_convex": "not strongly convex with modulus {}",
    "not_smooth": "not smooth with constant {}",
}


def names_of(statement: Statement, given: Iterable[Given]) -> dict[str, Word]:
    """How the symbols that hypotheses introduce are shown."""
    taken = {*statement.data, *statement.parameters, *statement.sizes, *statement.indices, t.PI, "e"}
    named: dict[str, Word] = {}
    for g in given:
        if g.kind in EXTREMES:
            named[g.extra] = Word(EIGENVALUES[g.kind].format(g.name))
        elif g.kind in (*NULL, "attained", "real"):
            named[g.extra] = Word(t.fresh(g.extra[1:], frozenset(taken)))
            taken.add(named[g.extra].text)
    return named


def term_text(statement: Statement, term: t.Term, given: Iterable[Given] = ()) -> str:
    """A term in NumPy syntax, over whole arrays where that can be."""
    return readable(instantiate(term, statement.fixed), shapes_of(statement), names_of(statement, given))


def shown_size(statement: Statement, size: t.Size) -> t.Size:
    """The number that given data fix for a size, or the size as it stands."""
    return statement.fixed.get(size, size) if isinstance(size, str) else size


def constant_text(statement: Statement, theorem: Theorem, constant: t.Term) -> str:
    """A modulus or a Lipschitz constant in NumPy syntax."""
    return term_text(statement, constant, (*theorem.given, *theorem.met))


Enclosed = Callable[[Theorem, t.Term], Any]


def nothing(theorem: Theorem, term: t.Term) -> Any:
    """No term has a known value."""
    return None


def claim_text(statement: Statement, theorem: Theorem, claim: Judgment, enclosed: Enclosed = nothing) -> str:
    """(loss not_smooth ?M) as "not smooth with constant M"."""
    if claim.term is None:
        return claim.word.replace("_", " ")
    constant, decimals = constant_text(statement, theorem, claim.term), decimal(enclosed(theorem, claim.term))
    return CLAIMS[claim.word].format(f"{constant} = {decimals}" if decimals else constant)


def decimal(ball: Any) -> str:
    """The first certain digits of what a ball encloses, cut off, not rounded: 2.618...; empty when there are none."""
    for places in range(3, 13) if ball is not None else ():
        digits = (ball * 10**places).floor().unique_fmpz()
        if digits is not None and (digits >= 1000 or (places == 12 and digits > 0)):
            whole, rest = divmod(int(digits), 10**places)
            return f"{whole}.{rest:0{places}}..."
    return ""


def assumptions(theorem: Theorem) -> tuple[Given, ...]:
    """The hypotheses that may fail: those that only name an eigenvalue, a vector for it or a number cannot."""
    return tuple(g for g in theorem.given if g.kind not in (*EXTREMES, "attained", "real"))


def given_text(statement: Statement, theorem: Theorem, given: Given) -> str:
    """A hypothesis as a person says it."""
    every = (*theorem.given, *theorem.met)
    made = names_of(statement, every).get(given.extra, Word("")).text
    match given.kind:
        case "nonzero":
            return f"{given.name}[{given.extra}] != 0" if given.extra in spoken(theorem) else f"{given.name} != 0"
        case "zero":
            return f"{given.name} == 0"
        case "injective":
            return f"rank({given.name}) == {columns(statement, given.name)}"
        case "null":
            return f"rank({given.name}) < {columns(statement, given.name)}"
        case "injective_affine" | "null_affine":
            return affine_rank(statement, given.name, "==" if given.kind == "injective_affine" else "<")
        case "positive" | "nonneg" if given.term is not None:
            return sign_text(statement, every, given.kind, given.term)
        case "attained":
            return f"{made} is an eigenvector of {given.name}.T @ {given.name} for its extreme eigenvalue"
        case "real":
            return f"{made} is a number"
        case "case" if theorem.case is not None:
            return case_text(statement, theorem.case)
    return f"{given.extra[1:]} == {made}"


def exact_text(statement: Statement, tree: Tree) -> str:
    """An exact condition in Python syntax: "(a >= -2) & (a <= 2)", "X == 0", "True"."""

    def write(atom: Atom) -> str:
        if not atom.relation and atom.given is not None:
            return given_text(statement, Theorem((atom.given,), (), ()), atom.given)
        return equation_text(statement, atom) if atom.relation == "==" else comparison(atom)

    def comparison(atom: Atom) -> str:
        return f"{term_text(statement, atom.left)} {atom.relation} {atom.right}"

    return text_of_formula(formula_of(tree), write, (" & ", " | "), "({})")


def equation_text(statement: Statement, atom: Atom) -> str:
    """a == b, for a - b == 0."""
    left, right = sides(atom)
    return f"{term_text(statement, left)} == {term_text(statement, right)}"


def given_texts(statement: Statement, theorem: Theorem, given: Sequence[Given]) -> tuple[str, ...]:
    """Hypotheses as a person says them, each once; a - b >= 0 with b - a >= 0 is a == b, and T > 0 says T >= 0."""
    shown, strict = dict[str, None](), [one.term for one in given if one.kind == "positive"]
    taken = {k for k, one in enumerate(given) if one.kind == "nonneg" and one.term in strict}
    for k, one in enumerate(given):
        others = (i for i in range(k + 1, len(given)) if not {i, k} & taken)
        twin = next((i for i in others if _are_equation(one, given[i])), None)
        if twin is not None:
            taken.add(twin)
            shown[equation_text(statement, replace(atom_of(one), relation="=="))] = None
        elif k not in taken:
            shown[given_text(statement, theorem, one)] = None
    return tuple(shown)


def _are_equation(one: Given, other: Given) -> bool:
    if one.kind != "nonneg" or other.kind != "nonneg" or one.term is None or other.term is None:
        return False
    return not t.free_indices(one.term) and opposite(one.term, other.term)


def affine_rank(statement: Statement, name: str, relation: str) -> str:
    """rank([X 1]) == d + 1, or < d + 1."""
    count = columns(statement, name)
    return f"rank([{name} 1]) {relation} {count + 1 if isinstance(count, int) else f'{count} + 1'}"


def case_text(statement: Statement, case: Statement) -> str:
    """n == 1 and X == [[1]]: the sizes and data that one case has beside those that are given for all."""
    sizes = dict[str, int]()
    pairs = [(statement.data[name][0], case.data[name][0]) for name in statement.data]
    for named, lengths in (*pairs, *((statement.parameters[name], case.parameters[name]) for name in case.parameters)):
        sizes |= {k: v for k, v in zip(named, lengths, strict=True) if isinstance(k, str) and isinstance(v, int)}
    shown = [f"{name} == {length}" for name, length in sizes.items() if name not in statement.fixed]
    shown += [_given(name, case, "==") for name in case.values if name not in statement.values]
    return " and ".join(shown)


def columns(statement: Statement, name: str) -> t.Size:
    """How many columns a matrix has."""
    return shown_size(statement, statement.data[name][0][1])


def spoken(theorem: Theorem) -> frozenset[str]:
    """The indices that claims and hypotheses leave free: places that a hypothesis names, or every place."""
    terms = (*(given.term for given in theorem.given), *(claim.term for claim in theorem.claims))
    return frozenset().union(*(t.free_indices(term) for term in terms if term is not None))


def sign_text(statement: Statement, given: Sequence[Given], kind: str, term: t.Term) -> str:
    """T > 0 or T >= 0, for every place of its free indices."""
    shown = term_text(statement, term, given)
    free = sorted(t.free_indices(term) - {g.extra for g in given if g.kind == "nonzero"})
    ranges = [f"{index} in range({shown_size(statement, statement.indices[index])})" for index in free]
    every = f" for every {', '.join(ranges)}" if free else ""
    return f"{shown} {'>' if kind == 'positive' else '>='} 0{every}"


def sentence(statement: Statement, theorem: Theorem, enclosed: Enclosed = nothing) -> str:
    """The claims of a theorem, and all that they assume; constants with the decimals of what encloses them."""
    words = ", ".join(claim_text(statement, theorem, claim, enclosed) for claim in theorem.claims)
    under = given_texts(statement, theorem, assumptions(theorem))
    return f"{words}, if {' and '.join(under)}" if under else words


def setting(statement: Statement) -> str:
    """What the theorems are about: every size, symbol, set and constraint."""
    return "; ".join(_setting(statement))


def _setting(statement: Statement) -> Iterator[str]:
    free = [f"{name} >= {least}" for name, least in statement.sizes.items() if name not in statement.fixed]
    if free:
        yield f"for all {', '.join(free)}"
    data = [_symbol(n, *entry, statement) for n, entry in statement.data.items() if n not in statement.values]
    if data:
        yield f"for all {', '.join(data)}"
    if statement.values:
        yield f"for the given {', '.join(_given(name, statement) for name in statement.values)}"
    yield f"in {', '.join(_symbol(name, shape, 'real', statement) for name, shape in statement.parameters.items())}"
    constraints = [sign_text(statement, (), entry.kind, entry.term) for entry in statement.domain if entry.term]
    if constraints:
        yield f"on {' and '.join(constraints)}"
    if may_be_empty(statement):
        yield INSIDE


def may_be_empty(statement: Statement) -> bool:
    """Does it depend on data or sizes whether the domain has a point? Where it has none, nothing is said."""
    if all(isinstance(term, t.Sym) and term.name in statement.parameters for term in statement.constraints):
        return False
    parts = [part for term in statement.constraints for part in t.subterms(term)]
    sizes = {size for part in parts if isinstance(part, t.Dim | t.Sum) for size in (part.size,)}
    sizes |= {statement.indices[index] for term in statement.constraints for index in t.free_indices(term)}
    names = {part.name for part in parts if isinstance(part, t.Sym)} - {*statement.values, *statement.parameters, t.PI}
    return bool(names) or any(isinstance(size, str) and size not in statement.fixed for size in sizes)


def _given(name: str, statement: Statement, sign: str = "=") -> str:
    """X = [[1, 0], [0, 1]] where the numbers are few, X (300, 10) where they are not."""
    value = statement.values[name]
    few = sum(1 for _ in islice(flat(value), MOST_SHOWN + 1)) <= MOST_SHOWN
    return f"{name} {sign} {_array(value)}" if few else _symbol(name, *statement.data[name], statement)


def _array(value: t.Nested) -> str:
    return f"[{', '.join(map(_array, value))}]" if isinstance(value, tuple) else str(value)


def _symbol(name: str, shape: tuple[t.Size, ...], within: str, statement: Statement) -> str:
    """lam > 0; y (n,) with every entry in {-1, 1}."""
    sizes = [str(shown_size(statement, size)) for size in shape]
    if not sizes:
        return MEMBER[within].format(name)
    shown = f"{name} ({', '.join(sizes)}{',' * (len(sizes) == 1)})"
    return shown if within == "real" else f"{shown} with {MEMBER[within].format('every entry')}"


def shapes_of(statement: Statement) -> dict[str, tuple[t.Size, ...]]:
    """The shapes of all that a person declared, with the numbers that given data fix."""
    declared = {**{name: shape for name, (shape, _) in statement.data.items()}, **statement.parameters}
    return {name: tuple(shown_size(statement, size) for size in shape) for name, shape in declared.items()}
