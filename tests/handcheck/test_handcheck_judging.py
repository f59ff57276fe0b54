"""What is proven and not only tried: orders, facts of the data, identities; near-misses are never accepted."""

import pytest

from symconvex import prove
from symconvex.handcheck.judging.theorems import FALSE, Broken
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

LOGISTIC = """
J(w) = sum(log(1+exp(-y*(X@w)))) + lam*sum(w**2)/2
X: n, d
w: d
y: n in sign
lam: positive
u: d
"""
SOFTMAX = "L(z) = -sum(y*log(p))\np = exp(z)/sum(exp(z))\nz: K\ny: K one-hot\nK >= 2\nv: K"
WEIGHTED = "J(w) = (X@w - y).T @ S @ (X@w - y)/2\nX: n, d\nw: d\ny: n\nS: n, n symmetric psd\nT: d, d pd\na: d"
MATRICES = "L(A, B) = sum((A@B@X - Y)**2)/2\nX: d, n\nY: m, n\nA: m, h\nB: h, d\nE: h, h\nF: h, h"
SQUARES = "J(w) = sum((X@w - y)**2)/2\nX: n, d\nw: d\ny: n\nu: d"
RIDGE = f"{SQUARES}\nlam: positive".replace("/2", "/2 + lam*sum(w**2)/2")
LABELS = "J(w) = -sum(y*log(sigmoid(X@w)) + (1-y)*log(1-sigmoid(X@w)))\nX: n, d\nw: d\ny: n in binary"

