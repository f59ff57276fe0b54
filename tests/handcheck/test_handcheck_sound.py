"""What is not true is not accepted: statements of strangers that once went through, or might."""

from types import SimpleNamespace
from typing import Any

import pytest

from symconvex.errors import SymconvexError
from symconvex.handcheck.judging.proving import says
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

ACCEPTED = {"proven", "holds-at-tried-sizes"}
SQUARES = "J(w) = norm(X@w - y)**2/2\nX: n, d\nw: d\ny: n"
RIDGE = "J(w) = norm(X@w - y)**2/2 + lam*norm(w)**2\nX: n, d\nw: d\ny: n\nlam: "
SQUARE, LOGISTIC, QUARTIC, PRODUCT = "J(w) = w**2", "model logistic", "J(w) = w**4-w**2", "L(u, v) = (1-u*v)**2"

FALSE = [
    # declarations, text
    (SQUARES, r"\[\nabla^2 J(w) = \sum_{i=2}^n x_i x_i^\top\]"),
    (SQUARES, r"\[\nabla^2 J(w) = \sum_{i=1}^{n-1} x_i x_i^\top\]"),
    (SQUARES, r"\[\nabla^2 J(w) = \sum_{i=1}^{2n} x_i x_i^\top\]"),
    (SQUARE, r"$\sum_{i=2}^{3} i = 6$"),
    (SQUARE, r"$\sum_{i=2}^3 1 = 3$"),
    (SQUARES, r"$\nabla^2 J(w) = I$"),
    (SQUARES, r"$\nabla^2 J(w) = I_d$"),
    (SQUARES, r"$\nabla^2 J(w) = \mathbf 0$"),
    (SQUARES, r"$\nabla^2 J(w) = \mathbf 1_d$"),
    (SQUARES, r"$X^\top X = E$"),
    (SQUARE, r"$J''(w)=\mathbf{0}$"),
    (SQUARE, r"$J''(w)=\ell$"),
    (SQUARES, r"The Hessian is $A = 7X^\top X$."),
    (SQUARES, r"The gradient is $r = 5X^\top(Xw-y)$."),
    (SQUARES, "The Hessian of $J$ equals $M=0$."),
    (SQUARES, r"The smallest eigenvalue of $X^\top X$ is $\mu = 5$."),
    (SQUARES, r"The determinant of $X^\top X$ is $D = 0$."),
    (SQUARES, "The minimiser is $u = 0$."),
    (SQUARES, r"The Lipschitz constant is $\ell=1$."),
    (SQUARES, "$[w]_+ = 77$"),
    (SQUARES, r"$\operatorname{cond}(X)=1$"),
    (SQUARES, r"$\delta(w_1)=0$"),
    (SQUARES, "$$H = 3$$"),
    (SQUARES, r"$w_i = w_j$ if $i\ne j$."),
    (SQUARES, r"\[w_i = w_j \quad (i\ne j)\]"),
    (SQUARES, "$w_i w_j = w_i^2$"),
    (SQUARES, "$y_i=y_j$"),
    (LOGISTIC, "% symconvex: J(w) = -sum(cos(w/10))\n$J$ is convex."),
    (SQUARE, r"$\log_2 e^w = w$"),
    ("A: d, d", r"$\|A\|_2 = \|A\|_F$"),
    ("A: d, d", r"$\|A\|_2^2=\operatorname{tr}(A^\top A)$"),
    (SQUARE, r"$1\,000 = 0$"),
    (SQUARE, "$1~000=0$"),
    (LOGISTIC, "The gradient is convex."),
    (LOGISTIC, "It is false that $J$ is convex."),
    (LOGISTIC, "It would be wrong to say that $J$ is convex."),
    (SQUARE, "$J(w)=w^2$ is wrong."),
    (SQUARE, "We do not have $J(w)=w^2$."),
    ("J(w) = abs(w)", "$J$ is affine."),
    ("J(w) = relu(w)", "$J$ is affine."),
    ("J(w) = relu(w)", "$J$ is concave."),
    (SQUARE, r"$1\neq 1$"),
    (SQUARES, r"$\nabla J(w)\neq\nabla J(w)$"),
    (QUARTIC, "The second derivative is never negative."),
    ("J(w) = exp(w)-100", "The loss is nonnegative."),
    (SQUARE, "The derivative is positive."),
    (SQUARE, "The stationary point is positive."),
    ("J(w) = 3*w", "The gradient is zero."),
    (SQUARES, "The off-diagonal entries of the Hessian are nonnegative."),
    (RIDGE + "positive", r"$J$ is convex if and only if $\lambda>2$."),
    (QUARTIC, r"$J$ is not convex on $w \in [1,2]$."),
    ("J(w) = 3*w", "$J$ is strictly concave."),
    ("J(w) = exp(w)", "$J$ is strongly convex."),
    ("J(w) = sum(w)**2\nw: 2", "$J$ is strictly convex."),
    ("J(w) = sum(w)**2\nw: 2", "The minimiser is unique."),
    ("J(w) = exp(-w)", "$J(|w|)$ is convex."),
    (SQUARE, r"$\sin(8\pi w)=0$"),
    (SQUARE, r"$\cos(16\pi w)=1$"),
    (SQUARES, r"$w_1\le 3$"),
    (SQUARES, "$e^{w_1}<30$"),
    (SQUARES, r"\[\nabla J(w)+\text{const}\cdot w_1^3 = X^\top(Xw-y)+\text{const}\]"),
    (SQUARES, r"\[\nabla J(0)=0\]"),
    (SQUARES, r"\[\nabla^2J(0)=0\]"),
    (PRODUCT, r"\[\nabla L(1,2)=0\]"),
    (PRODUCT, r"$\det\nabla^2L(0,0)=0$"),
    (SQUARES, r"$v^\top X^\top Xv=\|Xv\|^2=2\|Xv\|^2$, and equality implies $v=0$."),
    (SQUARES, r"Take $v=0$. Then $v^\top X^\top Xv=2\|Xv\|^2$ for general $v$."),
    (RIDGE + "nonnegative", "$J$ is strictly convex."),
    (RIDGE + "nonnegative", r"$\nabla^2J\succ0$"),
    (SQUARE, r"$J(w)=w^2$. On differentiating again \[J'(w) = 7.\]"),
    (SQUARE, r"For the Hessian: \[J''(w)=7\]"),
    (SQUARE, "For example $J(w)=5$."),
    (LOGISTIC, "Hence $J$ is nonconvex."),
    (LOGISTIC, "$J$ fails to be convex."),
    (SQUARE, "$J$ has no minimiser."),
    (SQUARE, "The second derivative equals 7."),
    (SQUARE, r"\begin{empheq}{align} J(w)=7\end{empheq}"),
    (SQUARES, r"$\mathbf 1\mathbf 1^\top X = X$"),
    (SQUARES, r"$I=\mathbf 1\mathbf 1^\top$"),
    ("L(W) = norm(W)**2\nW: 2, 2", r"the eigenvalues of the Hessian are $\lambda_1=5$ and $\lambda_2=7$"),
    (LOGISTIC, "$J$ is strongly convex."),
    (LOGISTIC, "$J$ is strictly convex."),
]


