"""Arguments and their pages: which loss is told how, what a page must and must not say, and claims with all hypotheses."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest
from support.deciding import unhurried
from support.stored import ROOT

from symconvex.catalogue import load
from symconvex.data import with_data
from symconvex.decide import decide
from symconvex.drafting.draft import MADE, draft_of
from symconvex.exposition.claims import Claims
from symconvex.exposition.told import Page
from symconvex.kernel.check import Accepted, Theorem
from symconvex.kernel.reading import read_statement
from symconvex.kernel.statement import read_given, read_judgment
from symconvex.kernel.term import render
from symconvex.language.state import state
from symconvex.models import models
from symconvex.verdict import Proved, Refuted
from symconvex.view import view_of

STORED = sorted((ROOT / "proofs").glob("*/proof.tex"))
PACKAGE = Path(importlib.import_module("symconvex").__file__ or "").parent
Shapes = dict[str, tuple[int | str, ...]]
VECTOR: Shapes = {"w": ("d",), "X": ("n", "d"), "y": ("n",)}
SCORES: Shapes = {"P": ("K", "d"), "A": ("n", "d"), "Q": ("n", "K")}
SIGNS, POSITIVE = {"y": "sign"}, {"c": "positive"}

# id                 loss                                             shapes                            sets       told as
LOSSES: list[tuple[str, str, Shapes, dict[str, str], str]] = [
    ("squares",      "sum((X @ w - y)**2)",                           VECTOR,                           {},        "squares"),
    ("weighted",     "sum(c*(X @ w - y)**2)",                         {**VECTOR, "c": ("n",)},          POSITIVE,  "squares"),
    ("constant",     "sum((X @ w - y)**2) + sum(y)",                  VECTOR,                           {},        "squares"),
    ("nonnegative",  "sum((X @ w - y)**2) + c*sum(w**2)",             {**VECTOR, "c": ()},              {"c": "nonnegative"}, "squares"),
    ("positive",     "sum((X @ w - y)**2) + c*sum(w**2)",             {**VECTOR, "c": ()},              POSITIVE,  "squares"),
    ("counts",       "sum(y*exp(X @ w))",                             VECTOR,                           {"y": "count"}, "squares"),
    ("labels",       "sum(log(1 + exp(-y*(X @ w))))",                 VECTOR,                           SIGNS,     "squares"),
    ("mean",         "mean(log(1 + exp(-y*(X @ w))))",                VECTOR,                           SIGNS,     "squares"),
    ("residuals",    "sum(log(1 + exp(X @ w - y))) + sum(w**2)",      VECTOR,                           {},        "squares"),
    ("huber",        "sum((X @ w - y)**2/2 - relu(X @ w - y - c)**2/2 - relu(y - X @ w - c)**2/2)",
                                                                      {**VECTOR, "c": ()},              POSITIVE,  "squares"),
    ("transposed",   "sum((X.T @ w - y)**2)",                         {**VECTOR, "w": ("n",), "y": ("d",)}, {},    "curvature"),
    ("entrywise",    "sum((X @ w - y)**2) + sum(c*w**2)",             {**VECTOR, "c": ("d",)},          POSITIVE,  "curvature"),
    ("two matrices", "sum((X @ w - y)**2) + sum(exp(Z @ w))",         {**VECTOR, "Z": ("m", "d")},      {},        "curvature"),
    ("one number",   "exp(w) + w**2",                                 {"w": ()},                        {},        "univariate"),
    ("negated",      "-sum(exp(X @ w))",                              {"w": ("d",), "X": ("n", "d")},   {},        "curvature"),
    ("linear",       "sum(X @ w)",                                    {"w": ("d",), "X": ("n", "d")},   {},        "curvature"),
    ("log-sum-exp",  "log(sum(exp(X @ w + y)))",                      VECTOR,                           {},        "curvature"),
    ("softmax",      "sum(logsumexp(A @ P.T, axis=1)) - sum(Q*(A @ P.T))", SCORES,                      {},        "variance"),
    ("mean softmax", "mean(logsumexp(A @ P.T, axis=1) - sum(Q*(A @ P.T), axis=1))", SCORES,             {},        "variance"),
    ("twice linear", "sum(logsumexp(A @ P.T, axis=1)) - 2*sum(Q*(A @ P.T))", SCORES,                    {},        "curvature"),
    ("one row",      "sum((X @ w)**2)",                               {"w": ("d",), "X": (1, "d")},     {},        "curvature"),
    ("built",        "max(w*atan(w), 1)",                             {"w": ()},                        {},        "structure"),
    ("z is taken",   "max(z*w*atan(w), 1)",                           {"w": (), "z": ()},               {"z": "positive"}, "structure"),
    ("growth",       "exp(w) - w**3/6 - w**2/2 - w",                  {"w": ()},                        {},        "univariate"),
    ("bounded",      "cos(w) + w**2/2",                               {"w": ()},                        {},        "univariate"),
    ("no target",    "sum(logsumexp(A @ P.T, axis=1))",               {"P": ("K", "d"), "A": ("n", "d")}, {},      "curvature"),
]  # fmt: skip
NAMES = [row[0] for row in LOSSES]


@cache
def verdict_of(case: str) -> Proved:
    _, text, shapes, sets, _ = LOSSES[NAMES.index(case)]
    verdict = decide(state(text, wrt=("P" if "P" in shapes else "w",), shapes=shapes, sets=sets, name=""), budget=30.0)
    assert isinstance(verdict, Proved), verdict
    return verdict


@cache
def page_of(case: str) -> str:
    return verdict_of(case).to_latex().split("\\maketitle")[1]


@pytest.mark.parametrize(("case", "told"), [(row[0], row[-1]) for row in LOSSES], ids=NAMES)
def test_a_loss_is_told_by_the_page_of_its_argument(case: str, told: str) -> None:
    argument = verdict_of(case).argument
    assert argument is not None
    assert argument.name == told


# id                 what the page says                                what it must not say, for it would be false
SENTENCES = [
    ("squares",      r"\nabla^2 f(w)&=\sum_{i=1}^{n}2\,x_{i}\,x_{i}\T=2X\T X",  r"\diag"),
    ("weighted",     r"d_{i}=2 c_{i}",                                 r"c_{i}X\T X"),
    ("constant",     r"\sum_{i}\ell(e_{i})+\sum_{i=1}^{n}y_{i}$",      r"\sum_{i}\ell(e_{i})$"),
    ("nonnegative",  r"\underbrace{2 c}_{\ge0}",                       r"\underbrace{2 c}_{>0}"),
    ("nonnegative",  r"vanishes only when $Xv=0$",                     r"vanishes exactly when"),
    ("positive",     r"\underbrace{2 c}_{>0}",                         r"\underbrace{2 c}_{\ge0}"),
    ("counts",       r"the exponential function is positive and $y_{i}\ge 0$",  r"$y_{i}>0$"),
    ("labels",       r"vanishes exactly when $Xv=0$",                  r"vanishes only when"),
    ("labels",       r"The weights are positive: $0<\sigma<1$.",       r"not negative: "),
    ("mean",         r"\ell'(m)&=-\frac{\sigma(-m)}{n}",               r"\frac{e^{-m"),
    ("residuals",    r"\ell(r)=\log(1 + e^{r})",                       r"e^{e"),
    ("huber",        r"$e_{i} - c>0$ and $-e_{i} - c>0$ exclude each other, because $c>0$",  r"The weights are positive"),
    ("huber",        r"continuous and, but for finitely many $t$",     r"A twice continuously differentiable"),
    ("transposed",   r"\nabla^2 f&=2 X X^{\mathsf T}",                 r"\rank"),
    ("two matrices", r"If $\rank X=d$, it is strictly convex.",        r"if and only if"),
    ("two matrices", r"What else the theorem says is shown in the certificate.",  r"Step 4"),
    ("one number",   r"is strictly convex on $\R$.",                   r"What else"),
    ("negated",      r"\;\le\;0",                                      r"\;\ge\;0"),
    ("built",        r"$\varphi(z)=z \arctan(z)$",                    r"\varphi(w)"),
    ("z is taken",   r"$\varphi(t)=t \arctan(t)$",                    r"\varphi(z)"),
    ("linear",       r"is affine on $\R^{d}$",                         r"strictly"),
    ("softmax",      r"z_{ik}=p_{k}\T a_{i}",                          r"p_{ik}"),
    ("mean softmax", r"\nabla f(P)&=\frac{1}{n}\,(",                   r"\nabla f(P)&=("),
]  # fmt: skip


@pytest.mark.parametrize(("case", "says", "never"), SENTENCES, ids=[f"{row[0]}: {row[1][:30]}" for row in SENTENCES])
def test_a_page_says_what_is_true_and_no_more(case: str, says: str, never: str) -> None:
    text = page_of(case)
    assert says in text
    assert never not in text


GIVEN_SIZES = [
    # given                                                   says
    ({},                                                      r"Let $n,d\ge 1$."),
    ({"y": (0, 1, 2)},                                        r"Let $n=3$ and $d\ge 1$."),
    ({"X": ((1, 0), (0, 1), (1, 1)), "y": (0, 1, 2)},         r"Let $d=2$ and $n=3$."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "says"), GIVEN_SIZES, ids=[row[1] for row in GIVEN_SIZES])
def test_sizes_that_data_fix_are_numbers(given: dict[str, object], says: str) -> None:
    problem = state("sum((X @ w - y)**2)", wrt=("w",), shapes=VECTOR)
    verdict = decide(with_data(problem, given), budget=30.0)
    assert isinstance(verdict, Proved)
    assert says in verdict.to_latex()


ROWS, TARGETS, OTHERS = ((1, 2), (3, -1), (0, 1)), ((-1,), (0,), (-2,)), ((3,), (0,), (-2,))
MANY = tuple((k % 7 - 3,) * 10 for k in range(450))  # so many that the theorem for all data is put to them
TOLD_BROKEN = [
    # id                model                   options                     given                      the inequality that is true
    ("plus",            "mlp",                  {},                         {"X": ROWS, "Y": TARGETS}, r"and $k=1$ it is $f(\theta_+)>f_0$."),
    ("minus",           "mlp",                  {},                         {"X": ROWS, "Y": OTHERS},  r"and $k=1$ it is $f(\theta_-)>f_0$."),
    ("no place",        "matrix-factorization", {},                         {"M": ROWS},               r"data it is $f(\theta_-)>f_0$."),
    ("back",            "mlp",                  {"activation": "sigmoid"},  {"X": ROWS, "Y": OTHERS},  r"it is $f(P_+-u)>f(P_+)$."),
    ("bounded",         "sigmoid-squared",      {},                         {"X": MANY, "y": (0,) * 450}, r"it is $f(u)>f(0)$."),
    ("no targets",      "mlp",                  {},                         {"X": ROWS},               ""),
    ("nothing",         "mlp",                  {},                         {},                        ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "options", "given", "says"), [r[1:] for r in TOLD_BROKEN], ids=[r[0] for r in TOLD_BROKEN]
)
def test_a_page_names_the_inequality_that_given_numbers_break(
    model: str, options: dict[str, str], given: dict[str, object], says: str
) -> None:
    verdict = unhurried(with_data(models()[model].problem(options), given))
    assert isinstance(verdict, Refuted)
    told = re.findall(r"For the given data.*? it is .*\.", verdict.to_latex())
    assert len(told) == bool(says)
    assert "".join(told).endswith(says)


@pytest.mark.parametrize("case", NAMES)
def test_no_page_shows_a_made_name(case: str) -> None:
    assert MADE in str(verdict_of(case).certificate) or case not in {"built", "z is taken"}
    assert MADE not in page_of(case)


@pytest.mark.parametrize("path", STORED, ids=[path.parent.name for path in STORED])
def test_no_stored_page_shows_a_made_name(path: Path) -> None:
    assert re.search(rf"{re.escape(MADE)}\w", path.read_text(encoding="utf-8")) is None  # a question ends with the sign


ARGUMENTS = sorted(path.stem for path in (PACKAGE / "drafting/arguments").glob("[!_]*.py"))


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_kind_of_argument_has_its_page(name: str) -> None:
    module = importlib.import_module(f"symconvex.drafting.arguments.{name}")
    named = [
        value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__
    ]
    assert name in [getattr(value, "name", "") for value in named]
    assert load("symconvex.exposition", name, "PAGE", Page).name == name


@pytest.mark.parametrize("path", sorted((PACKAGE / "exposition").glob("*.py")), ids=lambda path: path.stem)
def test_pages_differentiate_nothing(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    kept = [n for n in module.body if not (isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")]
    imports = [n.module or "" for top in kept for n in ast.walk(top) if isinstance(n, ast.ImportFrom)]
    assert [
        name for name in imports if name.startswith(("symconvex.calculus.closed", "symconvex.kernel.calculus"))
    ] == []


STATED = state(
    "sum((X @ w - y)**2) + a*sum(w**2)", wrt="w", shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",), "a": ()}
)
INJECTIVE, LEAST, POSITIVE_L = "(injective X)", "(spectral_least ?l X)", "(positive ?l)"
BEYOND = ("(loss not_strongly_convex ?m)",)
# id                        theorems                                                                     question        answer
ACCEPTED = [
    ("plain",               [((), ("(loss convex)",))],                                                  "always",       True),
    ("under a condition",   [(("(positive a)",), ("(loss convex)",))],                                   "always",       False),
    ("rank",                [((INJECTIVE,), ("(loss strictly_convex)",))],                               "rank",         "X"),
    ("rank and more",       [((INJECTIVE, "(positive a)"), ("(loss strictly_convex)",))],                "rank",         None),
    ("refuted for X != 0",  [(("(nonzero X k)",), ("(loss not_convex)",))],                              "refuted",      True),
    ("refuted with more",   [(("(nonzero X k)", "(zero y)"), ("(loss not_convex)",))],                   "refuted",      False),
    ("modulus",             [((), ("(loss strongly_convex a)",))],                                       "modulus",      "a"),
    ("modulus if",          [(("(positive a)",), ("(loss strongly_convex a)",))],                        "modulus",      None),
    ("least eigenvalue",    [((LEAST, POSITIVE_L), ("(loss strongly_convex ?l)",))],                      "modulus",      "?l"),
    ("least, other sign",   [((LEAST, "(positive a)"), ("(loss strongly_convex ?l)",))],                  "modulus",      None),
    ("always before if",    [(("(positive a)",), ("(loss strongly_convex a)",)), ((), ("(loss strongly_convex 1)",))], "modulus", "1"),
    ("least before always", [((LEAST, POSITIVE_L), ("(loss strongly_convex ?l)",)), ((), ("(loss strongly_convex 1)",))], "modulus", "1"),
    ("concave",             [((), ("(loss strongly_concave a)", "(loss concave)"))],                     "modulus",      None),
    ("smooth",              [(("(spectral ?L X)",), ("(loss smooth ?L)",))],                               "smoothness",   "?L"),
    ("smooth if",           [(("(spectral ?L X)", "(positive a)"), ("(loss smooth ?L)",))],                "smoothness",   None),
    ("never strongly",      [(("(real ?m)", "(positive ?m)"), BEYOND)],                                    "never",        True),
    ("never, for X != 0",   [(("(real ?m)", "(positive ?m)", "(nonzero X k)"), BEYOND)],                   "never",        False),
    ("never, two signs",    [(("(real ?m)", "(positive ?m)", "(positive a)"), BEYOND)],                    "never",        False),
]  # fmt: skip


@pytest.mark.parametrize(("case", "theorems", "question", "answer"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_a_claim_is_found_only_with_the_hypotheses_that_are_said(
    case: str, theorems: list[tuple[tuple[str, ...], tuple[str, ...]]], question: str, answer: object
) -> None:
    statement = read_statement({**draft_of(STATED).header(), "parts": [], "digest": ""})
    shown = tuple(
        Theorem(tuple(map(read_given, given)), (), tuple(map(read_judgment, said))) for given, said in theorems
    )
    claims = Claims(view_of(Accepted(statement, shown, 0, {})))
    term = {"modulus": claims.modulus, "smoothness": claims.smoothness}.get(question)
    found = {
        "always": claims.always("convex"),
        "rank": claims.matrix("injective", "strictly_convex"),
        "refuted": claims.refutes("not_convex"),
        "never": claims.never_strongly,
    }
    assert found.get(question, None if term is None else render(term)) == answer
