"""What sentences can pass off as proven: suppositions, reasons, fillers, degenerate data, steps; each with near misses."""

import itertools

import pytest
from support.turns import DECLARED, claims, text_with

from symconvex.handcheck.judging.ruling import GOOD, WRONG
from symconvex.handcheck.reading import check_text, read
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.text.document import Boundary, Statement

SQUARES = DECLARED
RIDGE = "J(w) = sum((X@w - y)**2)/2 + lam/2*sum(w**2)\nX: n, d\nw: d\ny: n\nlam: positive"
LOGISTIC = "J(w) = sum(log(1 + exp(-y*(X@w))))\nX: n, d\nw: d\ny: n sign"
RANK, STRICT = "$X$ has full column rank", "$J$ is strictly convex."


def outcome(declarations: str, text: str) -> str:
    """Right when everything is accepted, wrong when something is rejected, else open."""
    verdicts = {one.verdict for one in check_text(text, Declared(), declarations).relations}
    if verdicts & set(WRONG):
        return "wrong"
    return "right" if verdicts and verdicts <= set(GOOD) else "open"


ROWS = [
    # kind, declarations, text, outcome
    ("environment", SQUARES, rf"\begin{{lemma}}Suppose {RANK}. Then {STRICT}\end{{lemma}} {STRICT}", "wrong"),
    ("environment", SQUARES, rf"\begin{{lemma}}Assume {RANK}. Then {STRICT}\end{{lemma}}\begin{{theorem}}{STRICT}\end{{theorem}}", "wrong"),
    ("environment", SQUARES, rf"\begin{{lemma}}Suppose {RANK}. Then {STRICT}\end{{lemma}}\begin{{proof}}{STRICT}\end{{proof}}", "right"),
    ("environment", SQUARES, rf"\begin{{lemma}}Suppose {RANK}.\end{{lemma}}\begin{{proof}}{STRICT}\end{{proof}} {STRICT}", "wrong"),
    ("environment", SQUARES, rf"\begin{{lemma}}Suppose {RANK}.\end{{lemma}}\begin{{lemma}}$J$ is convex.\end{{lemma}}\begin{{proof}}{STRICT}\end{{proof}}", "wrong"),
    ("environment", SQUARES, rf"Suppose {RANK}. \begin{{lemma}}{STRICT}\end{{lemma}} {STRICT}", "right"),
    ("environment", SQUARES, rf"\begin{{assumption}}Assume {RANK}.\end{{assumption}} {STRICT}", "right"),
    ("environment", SQUARES, rf"\begin{{center}}Suppose {RANK}.\end{{center}} {STRICT}", "right"),
    ("environment", SQUARES, rf"\begin{{lemma}}Throughout we assume that {RANK}.\end{{lemma}} {STRICT}", "right"),
    ("footnote", SQUARES, rf"$J$ is convex.\footnote{{Suppose {RANK}. Then {STRICT}}} {STRICT}", "wrong"),
    ("item", SQUARES, rf"\begin{{itemize}}\item Suppose {RANK}. Then {STRICT} \item {STRICT}\end{{itemize}}", "wrong"),
    ("item", SQUARES, rf"Suppose {RANK}. \begin{{itemize}}\item $J$ is convex. \item {STRICT}\end{{itemize}}", "right"),
    ("heading", SQUARES, rf"\section{{A}} Suppose {RANK}. Then {STRICT} \section{{B}} {STRICT}", "wrong"),
    ("heading", SQUARES, rf"\subsection{{A}} Suppose {RANK}. Then {STRICT} \subsection*{{B}} {STRICT}", "wrong"),
    ("heading", SQUARES, f"Suppose {RANK}. Then {STRICT}\n\n# B\n\n{STRICT}", "wrong"),
    ("heading", SQUARES, rf"\section{{A}} We assume that {RANK}. \section{{B}} {STRICT}", "right"),
    ("heading", SQUARES, rf"\section{{{STRICT}}}", "wrong"),
    ("title", SQUARES, f"Lemma 1. Suppose {RANK}. Then {STRICT} Theorem 2. {STRICT}", "wrong"),
    ("case", SQUARES, f"Case 1. Suppose {RANK}. Then {STRICT}\n\nCase 2. {STRICT}", "wrong"),
    ("case", SQUARES, f"In the first case suppose {RANK}. Then {STRICT} In the second case {STRICT}", "open"),
    ("case", SQUARES, f"Suppose {RANK}. Case 1: $y=0$. {STRICT}", "right"),
    ("otherwise", SQUARES, f"Suppose {RANK}. Then {STRICT} Otherwise, {STRICT}", "wrong"),
    ("otherwise", SQUARES, f"Suppose {RANK}. Then {STRICT} Conversely, {STRICT}", "wrong"),
    ("otherwise", SQUARES, f"Suppose {RANK}. Then {STRICT} Conversely, $J$ is convex. {STRICT}", "wrong"),
    ("otherwise", SQUARES, f"We assume that {RANK}. Then $J$ is convex. Otherwise, $J$ is convex. {STRICT}", "right"),
    ("sentence", SQUARES, f"If {RANK}, then {STRICT} {STRICT}", "wrong"),
    ("sentence", SQUARES, f"If {RANK}, then blorp. {STRICT}", "wrong"),
    ("paragraph", SQUARES, f"Suppose {RANK}.\n\nThen {STRICT}\n\nThe minimiser is unique.", "right"),
    ("reason", SQUARES, f"Since {RANK}, {STRICT}", "open"),
    ("reason", SQUARES, f"$J$ is strictly convex since {RANK}.", "open"),
    ("reason", SQUARES, f"Let $X$ have full column rank. Since {RANK}, {STRICT}", "right"),
    ("reason", SQUARES, "$J$ is convex because its Hessian is negative definite.", "wrong"),
    ("reason", SQUARES, "$J$ is convex because its Hessian is positive semidefinite.", "right"),
    ("reason", SQUARES, "$J$ is convex, as a sum of convex functions.", "right"),
    ("reason", SQUARES, "$J$ is convex, as a product of convex functions.", "open"),
    ("reason", SQUARES, "$J$ is convex, as a sum of concave functions.", "open"),
    ("reason", SQUARES, "$J$ is a sum of squares, hence nonnegative.", "right"),
    ("reason", SQUARES, "$J$ is a sum of squares, hence convex.", "open"),
    ("reason", SQUARES, "$J$ is convex by linearity of the loss.", "open"),
    ("reason", SQUARES, "$J$ is convex because of the gradient.", "open"),
    ("reason", SQUARES, "By the chain rule, $J$ is convex.", "right"),
    ("rank", SQUARES, "$X$ has full rank.", "wrong"),
    ("rank", SQUARES, f"Suppose {RANK}. Then the columns of $X$ are linearly independent.", "right"),
    ("rank", SQUARES, "If $AX$ has full rank, then $J$ is strictly convex.", "open"),
    ("rank", SQUARES, "If two columns of $X$ are independent, then $J$ is strictly convex.", "open"),
    ("rank", RIDGE, "For $\\lambda=1$ and $X$ of full column rank the loss is strictly convex.", "right"),
    ("rank", SQUARES, "For $w=0$ and $X$ of full column rank the Hessian is negative definite.", "wrong"),
    ("empty", SQUARES, f"If {RANK} and $n<d$, then {STRICT}", "open"),
    ("empty", SQUARES, f"If {RANK} and $n\\ge d$, then {STRICT}", "right"),
    ("empty", RIDGE, "$J$ is concave unless $\\lambda>0$.", "open"),
    ("degenerate", SQUARES, r"$\lambda_{\max}(X^\top X)>0$", "wrong"),
    ("degenerate", SQUARES, r"$\lambda_{\min}(X^\top X)>0$", "wrong"),
    ("degenerate", SQUARES, r"$\lambda_{\min}(X^\top X)\ge0$", "right"),
    ("degenerate", SQUARES, r"$\|X\|>0$", "wrong"),
    ("degenerate", SQUARES, "The Hessian is positive definite.", "wrong"),
    ("degenerate", SQUARES, "If $X\\ne0$, then the Hessian is positive definite.", "wrong"),
    ("degenerate", SQUARES, "If $n\\ge d$, then the Hessian is positive definite.", "wrong"),
    ("degenerate", RIDGE, "The Hessian is positive definite.", "right"),
    ("constant", SQUARES, "The Hessian does not depend on $w$.", "right"),
    ("constant", LOGISTIC, "The Hessian does not depend on $w$.", "wrong"),
    ("constant", SQUARES, "The Hessian depends on $w$.", "wrong"),
    ("constant", LOGISTIC, "The Hessian depends on $w$.", "right"),
    ("step", SQUARES, r"Let $g_t=\nabla J(w_t)$. Then $w_{t+1}=w_t-\eta g_t$.", "right"),
    ("step", SQUARES, r"$w_{t+1}=w_t-\eta g_t$", "open"),
    ("step", SQUARES, r"$w_{t+1}=w_t-\eta X^\top(Xw_t-y)$", "right"),
    ("step", SQUARES, r"$w_{t+1}=w_t+\eta X^\top(Xw_t-y)$", "open"),
    ("step", SQUARES, r"$w_{t+1}=w_t-\eta X^\top(Xw_t+y)$", "open"),
    ("step", SQUARES, r"$w\leftarrow w+\eta\nabla J(w)$", "open"),
    ("step", SQUARES, r"$w_{t+1}=w_t-\eta\nabla J(w_t)=w_t-\eta X^\top(Xw_t-y)$", "right"),
    ("step", SQUARES, r"$w_{t+1}=w_t-\eta\nabla J(w_t)=w_t-\eta X^\top(y-Xw_t)$", "wrong"),
    ("prime", LOGISTIC, r"With $a=\tanh(Xw)$ we have $a'=1-a^2$.", "right"),
    ("prime", LOGISTIC, r"With $a=\tanh(Xw)$ we have $a'=1+a^2$.", "wrong"),
    ("prime", LOGISTIC, r"With $s=\sigma(Xw)$ we have $s's=\|s\|^2$.", "right"),
    ("prime", LOGISTIC, r"With $s=\sigma(Xw)$ we have $s's=2\|s\|^2$.", "wrong"),
    ("by", SQUARES, "$J$ is convex by 1.", "open"),
    ("too", SQUARES, "$J$ is convex. Its gradient too.", "open"),
    ("too", SQUARES, "$J$ is convex, too.", "right"),
    ("told", SQUARES, "We compute the gradient of $J$ with respect to $w$. $J$ is convex.", "right"),
    ("told", SQUARES, "We refute the gradient of $J$ with respect to $w$. $J$ is convex.", "open"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "declarations", "text", "expected"), ROWS, ids=[f"{row[0]} {row[2][:60]}" for row in ROWS]
)
def test_words_do_not_prove(kind: str, declarations: str, text: str, expected: str) -> None:
    del kind
    assert outcome(declarations, text) == expected


