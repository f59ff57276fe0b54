"""Proof documents: complete, deterministic, well formed, and no more than what was accepted."""

import re
import shutil
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from support.deciding import unhurried
from support.theorems import theorems_of

from symconvex.data import with_data
from symconvex.exposition.document import headline
from symconvex.exposition.picture import number
from symconvex.kernel.check import digest
from symconvex.language.state import state
from symconvex.models import models
from symconvex.problem import Problem
from symconvex.store import Tex, compile_tex
from symconvex.verdict import Proved, Refuted

POINTS = {"X": ((1, 0), (0, 1), (1, 1)), "Y": ((1,), (-1,), (2,)), "y": (1, -1, 2)}

MODELS: dict[str, tuple[str, dict[str, str]]] = {
    **{name: (name, {}) for name in models() if name != "relu-neuron"},
    "logistic of bits":  ("logistic", {"labels": "binary"}),
    "three layers":      ("linear-network", {"layers": "3"}),
    "several outputs":   ("mlp", {"widths": "d,h,k", "activation": "sigmoid"}),
    "relu":              ("mlp", {"widths": "2,2,1", "activation": "relu"}),
    "sigmoid":           ("mlp", {"widths": "2,2,1", "activation": "sigmoid"}),
    "softplus":          ("mlp", {"activation": "softplus"}),
    "biases":            ("mlp", {"biases": "yes"}),
    "logistic network":  ("mlp", {"loss": "logistic", "activation": "sigmoid", "biases": "yes"}),
    "deep sigmoid":      ("mlp", {"widths": "d,h1,h2,1", "activation": "sigmoid"}),
    "one input":         ("mlp", {"widths": "1,h,1"}),
    "one of everything": ("mlp", {"widths": "1,1,1", "activation": "identity", "loss": "logistic"}),
    "fixed centres":     ("rbf-network", {"centres": "fixed"}),
    "tied":              ("autoencoder", {"tied": "yes"}),
}  # fmt: skip

TEXTS: dict[str, tuple[str, dict[str, tuple[str | int, ...]], dict[str, str]]] = {
    "mean":        ("mean(log(1 + exp(-y * (X @ w))))", {"w": ("d",), "X": ("n", "d"), "y": ("n",)}, {"y": "sign"}),
    "lasso":       ("mean((X @ w - y)**2) + sum(abs(w))", {"w": ("d",), "X": ("n", "d"), "y": ("n",)}, {}),
    "quartic":     ("sum((X @ w)**4) + sum(w**2)", {"w": ("d",), "X": ("n", "d")}, {}),
    "one number":  ("log(1 + exp(w)) + w**2", {"w": ()}, {}),
    "concave":     ("-exp(w)", {"w": ()}, {}),
    "affine":      ("sum(X @ w)", {"w": ("d",), "X": ("n", "d")}, {}),
    "double_well": ("(w**2 - 1)**2", {"w": ()}, {}),
}  # fmt: skip

CASES = [*MODELS, *TEXTS, "numbers", "kink", "no kink"]
# What belongs to certificates, to programs, or to TeX that does not know a name.
NEVER = [r"\(sum ", r"w'\B", r"\bNone\b", r"\bTrue\b", r"\(delta ", r"\\mathrm\{\d", r"Fraction", r"\\\{\}"]


def exact(value: object) -> object:
    return tuple(map(exact, value)) if isinstance(value, tuple) else Fraction(str(value))


def problem_of(case: str) -> Problem:
    if case in MODELS:
        name, options = MODELS[case]
        return models()[name].problem(options)
    if case in TEXTS:
        text, shapes, sets = TEXTS[case]
        return state(text, wrt=("w",), shapes=shapes, sets=sets, name=case)
    name, options = {"numbers": ("mlp", {"widths": "2,2,1"})}.get(case, ("relu-neuron", {}))
    problem = models()[name].problem(options)
    data: Mapping[str, object] = {**POINTS, "y": (-1, -1, -2)} if case == "no kink" else POINTS
    return with_data(problem, {d.name: exact(data[d.name]) for d in problem.data})


@cache
def verdict_of(case: str) -> Proved | Refuted:
    verdict = unhurried(problem_of(case))
    assert isinstance(verdict, Proved | Refuted), verdict
    return verdict


@cache
def text_of(case: str) -> str:
    return verdict_of(case).to_latex()


def claims_of(case: str) -> set[str]:
    """Claims with the kind of their hypothesis: strictly_convex if injective."""
    found = set()
    for given, claims in theorems_of(verdict_of(case)):
        under = " if " + given[0].strip("()").split()[0] if given else ""
        found |= {claim.strip("()").split()[1] + under for claim in claims}
    return found


def statement(case: str) -> str:
    """Everything outside proofs and pictures, and theorems above all."""
    text = re.sub(
        r"(?s)\\begin\{proof\}.*?\\end\{proof\}|\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", "", text_of(case)
    )
    return " ".join(text.split("\\begin{document}")[1].split())