# declarations, line, proven?
ROWS = [
    ("", r"\[ \sigma(z)(1-\sigma(z)) \le \tfrac14 \]", True),
    ("t: real", r"\[ \sigma(t)(1-\sigma(t)) < \tfrac14 \]", False),
    ("", r"\[ \frac{e^z}{(1+e^z)^2} = \frac{1}{(e^{z/2}+e^{-z/2})^2} \]", True),
    ("t: real", r"\[ \frac{e^t}{(1+e^t)^2} = \frac{2}{(e^{t/2}+e^{-t/2})^2} \]", False),
    ("", r"\[ \log(1+e^s) > s \]", True),
    ("s: real", r"\[ \log(1+e^s) \ge s + 1 \]", False),
    ("", r"\[ e^a \ge 1 + a \]", True),
    ("a: real", r"\[ e^a > 1 + a \]", False),
    ("", r"\[ a^2 + b^2 \ge 2ab \]", True),
    ("a, b: real", r"\[ a^2 + b^2 > 2ab \]", False),
    ("a: real", r"\[ a^2 > 0 \]", False),
    ("a: nonzero", r"For $a \ne 0$ we have \[ a^2 > 0. \]", True),
    ("a: real", r"For $a > 1$ we have \[ a^2 > a. \]", True),
    ("a: real", r"For $a \ge 1$ we have \[ a^2 > a. \]", False),
    (LOGISTIC, r"\[ X^\top X \succeq 0 \]", True),
    (LOGISTIC, r"\[ XX^\top \succeq 0 \]", True),
    (LOGISTIC, r"\[ X^\top X \succ 0 \]", False),
    (LOGISTIC, r"If $X$ has full column rank, then \[ X^\top X \succ 0. \]", True),
    (LOGISTIC, r"\[ X^\top X + \lambda I \succ 0 \]", True),
    (LOGISTIC, r"\[ X^\top X - \lambda I \succeq 0 \]", False),
    (LOGISTIC, r"\[ \nabla^2 J(w) \succeq \lambda I \]", True),
    (LOGISTIC, r"\[ \nabla^2 J(w) \succ \lambda I \]", False),
    (LOGISTIC, r"\[ \nabla^2 J(w) \preceq \tfrac14 X^\top X + \lambda I \]", True),
    (LOGISTIC, r"\[ \nabla^2 J(w) \preceq \tfrac15 X^\top X + \lambda I \]", False),
    (LOGISTIC, r"\[ \nabla^2 J(w) = \sum_i \sigma(x_i^\top w)(1-\sigma(x_i^\top w)) x_i x_i^\top + \lambda I \]", True),
    (LOGISTIC, r"\[ \nabla^2 J(w) = \sum_i y_i\sigma(x_i^\top w)(1-\sigma(x_i^\top w)) x_i x_i^\top + \lambda I \]", False),
    (LOGISTIC, r"\[ J(w) \ge 0 \]", True),
    (LOGISTIC, r"\[ J(w) \ge \lambda \]", False),
    (LABELS, r"\[ J(w) \ge 0 \]", True),
    (LABELS, r"\[ J(w) = \sum_i \bigl(\log(1+e^{x_i^\top w}) - y_i x_i^\top w\bigr) \]", True),
    (LABELS, r"\[ J(w) = \sum_i \bigl(\log(1+e^{x_i^\top w}) + y_i x_i^\top w\bigr) \]", False),
    (LABELS, r"\[ y_i^2 = y_i \]", True),
    (SOFTMAX, r"\[ \nabla L(z) = p - y \]", True),
    (SOFTMAX, r"\[ \nabla L(z) = y - p \]", False),
    (SOFTMAX, r"\[ \nabla^2 L(z) = \operatorname{diag}(p) - pp^\top \]", True),
    (SOFTMAX, r"\[ \operatorname{diag}(p) - pp^\top \succeq 0 \]", True),
    (SOFTMAX, r"\[ \operatorname{diag}(p) - pp^\top \succ 0 \]", False),
    (SOFTMAX, r"\[ \operatorname{diag}(p) - 2pp^\top \succeq 0 \]", False),
    (SOFTMAX, r"\[ \operatorname{diag}(p) \succ 0 \]", True),
    (SOFTMAX, r"\[ \nabla^2 L(z) \preceq \tfrac12 I \]", True),
    (SOFTMAX, r"\[ \nabla^2 L(z) \preceq \tfrac14 I \]", False),
    (SOFTMAX, r"\[ \sum_k y_k = 1 \]", True),
    (SOFTMAX, r"\[ \sum_k y_k = K \]", False),
    (WEIGHTED, r"\[ \nabla J(w) = X^\top S (Xw - y) \]", True),
    (WEIGHTED, r"\[ \nabla J(w) = X^\top S (y - Xw) \]", False),
    (WEIGHTED, r"\[ \nabla^2 J(w) = X^\top S X \]", True),
    (WEIGHTED, r"\[ X^\top S X \succeq 0 \]", True),
    (WEIGHTED, r"\[ X^\top S X \succ 0 \]", False),
    (WEIGHTED, r"\[ X^\top S X + T \succ 0 \]", True),
    (WEIGHTED, r"\[ S \succ 0 \]", False),
    (WEIGHTED, r"\[ T \succeq I \]", False),
    (WEIGHTED, r"\[ \operatorname{tr}(S) > 0 \]", False),
    (WEIGHTED, r"\[ \operatorname{tr}(T) > 0 \]", True),
    (MATRICES, r"\[ \operatorname{tr}(EF) = \operatorname{tr}(FE) \]", True),
    (MATRICES, r"\[ \operatorname{tr}(EEF) = \operatorname{tr}(FEF) \]", False),
    (MATRICES, r"\[ EF = FE \]", False),
    (MATRICES, r"\[ \operatorname{tr}(E^\top F) = \operatorname{tr}(F^\top E) \]", True),
    (MATRICES, r"\[ \operatorname{tr}(EFEF) = \operatorname{tr}(FEFE) \]", True),
    (MATRICES, r"\[ \operatorname{tr}(EFEF) = \operatorname{tr}(EEFF) \]", False),
    (RIDGE, r"\[ (X^\top X+\lambda I)^{-1}X^\top = X^\top(XX^\top+\lambda I)^{-1} \]", True),
    (RIDGE, r"\[ (X^\top X+\lambda I)^{-1}X^\top = (XX^\top+\lambda I)^{-1}X^\top \]", False),
    (RIDGE, r"\[ (X^\top X+\lambda I)^{-1}(X^\top X+\lambda I) = I \]", True),
    (RIDGE, r"\[ (X^\top X+\lambda I)^{-1}(X^\top X) = I \]", False),
    (RIDGE, r"\[ w^* = (X^\top X+\lambda I)^{-1}X^\top y \]", True),
    (RIDGE, r"\[ w^* = (X^\top X)^{-1}X^\top y \]", False),
    (RIDGE, r"\[ w^* = (X^\top X+2\lambda I)^{-1}X^\top y \]", False),
    (RIDGE, r"Setting the gradient to zero gives \[ (X^\top X+\lambda I)w = X^\top y. \]", True),
    (RIDGE, "The loss $J$ has a unique minimiser.", True),
    (RIDGE, "The loss $J$ is strongly convex.", True),
    (RIDGE, "The vector $u$ is the unique minimiser.", False),
    (RIDGE, "The function $-J$ has a unique minimiser.", False),
    (SQUARES, "The loss $J$ has a unique minimiser.", False),
    (SQUARES, "If $X$ has full column rank, the loss $J$ has a unique minimiser.", True),
    (SQUARES, r"$J$ is strictly convex if and only if $X$ has full column rank.", False),
    (RIDGE, r"$J$ is convex only if $X$ has full column rank.", False),
    (SQUARES, r"$J$ is strictly convex unless $X = 0$.", False),
    (RIDGE, r"$\nabla^2 J(w) \succeq 0$ only if $\lambda > 1$.", False),
    (RIDGE, r"$\nabla^2 J(w) \succ 0$ if and only if $\lambda > 1$.", False),
    (LABELS, r"Recall that $y_i \in \{0, 1\}$.", True),
    (LABELS, r"Recall that $y_i \in \{0, 2\}$.", False),
    (LABELS, r"\[ \sigma(x_i^\top w) \in (0, 1) \]", True),
    (LABELS, r"\[ \sigma(x_i^\top w) \in (0, \tfrac12) \]", False),
    (SQUARES, r"$\nabla q = 0$", False),
    (SQUARES, r"$\frac{\partial q}{\partial w_j} = 0$", False),
    (SQUARES, r"$\nabla_w (c^\top w) = c$", True),
    (SQUARES, r"$\nabla_w \|y\|^2 = 0$", True),
    (SQUARES, r"$\frac{d}{dz} z^2 = 2z$", True),
    (MATRICES, r"\[ A^\top \frac{\partial L}{\partial A} = \frac{\partial L}{\partial B} B^\top \]", True),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "line", "proven"), ROWS, ids=[row[1] for row in ROWS])
