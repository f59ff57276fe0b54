"""Functions said to increase, to be even or Lipschitz, and numbers compared in words; each beside false neighbours."""

import pytest

from symconvex.handcheck.judging.ruling import GOOD, WRONG
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

SOFTPLUS = "f(t) = log(1 + exp(t))"
HUBER = "g(r) = sqrt(1 + r**2) - 1"
CUBE = "f(x) = x**3"
SQUARE = "f(x) = x**2\nx: positive"
LOGISTIC = "J(w) = sum(log(1 + exp(-y*(X@w))))\nX: n, d\nw: d\ny: n sign"
RIDGE = "J(w) = sum((X@w - y)**2)/2 + lam/2*sum(w**2)\nX: n, d\nw: d\ny: n\nlam: positive"
LSE = "f(z) = logsumexp(z)\nz: k"
NORM = "g(x) = norm(x)\nx: d"
SADDLE = "F(u, v) = (u*v - 1)**2/2"


def outcome(declarations: str, text: str) -> str:
    """Right when everything is accepted, wrong when something is rejected, else open."""
    verdicts = {one.verdict for one in check_text(text, Declared(), declarations).relations}
    if verdicts & set(WRONG):
        return "wrong"
    return "right" if verdicts and verdicts <= set(GOOD) else "open"