# ---- conservation: whatever is said of the field leaves a line ------------------------------------------------------

SUBJECTS = (
    "The Hessian",
    "$J$",
    "Its gradient",
    r"The smallest eigenvalue of $X^\top X$",
    "Doubling $w$",
    "Nobody",
    "Every loss",
)
VERBS = ("commutes with", "doubles", "majorises", "swallows", "annihilates", "preserves", "likes", "outgrows")
OBJECTS = ("$X$", "the loss", "its gradient", "the Hessian of $J$", "every eigenvalue", r"$X^\top X$")
SAID = [" ".join(words) + "." for words in itertools.product(SUBJECTS, VERBS, OBJECTS)]


def statements(text: str) -> list[Statement]:
    return [one for one in read(text).statements if not isinstance(one, Boundary)]


@pytest.mark.parametrize("text", SAID)
def test_a_sentence_of_the_field_leaves_a_line(text: str) -> None:
    assert statements(text)


@pytest.mark.parametrize(
    "text", ["We compute the gradient.", "The gradient of $J$.", "Now consider the Hessian.", "Well done!"]
)
def test_what_tells_only_what_is_done_leaves_none(text: str) -> None:
    assert not statements(text)


# ---- false claims in every turn of phrase ---------------------------------------------------------------------------

CLAIMS = list(claims())
SHARE = 67  # one in so many is tried in every run


def test_the_text_is_right_without_them() -> None:
    assert check_text(text_with(""), Declared(), DECLARED).outcome == "proven"


@pytest.mark.parametrize("claim", CLAIMS[::SHARE])
def test_a_false_claim_is_never_proven(claim: str) -> None:
    assert check_text(text_with(claim), Declared(), DECLARED).outcome != "proven"


@pytest.mark.sweep
@pytest.mark.parametrize("claim", CLAIMS)
def test_no_false_claim_is_ever_proven(claim: str) -> None:
    assert check_text(text_with(claim), Declared(), DECLARED).outcome != "proven"