def test_a_line_is_proven_or_not_accepted(declared: str, line: str, proven: bool) -> None:
    relations = check_text(line, Declared(), declared).relations
    verdicts = {one.verdict for one in relations}
    assert verdicts == {"proven"} if proven else not verdicts & {"proven", "holds-at-tried-sizes"}, relations


# sentence, verdict: statements about every function or matrix are never tried on the loss at hand
GENERAL = [
    ("The sum of convex functions is convex.", "proven"),
    ("Sums of convex functions are convex.", "proven"),
    ("The pointwise maximum of two convex functions is convex.", "proven"),
    ("Since a nonnegative combination of convex functions is convex, we are done.", "proven"),
    ("The product of two convex functions is convex.", "false"),
    ("A composition of convex functions is convex.", "false"),
    ("A function that is convex in each argument is jointly convex.", "false"),
    ("A symmetric matrix with nonnegative trace is positive semidefinite.", "false"),
    ("Any symmetric matrix with positive entries is positive definite.", "false"),
    ("Every convex function is affine.", "not-understood"),
    ("A symmetric matrix with rational trace is positive semidefinite.", "not-understood"),
    ("The sum of convex functions is strictly convex.", "not-understood"),
    ("A strictly convex function has at most one minimiser.", "not-understood"),
]


@pytest.mark.parametrize(("sentence", "verdict"), GENERAL, ids=[row[0] for row in GENERAL])
def test_a_general_statement_is_looked_up(sentence: str, verdict: str) -> None:
    relations = check_text(sentence, Declared(), LOGISTIC).relations
    assert relations[0].verdict == verdict, relations


@pytest.mark.parametrize("broken", sorted(set(FALSE.values()), key=str), ids=lambda broken: broken.text)
def test_a_false_theorem_has_an_example_that_breaks_it(broken: Broken) -> None:
    if broken.matrix:
        (a, b), (c, d) = broken.matrix
        assert b == c
        assert any(a * u * u + 2 * b * u * v + d * v * v < 0 for u, v in ((1, 0), (0, 1), (1, -1)))
    elif broken.slope:
        assert prove(broken.slope, wrt="x").answer == "convex"
    else:
        assert prove(broken.loss, wrt="u, v" if "u" in broken.loss else "x").answer in ("neither", "concave")


# declarations, sentence, verdict: a claim about another function than the loss is judged on that function
OTHERS = [
    ("x: real", r"The function $x \mapsto x^4$ is convex.", "proven"),
    ("x: real", r"The function $x \mapsto x^3$ is convex.", "false"),
    ("x: real", r"The function $x \mapsto x^3$ is convex on $x > 0$.", "proven"),
    ("x: real", r"The function $x \mapsto x^3$ is convex on $x > -1$.", "false"),
    ("x: real", r"The function $x \mapsto x\log x$ is convex on $x > 0$.", "proven"),
    ("x: real", r"The function $x \mapsto 2x + 1$ is affine.", "proven"),
    ("x: real", r"The function $x \mapsto x^2$ is strongly convex.", "proven"),
    ("x: real", r"The function $x \mapsto x^4$ is strongly convex.", "false"),
    ("x: real", r"The function $x \mapsto x^2$ is not convex.", "false"),
    ("", r"The function $u \mapsto \log(1+e^{-u})$ is convex.", "proven"),
    ("", r"The function $h(t) = -t^2$ is concave.", "proven"),
    ("", r"The function $h(t) = -t^2$ is convex.", "false"),
    ("", r"Let $h(t) = -t^2$. Then $h$ is concave.", "proven"),
    (LOGISTIC, r"Let $h(t) = -t^2$. Then $h$ is convex.", "false"),
    (LOGISTIC, r"The function $-J$ is concave.", "proven"),
    (LOGISTIC, r"The function $-J$ is convex.", "false"),
    (LOGISTIC, r"The penalty $\frac\lambda2\|w\|^2$ is strongly convex.", "proven"),
    (LOGISTIC, r"The penalty $\frac\lambda2\|w\|^2$ is concave.", "false"),
]


@pytest.mark.parametrize(("declared", "sentence", "verdict"), OTHERS, ids=[row[1] for row in OTHERS])
def test_another_function_is_judged_by_itself(declared: str, sentence: str, verdict: str) -> None:
    relations = check_text(sentence, Declared(), declared).relations
    assert relations[-1].verdict == verdict, relations