ROWS = [
    # declarations, text, outcome
    (SOFTPLUS, "$f$ is increasing.", "right"),
    (SOFTPLUS, "$f$ is strictly increasing and convex.", "right"),
    (SOFTPLUS, "$f$ is nondecreasing.", "right"),
    (SOFTPLUS, "$f$ is monotone.", "right"),
    (SOFTPLUS, "$f$ is decreasing.", "wrong"),
    (SOFTPLUS, "$f$ is not increasing.", "wrong"),
    (SOFTPLUS, "$f$ is not decreasing.", "right"),
    (SOFTPLUS, "$f$ is increasing in $X$.", "open"),
    (SOFTPLUS, "$f$ is increasing, not.", "open"),
    (SOFTPLUS, "$f$ is only increasing for small $t$.", "open"),
    (SOFTPLUS, "The derivative $f'$ is monotonically increasing.", "right"),
    (SOFTPLUS, "The derivative of $f$ is decreasing.", "wrong"),
    (SOFTPLUS, "Its second derivative is increasing.", "wrong"),
    (CUBE, "$f$ is increasing.", "right"),
    (CUBE, "$f$ is monotone and odd.", "right"),
    (CUBE, "$f$ is odd and $f'$ is even.", "right"),
    (CUBE, "$f$ is even.", "wrong"),
    (CUBE, "The function $f$ is an odd function.", "right"),
    (CUBE, "$f$ is homogeneous of degree three.", "right"),
    (CUBE, "$f$ is homogeneous of degree $2$.", "wrong"),
    (CUBE, "$f$ is homogeneous.", "open"),
    (SQUARE, "$f$ is increasing.", "right"),
    (SQUARE, "$f$ is even.", "open"),
    ("f(x) = x**2", "$f$ is increasing.", "wrong"),
    ("f(x) = x**2", "$f$ is monotone.", "wrong"),
    ("f(x) = x**2", "$f$ is not monotone.", "right"),
    ("f(x) = 1/x", "$f$ is decreasing.", "wrong"),
    ("f(x) = x/(x**2 - 1)\nx**2 > 1", "$f$ is decreasing.", "open"),
    ("f(x) = x/(x**2 - 1)\n-1 < x < 1", "$f$ is decreasing.", "right"),
    ("f(x) = max(0, x)", "$f$ is nondecreasing.", "right"),
    ("f(x) = max(0, x)", "$f$ is increasing.", "open"),
    ("f(x) = x - 2*sign(x)", "$f$ is increasing.", "wrong"),
    (RIDGE, "$J$ is increasing.", "open"),
    (RIDGE, "Let $h(s)=-s^3$. Then $h$ is decreasing and odd.", "right"),
    (RIDGE, "Let $h(s)=-s^3$. Then $h$ is increasing.", "wrong"),
    (NORM, "$g$ is positively homogeneous of degree one and convex.", "right"),
    (NORM, "$g$ is even.", "right"),
    (SOFTPLUS, "$f$ is $1$-Lipschitz.", "right"),
    (SOFTPLUS, "$f$ is convex and $1$-Lipschitz.", "right"),
    (SOFTPLUS, "$f$ is $\\tfrac12$-Lipschitz.", "wrong"),
    (SOFTPLUS, "$f$ is Lipschitz with constant $1$.", "right"),
    (SOFTPLUS, "$f$ is Lipschitz continuous with constant $0.9$.", "wrong"),
    (SOFTPLUS, "$f$ is $L$-Lipschitz.", "open"),
    (SOFTPLUS, "$f$ is Lipschitz.", "open"),
    ("f(x) = sign(x)", "$f$ is $1$-Lipschitz.", "wrong"),
    ("f(x) = sqrt(x)\nx: positive", "$f$ is $1$-Lipschitz.", "wrong"),
    (NORM, "$g$ is $1$-Lipschitz.", "right"),
    (SOFTPLUS, "$f$ is $\\tfrac14$-smooth.", "right"),
    (SOFTPLUS, "$f$ is $\\tfrac15$-smooth.", "wrong"),
    (RIDGE, r"$J$ is $\lambda$-strongly convex and $L$-smooth with $L = \|X\|^2 + \lambda$.", "right"),
    (RIDGE, r"$J$ is $L$-smooth with $L = \|X\|^2$.", "wrong"),
    (LOGISTIC, "The loss $J$ is bounded below by $0$.", "right"),
    (LOGISTIC, "The loss is bounded from below by zero.", "right"),
    (LOGISTIC, "$J$ is never less than $0$.", "right"),
    (LOGISTIC, "$J$ is bounded below.", "right"),
    (LOGISTIC, "$J$ is unbounded below.", "open"),
    (LOGISTIC, "$J$ is at least $1$.", "wrong"),
    (LOGISTIC, "$J$ is not at least $0$.", "open"),
    (LOGISTIC, "$J$ is only at least $0$ here.", "open"),
    (LOGISTIC, "$J$ is bounded above by $100$.", "wrong"),
    (LOGISTIC, r"The Hessian is bounded above by $\frac14 X^\top X$.", "right"),
    (LOGISTIC, r"The Hessian is at most $\frac18 X^\top X$.", "wrong"),
    (LOGISTIC, r"The largest eigenvalue of the Hessian is at most $\frac14\|X\|^2$.", "right"),
    (LOGISTIC, "The norm of the gradient is at most $3$.", "wrong"),
    (RIDGE, r"All eigenvalues of the Hessian are at least $\lambda$.", "right"),
    (RIDGE, r"All eigenvalues of the Hessian are at most $\lambda$.", "wrong"),
    (RIDGE, r"The smallest eigenvalue of the Hessian is bounded from below by $\lambda > 0$.", "right"),
    (RIDGE, r"The smallest eigenvalue of the Hessian is greater than $2\lambda$.", "wrong"),
    (LSE, "The gradient of $f$ has norm at most $1$.", "right"),
    (LSE, r"The gradient of $f$ has norm at most $\frac1{10}$.", "wrong"),
    (LSE, "The gradient is bounded by $1$.", "right"),
    (LSE, "The gradient is at most $1$.", "open"),
    (HUBER, r"Its derivative $r/\sqrt{1+r^2}$ is bounded by $1$ in absolute value.", "right"),
    (HUBER, r"Its derivative $r/\sqrt{1+r^2}$ is bounded by $\frac12$ in absolute value.", "wrong"),
    (HUBER, r"Its second derivative, $g''(r) = (1+r^2)^{-3/2}$, never exceeds $1$.", "right"),
    (HUBER, r"Its second derivative, $g''(r) = (1+r^2)^{-3/2}$, exceeds $1$.", "wrong"),
    (SOFTPLUS, r"$f(t) \le 100$", "wrong"),
    (SOFTPLUS, "$f'$ is bounded by $1$ and $f''$ by $1/4$.", "open"),
    (RIDGE, "$J$ has at most two minimisers.", "open"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "text", "expected"), ROWS, ids=[row[1] for row in ROWS])
def test_what_is_said_of_a_function(declarations: str, text: str, expected: str) -> None:
    assert outcome(declarations, text) == expected
