"""What the kernel accepted, in words: the only text that anybody is shown of a statement, its theorems and constants.

    setting(statement)              sizes, data with their sets, parameters, domain, what is given as numbers
    sentence(statement, theorem)    the claims with every hypothesis they rest on

A symbol that a hypothesis introduces is shown by what it is: ?L as lambda_max(X.T @ X).
"""

from collections.abc import Iterable, Iterator, Mapping

from symconvex.kernel import term as t
from symconvex.kernel.check import Theorem
from symconvex.kernel.statement import EXTREMES, Given, Judgment, Statement
from symconvex.language.printing.readable import readable
from symconvex.language.printing.tree import Word

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


def names_of(given: Iterable[Given]) -> dict[str, Word]:
    """How the symbols that hypotheses introduce are shown."""
    named = {g.extra: EIGENVALUES[g.kind].format(g.name) for g in given if g.kind in EXTREMES}
    named |= {g.extra: g.extra[1:] for g in given if g.kind in ("null", "attained", "real")}
    return {name: Word(text) for name, text in named.items()}


def constant_text(statement: Statement, theorem: Theorem, constant: t.Term) -> str:
    """A modulus or a Lipschitz constant in NumPy syntax."""
    return readable(constant, shapes_of(statement), names_of((*theorem.given, *theorem.met)))


def claim_text(statement: Statement, theorem: Theorem, claim: Judgment) -> str:
    """(loss not_smooth ?M) as "not smooth with constant M"."""
    if claim.term is None:
        return claim.word.replace("_", " ")
    return CLAIMS[claim.word].format(constant_text(statement, theorem, claim.term))


def assumptions(theorem: Theorem) -> tuple[Given, ...]:
    """The hypotheses that may fail: those that only name an eigenvalue, a vector for it or a number cannot."""
    return tuple(g for g in theorem.given if g.kind not in (*EXTREMES, "attained", "real"))


def given_text(statement: Statement, theorem: Theorem, given: Given) -> str:
    """A hypothesis as a person says it."""
    match given.kind:
        case "nonzero":
            return f"{given.name} != 0"
        case "zero":
            return f"{given.name} == 0"
        case "injective":
            return f"rank({given.name}) == {statement.data[given.name][0][1]}"
        case "null":
            return f"rank({given.name}) < {statement.data[given.name][0][1]}"
        case "positive" | "nonneg" if given.term is not None:
            return sign_text(statement, (*theorem.given, *theorem.met), given.kind, given.term)
        case "attained":
            return f"{given.extra[1:]} is an eigenvector of {given.name}.T @ {given.name} for its extreme eigenvalue"
        case "real":
            return f"{given.extra[1:]} is a number"
    return f"{given.extra[1:]} == {EIGENVALUES[given.kind].format(given.name)}"


def sign_text(statement: Statement, given: Iterable[Given], kind: str, term: t.Term) -> str:
    """T > 0 or T >= 0, for every place of its free indices."""
    shown = readable(term, shapes_of(statement), names_of(given))
    free = sorted(t.free_indices(term))
    every = f" for every {', '.join(f'{i} in range({statement.indices[i]})' for i in free)}" if free else ""
    return f"{shown} {'>' if kind == 'positive' else '>='} 0{every}"


def sentence(statement: Statement, theorem: Theorem) -> str:
    """The claims of a theorem, and all that they assume."""
    words = ", ".join(claim_text(statement, theorem, claim) for claim in theorem.claims)
    under = [given_text(statement, theorem, g) for g in assumptions(theorem)]
    return f"{words}, if {' and '.join(dict.fromkeys(under))}" if under else words


def setting(statement: Statement) -> str:
    """What the theorems are about: every size, symbol, set and constraint."""
    return "; ".join(_setting(statement))


def _setting(statement: Statement) -> Iterator[str]:
    free = [f"{name} >= {least}" for name, least in statement.sizes.items() if name not in statement.fixed]
    if free:
        yield f"for all {', '.join(free)}"
    data = [_symbol(n, shape, within) for n, (shape, within) in statement.data.items() if n not in statement.values]
    if data:
        yield f"for all {', '.join(data)}"
    if statement.values:
        yield f"for the given {', '.join(_symbol(n, *statement.data[n], statement) for n in statement.values)}"
    yield f"in {', '.join(_symbol(name, shape, 'real') for name, shape in statement.parameters.items())}"
    constraints = [sign_text(statement, (), entry.kind, entry.term) for entry in statement.domain if entry.term]
    if constraints:
        yield f"on {' and '.join(constraints)}"


def _symbol(name: str, shape: tuple[t.Size, ...], within: str, statement: Statement | None = None) -> str:
    """lam > 0; y (n,) with every entry in {-1, 1}."""
    fixed = statement.fixed if statement is not None else {}
    sizes = [str(fixed.get(size, size)) if isinstance(size, str) else str(size) for size in shape]
    if not sizes:
        return MEMBER[within].format(name)
    shown = f"{name} ({', '.join(sizes)}{',' * (len(sizes) == 1)})"
    return shown if within == "real" else f"{shown} with {MEMBER[within].format('every entry')}"


def shapes_of(statement: Statement) -> dict[str, tuple[t.Size, ...]]:
    """The shapes of all that a person declared."""
    return {**{name: shape for name, (shape, _) in statement.data.items()}, **statement.parameters}