@pytest.mark.parametrize(("declarations", "text"), FALSE, ids=[f"{k}-{row[1][:40]}" for k, row in enumerate(FALSE)])
def test_what_is_not_true_is_not_accepted(declarations: str, text: str) -> None:
    try:
        report = check_text(text, Declared(), declarations)
    except SymconvexError:
        return
    assert report.outcome != "proven"
    assert not report.relations or {one.verdict for one in report.relations} - ACCEPTED


# Nothing can be shown by trying here, so nothing is called proven.
OPEN = [
    ("J(w) = abs(w)", r"$J''(w)=0$"),
    (QUARTIC, "The Hessian is never singular."),
    (QUARTIC, r"$J''(w)$ is never zero."),
]


@pytest.mark.parametrize(("declarations", "text"), OPEN, ids=[row[1] for row in OPEN])
def test_what_only_holds_where_it_was_tried_is_not_proven(declarations: str, text: str) -> None:
    report = check_text(text, Declared(), declarations)
    assert "proven" not in {one.verdict for one in report.relations}


TRUE = [
    (SQUARES, r"\[\nabla^2 J(w) = \sum_{i=1}^n x_i x_i^\top = X^\top X\]"),
    (SQUARES, r"\[\nabla J(0) = -X^\top y\]"),
    (PRODUCT, r"\[\nabla L(0,0)=0\]"),
    (PRODUCT, r"$\det\nabla^2L(0,0)=-4$"),
    (SQUARE, r"$\sum_{i=2}^{3} i = 5$"),
    (SQUARE, r"$\log_2 8 = 3$"),
    (LOGISTIC, "$J$ is convex. It is not strongly convex."),
    (LOGISTIC, r"$J$ is strictly convex if and only if $\operatorname{rank} X = d$."),
    (QUARTIC, "$J$ is not convex."),
]


