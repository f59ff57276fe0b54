"""What a line is said under, put into its terms: i = j, x > c as x = c + s with a positive s, X of full rank."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from symconvex.handcheck.formula.tree import Chain, Name, Node, Text
from symconvex.handcheck.formula.walking import relations
from symconvex.handcheck.judging.conditions import full_rank
from symconvex.handcheck.judging.identities import mapped
from symconvex.handcheck.meaning import ranges
from symconvex.handcheck.meaning.symbolic import term_of
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.matrices import Mismatch, NotSymbolic
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term

INJECTIVE = frozenset({"full-rank", "invertible", "pd"})
MADE = "?slack"
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
SLACKS = {">": "positive", ">=": "nonnegative", "<": "positive", "<=": "nonnegative"}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is put for symbols, the factors of a gap that need not vanish elsewhere, and the sets of new symbols.

    put        symbol -> term
    moved      index -> index
    factors    1 - [i = j] for i != j: only where it is not 0 something is said
    sets       new symbols -> their sets
    slacks     symbols that are bounded on one side -> the new symbol that says by how much they are inside
    """

    put: Mapping[Sym, Term] = field(default_factory=dict)
    moved: Mapping[str, t.Index] = field(default_factory=dict)
    factors: tuple[Term, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    slacks: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, term: Term) -> Term:
        """The term where everything that is assumed holds."""
        changed = mapped(term, lambda part: self.put.get(part) if isinstance(part, Sym) else None)
        return t.mul(*self.factors, t.reindex(changed, dict(self.moved)))


def assumed(conditions: tuple[Node, ...], env: Env) -> Assumed:
    """Every condition that can be put in; to leave one out only asks for more."""
    found = Assumed()
    chains = (condition for condition in conditions if isinstance(condition, Chain))
    for left, sign, right in (one for chain in chains for one in relations(chain)):
        try:
            found = _with(found, left, sign, right, env)
        except (Unknown, Mismatch, NotSymbolic):
            continue
    return found


def _with(found: Assumed, left: Node, sign: str, right: Node, env: Env) -> Assumed:
    if sign not in FLIPPED:
        return found
    places = [env.indices.get(side.base) if isinstance(side, Name) else None for side in (left, right)]
    if isinstance(places[0], str) and isinstance(places[1], str):
        return _with_indices(found, places[0], sign, places[1])
    if ranges.unbound(left, env) or ranges.unbound(right, env):
        return found
    first, second = (found(term_of(env.value(side).value)) for side in (left, right))
    for one, other, way in ((first, second, sign), (second, first, FLIPPED[sign])):
        if isinstance(one, Sym) and not one.name.startswith(MADE) and one not in t.subterms(other):
            return _with_symbol(found, one, way, other)
    return found


def _with_indices(found: Assumed, first: str, sign: str, second: str) -> Assumed:
    match sign:
        case "=" if first not in found.moved and second not in found.moved.values():
            return replace(found, moved={**found.moved, first: second})
        case "!=":
            apart = t.power(t.sub(t.ONE, t.Delta(first, second)), 2)
            return replace(found, factors=(*found.factors, apart))
    return found


def _with_symbol(found: Assumed, symbol: Sym, sign: str, other: Term) -> Assumed:
    slack, sets, slacks = Sym(f"{MADE}{len(found.put)}"), dict(found.sets), dict(found.slacks)
    match sign:
        case "=":
            value = other
        case "!=" if other == t.ZERO:
            turn = Sym(f"{MADE}{len(found.put)}sign")
            value = t.mul(turn, slack)
            sets |= {slack.name: "positive", turn.name: "sign"}
        case ">" | ">=" | "<" | "<=":
            value = t.add(other, slack) if sign in (">", ">=") else t.sub(other, slack)
            sets[slack.name], slacks[symbol.name] = SLACKS[sign], slack.name
        case _:
            return found
    change: Callable[[Term], Term | None] = lambda part: value if part == symbol else None  # noqa: E731
    put = {old: mapped(term, change) for old, term in found.put.items()}
    return replace(found, put={**put, symbol: value}, sets=sets, slacks=slacks)


def injective(conditions: tuple[Node, ...], text: str, env: Env) -> frozenset[str]:
    """The matrices that are declared or said to be of full column rank."""
    declared = (name for name, named in env.world.declared.names.items() if named.traits & INJECTIVE)
    words = [condition.text for condition in conditions if isinstance(condition, Text)]
    matches = map(full_rank, (*words, text))
    said = (next(filter(None, match.groups()), "") for match in matches if match is not None)
    return frozenset((*declared, *said))