SLOW = {"numbers"}  # decided twice only in the sweep; "kink" has numbers for data too


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.sweep] if case in SLOW else []) for case in CASES]
)
def test_the_same_verdict_gives_the_same_bytes(case: str) -> None:
    again = unhurried(problem_of(case))
    assert isinstance(again, Proved | Refuted)
    assert again.to_latex() == text_of(case)


@pytest.mark.parametrize("case", CASES)
def test_brackets_and_environments_close(case: str) -> None:
    text = text_of(case)
    open_environments: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if kind == "begin":
            open_environments.append(name)
        else:
            assert open_environments.pop() == name
    assert open_environments == []
    plain = text.replace("\\\\", "").replace("\\{", "").replace("\\}", "")
    assert plain.count("{") == plain.count("}")
    assert text.count("\\left(") == text.count("\\right)")
    assert plain.count("$") % 2 == 0
    assert set(re.findall(r"\\(?:eq)?ref\{([\w:]+)\}", text)) <= set(re.findall(r"\\label\{([\w:]+)\}", text))


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_the_machinery_is_printed(case: str) -> None:
    body = text_of(case).split("\\begin{document}")[1]
    assert [pattern for pattern in NEVER if re.search(pattern, body)] == []


# claim                              what a document says exactly when the claim was accepted
SENTENCES = [
    ("strongly_convex",              "with modulus"),
    ("strictly_convex if injective", "if and only if $\\rank X=d$"),
    ("smooth if spectral",           "Lipschitz continuous with constant"),
    ("not_quasiconvex",              "not even quasiconvex"),
    ("not_concave",                  "neither convex nor concave"),
    ("convex if zero",               "if and only if $X=0$"),
    ("not_strictly_convex",          "It is not strictly convex"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "words"), SENTENCES, ids=[row[0] for row in SENTENCES])
@pytest.mark.parametrize("case", CASES)
def test_what_was_accepted_is_said_and_nothing_else(case: str, claim: str, words: str) -> None:
    under = {claim, f"{claim} if nonzero"} if claim.startswith("not_") else {claim}
    under |= {f"{claim} if spectral_least"} if claim == "strongly_convex" else set()
    under |= {"smooth"} if claim == "smooth if spectral" else set()
    assert (words in statement(case)) == bool(under & claims_of(case))


# case             in the theorem                                                           the largest of the Hessian
BEST = [
    ("logistic",       "It is never strongly convex.",                                              True),
    ("logistic of bits", "It is never strongly convex.",                                            True),
    ("mean",           "It is never strongly convex.",                                              True),
    ("log-cosh",       "It is never strongly convex.",                                              False),
    ("ridge-logistic", r"with modulus $\lambda$ and with no larger one.",                           True),
    ("ridge",          r"with modulus $\lambda + \lambda_{\min}(X\T X)$ and with no larger one.",   True),
    ("least-squares",  r"with modulus $\lambda_{\min}(X\T X)$ and with no larger one.",             True),
    ("huber",          "",                                                                          False),
    ("poisson",        "",                                                                          False),
    ("squared-hinge",  "",                                                                          False),
]  # fmt: skip


@pytest.mark.parametrize(("case", "words", "smooth"), BEST, ids=[row[0] for row in BEST])
def test_best_constants_are_said_to_be_best(case: str, words: str, smooth: bool) -> None:
    text = statement(case)
    assert words in text
    assert ("no larger one" in text or "never strongly convex" in text) == bool(words)
    assert ("no smaller constant will do" in text) == smooth


@pytest.mark.parametrize("case", CASES)
def test_constants_are_called_best_only_when_others_are_refuted(case: str) -> None:
    text, refuted = text_of(case), {claim.split(" if ")[0] for claim in claims_of(case)}
    best = ("with no larger one", "never strongly convex.")
    assert any(words in text for words in best) == ("not_strongly_convex" in refuted)
    assert ("no smaller constant will do." in text) == ("not_smooth" in refuted)


DROPPED = [
    # case             without this claim     what is no longer said anywhere
    ("logistic",       "not_strongly_convex", "never strongly convex"),
    ("ridge-logistic", "not_strongly_convex", "no larger"),
    ("ridge",          "not_strongly_convex", "no larger"),
    ("least-squares",  "not_strongly_convex", "no larger"),
    ("least-squares",  "not_smooth",          "no smaller"),
    ("logistic",       "not_smooth",          "no smaller"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "claim", "words"), DROPPED, ids=[f"{row[0]} {row[1]}" for row in DROPPED])
def test_without_the_part_nothing_is_called_best(case: str, claim: str, words: str) -> None:
    verdict = verdict_of(case)
    parts = [p for p in listed(verdict.certificate["parts"]) if not any(claim in text for text in p["claims"])]
    certificate: dict[str, object] = {**verdict.certificate, "parts": parts}
    less = Proved(verdict.problem, {**certificate, "digest": digest(certificate)}, verdict.rule, verdict.argument)
    assert words in text_of(case)
    assert words not in less.to_latex()


def listed(parts: object) -> list[dict[str, list[str]]]:
    assert isinstance(parts, list)
    return parts