@pytest.mark.parametrize(("declarations", "text"), TRUE, ids=[row[1][:40] for row in TRUE])
def test_what_is_true_is_accepted(declarations: str, text: str) -> None:
    report = check_text(text, Declared(), declarations)
    assert report.relations
    assert {one.verdict for one in report.relations} <= ACCEPTED


SOLVED = [
    # text                                                                      the verdict on its last relation
    (r"Setting the gradient to zero gives $X^\top Xw=X^\top y$.",               "proven"),
    (r"Equating this to zero gives $X^\top Xw=2X^\top y$.",                     "false"),
    (r"The normal equations are $X^\top Xw=X^\top y$.",                         "proven"),
    (r"$\nabla J(w)=0\iff X^\top Xw=X^\top y$.",                                "holds-at-tried-sizes"),
    (r"As $t$ tends to zero the limit is $X^\top Xw=X^\top y$.",                "not-understood"),
    (r"So $X^\top Xw=X^\top y$.",                                               "false"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict"), SOLVED, ids=[row[0][:40] for row in SOLVED])
def test_normal_equations_hold_where_the_gradient_is_zero(text: str, verdict: str) -> None:
    declarations = SQUARES.replace("X: n, d", "X: n, d full-rank")
    assert check_text(rf"\[\nabla J(w)=X^\top(Xw-y)\]{text}", Declared(), declarations).relations[-1].verdict == verdict


MODULI = [
    # modulus                   under                          strongly convex?
    ("lam",                     None,                          True),
    ("lam",                     "lam > 0",                     None),
    ("lambda_min(X.T @ X)",     "lambda_min(X.T @ X) > 0",     None),
    (None,                      None,                          None),
]  # fmt: skip


@pytest.mark.parametrize(("modulus", "under", "shown"), MODULI)
def test_a_modulus_under_a_condition_is_none_without(
    modulus: str | None, under: str | None, shown: bool | None
) -> None:
    verdict: Any = SimpleNamespace(answer="convex", modulus=modulus, modulus_when=under, exact=())
    assert says(verdict, "strongly convex") is shown


CONSTANTS = [
    # a line with pi or e, true for all w                 verdict
    (r"$\frac{d}{dw}\sin(2\pi w) = 2\pi\cos(2\pi w)$",   "proven"),
    (r"$\pi w + \pi w = 2\pi w$",                          "proven"),
    (r"$e^{w+1} = e\,e^w$",                                "proven"),
    (r"$\frac{d}{dw}\sin(2\pi w) = 2\cos(2\pi w)$",       "false"),
    (r"$\pi w = 3 w$",                                     "false"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict"), CONSTANTS)
def test_pi_and_e_are_numbers_for_all_sizes(text: str, verdict: str) -> None:
    relations = check_text(text, Declared(), SQUARE).relations
    assert [relation.verdict for relation in relations] == [verdict]
