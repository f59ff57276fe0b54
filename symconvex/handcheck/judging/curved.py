"""Convexity of a function in a derivation that is not its loss, or on a part of its domain: the prover is asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from symconvex.handcheck.formula.tree import Group, Node
from symconvex.handcheck.judging.asked import ask, question_of
from symconvex.handcheck.judging.assumed import Assumed, assumed, injective
from symconvex.handcheck.judging.identities import plain, softened, with_facts
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.symbolic import term_of
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.meaning.worlds import bare_env
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic
from symconvex.kernel import term as t
from symconvex.kernel.term import Malformed, Refused, Sym, Term

STRONG = frozenset({"strongly_convex"})
STRICT = STRONG | {"strictly_convex"}
SHOWS = {
    "convex": STRICT | {"convex", "affine"},
    "strictly convex": STRICT,
    "strongly convex": STRONG,
    "concave": frozenset({"concave", "affine", "strictly_concave", "strongly_concave"}),
    "strictly concave": frozenset({"strictly_concave", "strongly_concave"}),
    "affine": frozenset({"affine"}),
}


def is_curved(
    kind: str,
    body: Callable[[Env], Matrix],
    wrt: tuple[Node, ...],
    conditions: tuple[Node, ...],
    text: str,
    setting: Setting,
) -> bool:
    """Does the prover show the function of the variables to be of the kind, under the conditions?"""
    env = bare_env(setting)
    full = env.world.declared
    try:
        keys = tuple(_keys(wrt, env)) or setting.declared.parameters
        under = assumed(conditions, env)
        value = term_of(body(env).value)
        moved = _moving(keys, under)
        if env.algebra.kinked or under.factors or under.moved or moved is None:
            return False
        ranks = injective(conditions, text, env)
    except (Unknown, Mismatch, NotSymbolic, Refused, Malformed):
        return False
    made = {name: Named(name, within=within) for name, within in under.sets.items()}
    declared = replace(full, names={**full.names, **made})
    shapes = {name: declared.names[name].shape for name in moved}
    return any(
        ask(question_of(spelling, shapes, declared)).says(SHOWS[kind], ranks)
        for spelling in _spellings(under(value), declared)
    )


def _keys(wrt: tuple[Node, ...], env: Env) -> Iterator[str]:
    for node in wrt:
        items = node.items if isinstance(node, Group) else (node,)
        for item in items:
            key = indexing.whole(item, env)
            if key not in env.world.declared.names:
                raise Unknown("a variable of its own")
            yield key


def _moving(keys: tuple[str, ...], under: Assumed) -> tuple[str, ...] | None:
    """The variables, x = c + s as s; None where what is assumed of one is no bound that stands still."""
    bounds = {symbol.name: value for symbol, value in under.put.items()}
    moving = {under.slacks.get(key, key) for key in keys}
    for name, value in bounds.items():
        own = {under.slacks[name]} if name in keys and name in under.slacks else set()
        if (name in keys and not own) or _names(value) & ({*keys, *moving} - own):
            return None
    return tuple(under.slacks.get(key, key) for key in keys)


def _names(term: Term) -> set[str]:
    return {part.name for part in t.subterms(term) if isinstance(part, Sym)}


def _spellings(term: Term, declared: Declared) -> Iterator[Term]:
    yield softened(term)
    yield softened(with_facts(plain(term, declared), declared))