@pytest.mark.parametrize(
    "rows", [((1, 2), (3, 4)), ((1, 2), (3, 4), (5, 6)), ((1, 2), (3, 4), (5, 6), (7, 8))], ids=len
)
def test_tall_matrices_are_displayed(rows: tuple[tuple[int, ...], ...]) -> None:
    problem = with_data(models()["least-squares"].problem({}), {"X": exact(rows), "y": exact((1,) * len(rows))})
    text = unhurried(problem).to_latex()  # type: ignore[union-attr]
    assert ("The data are\n\\[\n  X=\\begin{pmatrix}" in text) == (len(rows) > 2)
    assert ("smallmatrix" in text) == (len(rows) <= 2)


@pytest.mark.parametrize("case", CASES)
def test_the_certificate_is_named(case: str) -> None:
    certificate = verdict_of(case).certificate
    assert str(certificate["digest"])[:12] in text_of(case)
    assert "symconvex verify certificate.json" in text_of(case)


@pytest.mark.parametrize("case", CASES)
def test_every_refutation_has_its_picture(case: str) -> None:
    drawn_too = getattr(verdict_of(case).argument, "name", "") == "ridges"  # the functions that a sum is made of
    assert ("tikzpicture" in text_of(case)) == (isinstance(verdict_of(case), Refuted) or drawn_too)


def drawn(text: str) -> list[list[tuple[float, float]]]:
    """The plots of a page: the loss, the chord, the gap, and the point above it."""
    plots = re.findall(r"\\addplot\[[^;]*?coordinates \{([^}]*)\}", text)
    return [[(float(t), float(f)) for t, f in re.findall(r"\(([-\d.]+),([-\d.]+)\)", plot)] for plot in plots]


@pytest.mark.parametrize("case", ["mlp", "sigmoid", "rbf-network", "tied", "sigmoid-squared", "numbers", "kink"])
def test_the_picture_shows_a_violation(case: str) -> None:
    curve, chord, gap, (point,) = drawn(text_of(case))
    assert curve[0] == chord[0]
    assert curve[-1] == chord[1]
    assert point in curve
    assert gap[1] == point
    (_, first), (_, last) = chord
    assert point[1] > first + (last - first) * point[0]


def test_the_values_of_a_chord_are_those_of_the_loss() -> None:
    """The double well is 0 at -1 and 1, and 1 between; between 0 and 2 it is below the mean of 1 and 9."""
    text = " ".join(text_of("double_well").split())
    assert r"& w & f\\ \hline A & -1 & 0\\ M & 0 & 1\\ B & 1 & 0 \end{array}" in text
    assert r"$f(M)=1>0=\tfrac12f(A)+\tfrac12f(B)$" in text
    assert r"& w & f\\ \hline A & 0 & 1\\ M & 1 & 0\\ B & 2 & 9 \end{array}" in text
    assert r"$f(M)=0<5=\tfrac12f(A)+\tfrac12f(B)$" in text


LARGE = [
    # widths          is there a picture?
    ("100,100,1",     True),
    ("3000,1000,1",   False),
]  # fmt: skip


@pytest.mark.parametrize(("widths", "picture"), LARGE, ids=[row[0] for row in LARGE])
def test_large_networks_have_pages(widths: str, picture: bool) -> None:
    verdict = unhurried(models()["mlp"].problem({"widths": widths}))
    text = verdict.to_latex()  # type: ignore[union-attr]
    assert len(text) < 20_000
    assert ("tikzpicture" in text) == picture
    assert ("There is no picture" in text) != picture


@pytest.mark.parametrize("name", ["a_b", "50% & more", "{x}", "x^2~#", "back\\slash", "Ünïcode"])
def test_names_are_escaped(name: str) -> None:
    verdict = unhurried(state("w**2", wrt=("w",), shapes={"w": ()}, name=name))
    title = re.search(r"\\title\{(.*)\}\n", verdict.to_latex())  # type: ignore[union-attr]
    assert title is not None
    assert re.search(r"(?<!\\)[&%$#_~^]", title[1]) is None
    assert title[1].isascii()


NUMBERS = [
    # value        printed
    (0.0,          "0"),
    (1 / 3,        "0.33333"),
    (-2.5,         "-2.5"),
    (1234567.0,    "1234600"),
    (1.5e-6,       "0.0000015"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "printed"), NUMBERS, ids=[row[1] for row in NUMBERS])
def test_coordinates_are_plain_decimals(value: float, printed: str) -> None:
    assert number(value) == printed


@pytest.mark.parametrize("case", CASES)
def test_the_headline_is_one_formula(case: str) -> None:
    line = headline(verdict_of(case))
    assert line.startswith("$$f(")
    assert line.endswith("$$")
    assert line.count("{") == line.count("}")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs TeX")
@pytest.mark.parametrize("case", ["huber", "sigmoid"])
def test_documents_compile(case: str, tmp_path: Path) -> None:
    (tmp_path / "proof.tex").write_text(text_of(case), encoding="utf-8")
    assert compile_tex(tmp_path) is Tex.COMPILED
