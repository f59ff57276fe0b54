"""Accepted claims as the sentences of a theorem, each with its hypotheses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symconvex.data import sizes_of
from symconvex.drafting.draft import Draft
from symconvex.exposition.claims import Claims
from symconvex.exposition.notation import Notation
from symconvex.exposition.tables import array_tex, read_table
from symconvex.exposition.told import Told
from symconvex.exposition.words import domain_tex, every, joined, quantified
from symconvex.kernel import term as t
from symconvex.kernel.reading import Tree
from symconvex.kernel.statement import Given
from symconvex.language.printing.formulas import Atom, Joined, formula_of, sides, text_of_formula
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.problem import Problem
from symconvex.view import Claim

# What a word says beside itself, and need not be said again.
IMPLIED = {
    "affine": ("convex", "concave"),
    "strictly_convex": ("convex",),
    "strictly_concave": ("concave",),
}
RELATIONS = {">=": "\\ge ", "<=": "\\le ", ">": ">", "<": "<", "==": "=", "!=": "\\ne "}
NEITHER = ("not_convex", "not_concave")
FLAT = ("not_strictly_convex", "not_strictly_concave")


def theorem(told: Told[Any], notation: Notation) -> str:
    """Everything that was accepted, and no more."""
    named = notation.naming(told.claims.eigenvalues())
    text = " ".join(filter(None, [*kinds(told, named), *constants(told.claims, told.problem, named)]))
    return f"\\begin{{theorem}}\\label{{thm:main}}\n{text}\n\\end{{theorem}}"


def kinds(told: Told[Any], notation: Notation) -> Iterator[str]:
    """Convex or not, strictly or not, and under which hypotheses."""
    groups: dict[str, list[str]] = {}
    exact = told.claims.view.exact
    for claim in told.claims.accepted:
        if claim.term is None and claim.word.removeprefix("not_") not in exact:
            groups.setdefault(condition(claim, told.draft, notation), []).append(claim.word)
    full = rank_condition(told)
    if full:
        strict, flat = groups[full], groups[full.replace("=", "<")]
        strict.remove("strictly_convex")
        flat.remove("not_strictly_convex")
    where = "its domain" if told.draft.domain else f"${domain_tex(told.problem)}$"
    for number, (word, tree) in enumerate(exact.items()):
        property_, condition_ = word.replace("_", " "), exact_tex(tree, told.draft, notation)
        subject = "It" if number else f"{every(told.problem)} function $f$"
        yield f"{subject} is {property_}{'' if number else f' on {where}'} {condition_}."
    said = bool(exact)
    for given, words in sorted(groups.items(), key=lambda group: bool(group[0])):
        for text in adjectives(words):
            if said:
                yield f"If {given}, it is {text}." if given else f"It is {text}."
            else:
                main, *even = text.split(", and ")
                subject = f"If {given}, the" if given else every(told.problem)
                yield f"{subject} function $f$ is {', and '.join([f'{main} on {where}', *even])}."
            said = True
    if full:
        yield f"It is strictly convex if and only if {full}."
    x = told.claims.matrix("zero", "convex")
    if x is not None and x == told.claims.matrix("nonzero", "not_convex"):
        yield f"So $f$ is convex if and only if ${word_tex(x)}=0$."


def atom_tex(atom: Atom, draft: Draft, notation: Notation) -> str:
    """a <= 2, or a hypothesis of another kind, without the signs for mathematics."""
    if not atom.relation and atom.given is not None:
        return hypothesis(atom.given, draft, notation).strip("$")
    if atom.relation == "==":
        return "=".join(map(notation.tex, sides(atom)))
    return f"{notation.tex(atom.left)}{RELATIONS[atom.relation]}{notation.tex(t.Num(atom.right))}"


def exact_tex(tree: Tree, draft: Draft, notation: Notation) -> str:
    """if and only if ..., or for which data."""

    def write(atom: Atom) -> str:
        return atom_tex(atom, draft, notation)

    formula = formula_of(tree)
    if isinstance(formula, bool):
        return "in every case" if formula else "in no case"
    if isinstance(formula, Joined) and formula.word == "and":
        texts = [text_of_formula(part, write, ("\\land ", "\\lor "), "({})") for part in formula.parts]
        return f"if and only if {joined([f'${text}$' for text in texts])}"
    parts = formula.parts if isinstance(formula, Joined) else (formula,)
    texts = [text_of_formula(part, write, ("\\land ", "\\lor "), "({})") for part in parts]
    return f"if and only if {' or '.join(f'${text}$' for text in texts)}"


def adjectives(words: Sequence[str]) -> Iterator[str]:
    """What it is, with what it is not even; and that it is not strictly so."""
    implied = {weak for word in words for weak in IMPLIED.get(word, ())}
    both = {"not_quasiconvex", "not_quasiconcave"} <= set(words)
    hidden = {*implied, *NEITHER, *FLAT, "not_quasiconvex", *(("not_quasiconcave",) if both else ())}
    main = [w.replace("_", " ") for w in words if w not in hidden]
    against = [word.replace("_", " ") for word in words if word in NEITHER]
    main += ["neither convex nor concave"] if len(against) == 2 else against
    even = [f"not even quasiconvex{' or quasiconcave' if both else ''}"] if "not_quasiconvex" in words else []
    if main or even:
        yield ", and ".join([*([joined(main)] if main else []), *even])
    yield from (word.replace("_", " ") for word in FLAT if word in words)


def condition(claim: Claim, draft: Draft, notation: Notation) -> str:
    """The hypotheses as a reader checks them; empty when all data meet them."""
    case = claim.theorem.case
    if case is not None:
        names = zip(draft.parameters.values(), case.parameters.values(), strict=True)
        pairs = [*names, *((draft.data[name], shape) for name, (shape, _) in case.data.items())]
        sizes = {a: b for named, numbers in pairs for a, b in zip(named, numbers, strict=True)}
        return case_tex(draft.problem, sizes, case.values)
    texts = dict.fromkeys(filter(None, (hypothesis(given, draft, notation) for given in claim.assumed)))
    return joined(texts) if texts else ""


def case_tex(problem: Problem, sizes: Mapping[Any, Any], values: Mapping[str, object]) -> str:
    """n = 1, X = (1): the sizes and data of a case, without those that are given for all."""
    fixed = sizes_of(problem)
    shown = [f"${size_tex(k)}={length}$" for k, length in sorted(sizes.items(), key=str) if k not in (length, *fixed)]
    data = {name: read_table(value) for name, value in values.items() if name not in problem.values}
    return joined([*shown, *(f"${word_tex(name)}={array_tex(name, table)}$" for name, table in data.items())])


def hypothesis(given: Given, draft: Draft, notation: Notation) -> str:
    """One hypothesis; empty where it only names an eigenvalue, an eigenvector or a number, which always exist."""
    x = word_tex(given.name) if given.name else ""
    match given.kind:
        case "nonzero":
            return f"${x}\\ne0$"
        case "zero":
            return f"${x}=0$"
        case "injective" | "null":
            return f"$\\rank {x}{'=' if given.kind == 'injective' else '<'}{size_tex(draft.data[given.name][-1])}$"
        case "injective_affine" | "null_affine":
            relation, d = "=" if given.kind == "injective_affine" else "<", draft.data[given.name][-1]
            count = str(d + 1) if isinstance(d, int) else f"{size_tex(d)}+1"
            return f"$\\rank[\\,{x}\\;\\mathbf 1\\,]{relation}{count}$"
        case "positive" | "nonneg" if given.term is not None:
            return f"${notation.tex(given.term)}{'>' if given.kind == 'positive' else chr(92) + 'ge '}0$"
    return ""


def rank_condition(told: Told[Any]) -> str:
    """rank X = d, when the loss is strictly convex then and only then."""
    for one, other in (("injective", "null"), ("injective_affine", "null_affine")):
        full, flat = told.claims.find("strictly_convex", one), told.claims.find("not_strictly_convex", other)
        if full is not None and flat is not None and full.assumed[0].name == flat.assumed[0].name:
            return hypothesis(full.assumed[0], told.draft, Notation({}, {}))
    return ""


def constants(claims: Claims, problem: Problem, notation: Notation) -> Iterator[str]:
    """Modulus and smoothness constant, and whether they are best possible."""
    if claims.modulus is not None:
        modulus = notation.tex(claims.modulus)
        when = "" if claims.always("strongly_convex") else f" if ${modulus}>0$"
        best = " and with no larger one" if claims.modulus_is_best else ""
        yield f"It is strongly convex{when}, with modulus ${modulus}${best}."
    yield never_sentence(claims, problem)
    if claims.smoothness is not None:
        best = ", and no smaller constant will do" if claims.smoothness_is_best else ""
        yield f"Its gradient is Lipschitz continuous with constant ${notation.tex(claims.smoothness)}${best}."


def never_sentence(claims: Claims, problem: Problem) -> str:
    """Strongly convex for no data."""
    if not claims.never_strongly:
        return ""
    return f"It is {'never' if quantified(problem) else 'not'} strongly convex."
