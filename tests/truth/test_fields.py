"""Every field that `prove --json` prints, computed anew from the accepted theorems: nothing else may speak.

The rules that turn theorems into fields are written a second time here, from what the kernel's words mean.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest
from support.deciding import unhurried
from support.known_losses import random_loss
from support.meaning import same_condition

from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, Theorem, check
from symconvex.kernel.reading import Split, Tree
from symconvex.kernel.statement import Statement
from symconvex.language import state
from symconvex.language.printing.theorems import given_text
from symconvex.models import models
from symconvex.problem import Problem
from symconvex.settle import Proof, fields
from symconvex.verdict import Undecided

NAMING = {"spectral", "spectral_least", "attained", "real"}  # hypotheses that only give a name to what exists
DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}


@dataclass(frozen=True)
class Said:
    """A claim, what has to hold for it, and the theorem."""

    word: str
    term: t.Term | None
    under: tuple
    theorem: Theorem


def said(accepted: Accepted) -> list[Said]:
    return [
        Said(claim.word, claim.term, tuple(g for g in theorem.given if g.kind not in NAMING), theorem)
        for theorem in accepted.theorems
        for claim in theorem.claims
    ]


def kinds(claim: Said) -> list[str]:
    return [g.kind for g in claim.under]


def recomputed(accepted: Accepted) -> dict[str, object]:
    """verdict, strict, condition, quasiconvex as the theorems imply them."""
    claims = said(accepted)
    free = {c.word for c in claims if not c.under}
    by_data = {c.word for c in claims if set(kinds(c)) <= {"nonzero"}}
    way = "concave" if {"concave", "strictly_concave"} & free and not {"convex", "affine"} & free else "convex"
    if "affine" in free or {"convex", "concave"} <= free:
        verdict = "affine"
    elif {"convex", "strictly_convex", "strongly_convex"} & free:
        verdict = "convex"
    elif {"concave", "strictly_concave", "strongly_concave"} & free:
        verdict = "concave"
    elif "not_convex" in by_data:
        verdict = "neither" if "not_concave" in by_data else "not convex"
    else:
        verdict = "depends"
    strict = {True: True, False: False}.get(
        True
        if {f"strictly_{way}", f"strongly_{way}"} & free
        else False
        if verdict == "affine" or f"not_strictly_{way}" in free
        else None
    )
    zero = {c.under[0].name for c in claims if c.word == "convex" and kinds(c) == ["zero"]}
    nonzero = {c.under[0].name for c in claims if c.word == "not_convex" and kinds(c) == ["nonzero"]}
    full = {c.under[0].name for c in claims if c.word == f"strictly_{way}" and kinds(c) == ["injective"]}
    thin = {c.under[0].name for c in claims if c.word == f"not_strictly_{way}" and kinds(c) == ["null"]}
    condition = "True" if verdict in ("convex", "affine") else "False" if "not_convex" in free else None
    return {
        "verdict": verdict,
        "strict": strict,
        "strict_when": next((f"rank({x}) == {accepted.statement.data[x][0][1]}" for x in full & thin), None),
        "condition": next((f"{x} == 0" for x in zero & nonzero), condition),
        "concave_condition": "True" if verdict in ("concave", "affine") else "False" if "not_concave" in free else None,
    }


def constants(accepted: Accepted, word: str) -> set[str]:
    """Every constant that some theorem claims, as text, with eigenvalues by what they are."""
    return {shown(c.theorem, c.term) for c in said(accepted) if c.word == word and c.term is not None}


def shown(theorem: Theorem, term: t.Term) -> str:
    names = {g.extra: f"{g.kind}:{g.name}" for g in (*theorem.given, *theorem.met) if g.kind in NAMING}
    return t.render(t.substitute(term, {old: ((), t.Sym(new)) for old, new in names.items()}))


def is_beyond(accepted: Accepted, word: str, constant: t.Term, theorem: Theorem, sign: int) -> bool:
    """Is every number on the other side of the constant refuted, under no other hypothesis?"""
    for c in said(accepted):
        if c.word != word or kinds(c) != ["positive"] or not isinstance(c.term, t.Sym):
            continue
        gap = t.sub(c.term, constant) if sign > 0 else t.sub(constant, c.term)
        if shown(c.theorem, c.under[0].term) == shown_in(c.theorem, theorem, gap):
            return True
    return False


def shown_in(one: Theorem, other: Theorem, term: t.Term) -> str:
    """The term of one theorem and a number of another, under common names."""
    names = {g.extra: f"{g.kind}:{g.name}" for th in (one, other) for g in (*th.given, *th.met) if g.kind in NAMING}
    return t.render(t.substitute(term, {old: ((), t.Sym(new)) for old, new in names.items()}))


@cache
def rows() -> list[tuple[str, Problem]]:
    found = []
    for name, model in models().items():
        choices = [option.choices or (option.default,) for option in model.options]
        for picked in product(*choices):
            options = {o.name: value for o, value in zip(model.options, picked, strict=True)}
            found.append((f"{name} {' '.join(map(str, picked))}", model.problem(options)))
    for seed in range(1000, 1060):
        loss = random_loss(seed)
        found.append((loss.text, state(loss.text, wrt="w", shapes=loss.shapes, sets=loss.sets)))
    for text, wrt, more in OTHERS:
        found.append((text, state(text, wrt=wrt, **more)))
    return found


OTHERS = [
    ("x**3", "x", {"shapes": {}, "positive": ["x"]}),
    ("-log(x) - log(1 - x)", "x", {"shapes": {}, "where": ["0 < x < 1"]}),
    ("sum((sigmoid(X@w) - y)**2)", "w", {"shapes": DATA}),
    ("x*y", "x, y", {"shapes": {}}),
    ("3*x - 1", "x", {"shapes": {}}),
    ("sum(w**2)", "w", {"shapes": {"w": ("d",)}, "where": ["w > 0", "sum(w) < 1"]}),
    ("a*x**2", "x", {"shapes": {"a": ()}}),
    ("a*x**2 + b*x*y + c*y**2", "x, y", {"shapes": {}}),
]


@pytest.mark.parametrize("number", range(3))
def test_every_field_follows_from_the_theorems(number: int) -> None:
    compared = 0
    for name, problem in rows()[number::3]:
        verdict = unhurried(problem)
        if isinstance(verdict, Undecided):
            assert not verdict.theorems
            continue
        printed = fields(Proof(verdict, (), (), (), "", 0.0))
        accepted = check(json.loads(json.dumps(verdict.certificate)))
        assert isinstance(accepted, Accepted)
        wrong = list(differences(printed, accepted, problem))
        assert not wrong, f"{name}: {wrong}"
        compared += 1
    assert compared >= 20


WORDS = {"condition": "convex", "concave_condition": "concave", "strict_when": "strictly_convex"}


def by_cases(tree: Tree, statement: Statement) -> str:
    """The cases of an exact condition one by one: the first hypothesis and what follows, or not it and what then follows."""
    if not isinstance(tree, Split):
        return str(bool(tree))
    first = tree.hypotheses[0]
    case = given_text(statement, Theorem((first,), (), ()), first)
    return f"(({case}) and {by_cases(tree.then, statement)}) or (not ({case}) and {by_cases(tree.other, statement)})"


def is_exact(printed: dict, field: str, accepted: Accepted) -> bool:
    """Does the field say what the cases of the certificate say?"""
    statement, tree = accepted.statement, accepted.exact[WORDS[field]]
    shapes = {name: shape for name, (shape, _) in statement.data.items()}
    sets = {name: within for name, (_, within) in statement.data.items()}
    return same_condition(printed[field], f"({by_cases(tree, statement)})", shapes, sets) is True


def differences(printed: dict, accepted: Accepted, problem: Problem) -> Iterator[str]:
    """Fields that say something else than the theorems."""
    for field, value in recomputed(accepted).items():
        if field in WORDS and WORDS[field] in accepted.exact:
            if not is_exact(printed, field, accepted):
                yield f"{field} is {printed[field]}, which is not what the cases say"
        elif printed[field] != value:
            yield f"{field} is {printed[field]} and not {value}"
    yield from constant_faults(printed, accepted)
    yield from setting_faults(printed, accepted, problem)
    yield from refutation_faults(printed, accepted)
    yield from sentence_faults(printed, accepted)
    free = {c.word for c in said(accepted) if not c.under}
    if printed["quasiconvex"] is False and "not_quasiconvex" not in free:
        yield "not quasiconvex under no theorem"
    if printed["verdict"] in ("convex", "affine") and printed["quasiconvex"] is not True:
        yield "convex and not quasiconvex"


def setting_faults(printed: dict, accepted: Accepted, problem: Problem) -> Iterator[str]:
    """Sets, least sizes and constraints that are not said."""
    statement = accepted.statement
    if len(printed["domain"]) != len(statement.domain):
        yield "a constraint is missing"
    for symbol, (shape, within) in statement.data.items():
        mark = {"positive": f"{symbol} > 0", "sign": "{-1, 1}", "binary": "{0, 1}", "unit": "< 1"}.get(within, symbol)
        if (mark if not shape or within in ("sign", "binary", "unit") else symbol) not in printed["setting"]:
            yield f"the setting does not say that {symbol} is {within}"
    for size, least in statement.sizes.items():
        if f"{size} >= {least}" not in printed["setting"]:
            yield f"the setting does not say {size} >= {least}"
        if least > problem.least.get(size, 1) and f"{size} >= {least}" not in printed["hypotheses"]:
            yield f"{size} >= {least} is no hypothesis"


def refutation_faults(printed: dict, accepted: Accepted) -> Iterator[str]:
    """Points and hypotheses belong to a refutation."""
    refuting = [c for c in said(accepted) if c.word == "not_convex"]
    if (printed["witness"] is not None) != bool(refuting):
        yield "points without a refutation, or the other way round"
    if printed["verdict"] in ("neither", "not convex"):
        for g in min(refuting, key=lambda c: len(c.under)).under:
            if f"{g.name} != 0" not in printed["hypotheses"]:
                yield f"{g} is no hypothesis"
    elif any("!=" in text for text in printed["hypotheses"]):
        yield "a proof with a hypothesis"


def sentence_faults(printed: dict, accepted: Accepted) -> Iterator[str]:
    """Every theorem is a sentence with its claims and with "if" where it assumes something."""
    if len(printed["theorems"]) != len(accepted.theorems):
        yield "a theorem is missing, or one does not say what it is"
        return
    for sentence, theorem in zip(printed["theorems"], accepted.theorems, strict=True):
        if any(g.kind not in NAMING for g in theorem.given) != (", if " in sentence):
            yield f"{sentence!r} does not say what it assumes"
        for claim in theorem.claims:
            if claim.word.replace("_", " ") not in sentence:
                yield f"{sentence!r} does not say {claim}"


def constant_faults(printed: dict, accepted: Accepted) -> Iterator[str]:
    """Is each constant one that is claimed, with all that it needs, and best only when what is beyond is refuted?"""
    way = "concave" if printed["verdict"] == "concave" else "convex"
    for field, word, beyond, sign in (
        ("modulus", f"strongly_{way}", "not_strongly_convex", 1),
        ("smoothness", "smooth", "not_smooth", -1),
    ):
        claims = [c for c in said(accepted) if c.word == word and c.term is not None]
        if (printed[field] is None) != (not claims):
            yield f"{field} is {printed[field]}, claimed are {constants(accepted, word)}"
        fitting = [c for c in claims if (printed[f"{field}_when"] is None) == (not c.under)]
        if claims and not fitting:
            yield f"{field}_when is {printed[f'{field}_when']}"
        if field in printed["exact"]:
            tight = [c for c in claims if is_beyond(accepted, beyond, c.term, c.theorem, sign)]
            none = not claims and is_beyond(accepted, beyond, t.ZERO, accepted.theorems[0], sign)
            if not tight and not none:
                yield f"{field} is called best possible"


CHANGES = [
    # id                        field          value                       seen
    ("another answer",          "verdict",     "concave",                  "verdict"),
    ("strict everywhere",       "strict",      True,                       "strict"),
    ("no condition",            "strict_when", None,                       "strict_when"),
    ("a modulus for nothing",   "modulus_when", None,                      "modulus_when"),
    ("a modulus hidden",        "modulus",     None,                       "modulus"),
    ("a domain of its own",     "domain",      ["x > 0"],                  "constraint"),
    ("a set hidden",            "setting",     "for all d >= 1, n >= 1",   "setting"),
    ("a size hidden",           "setting",     "for all X, y",             "setting"),
    ("a hypothesis too many",   "hypotheses",  ["X != 0"],                 "hypothesis"),
    ("points from nowhere",     "witness",     {"at": {"w": "0"}},         "points"),
    ("a theorem too good",      "theorems",    ["convex"] * 7,             "say"),
    ("not quasiconvex",         "quasiconvex", False,                      "quasiconvex"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "seen"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_field_that_says_something_else_is_seen(field: str, value: object, seen: str) -> None:
    problem = state("sum((X@w - y)**2)/2", wrt="w", shapes=DATA)
    verdict = unhurried(problem)
    printed = fields(Proof(verdict, (), (), (), "", 0.0))
    accepted = check(verdict.certificate)
    assert not list(differences(printed, accepted, problem))
    assert any(seen in fault for fault in differences({**printed, field: value}, accepted, problem))
