"""Sentences of lecturers and students, each beside one that says something false: values, slopes, concessions, ends."""

import pytest

from symconvex.handcheck.judging.ruling import GOOD, WRONG
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

SQUARES = "J(w) = sum((X@w - y)**2)/2\nX: n, d\nw: d\ny: n"
RIDGE = "J(w) = sum((X@w - y)**2)/2 + lam/2*sum(w**2)\nX: n, d\nw: d\ny: n\nlam: positive"
LOGISTIC = "J(w) = sum(log(1 + exp(-y*(X@w))))\nX: n, d\nw: d\ny: n sign"
POISSON = "L(w) = sum(exp(X@w) - y*(X@w))\nX: n, d\nw: d\ny: n nonneg"
ENTROPY = "f(x) = x*log(x)\nx: positive"
QUARTIC = "f(x) = x**4 - 2*x**2"
SADDLE = "F(u, v) = (u*v - 1)**2/2"
QUADRATIC = "q(x) = x@A@x/2 - b@x\nx: n\nA: n, n positive definite\nb: n"
SQUARE = "f(x) = x**2"
LSE = "f(z) = logsumexp(z)\nz: k"
SOFTPLUS = "f(t) = log(1 + exp(t))"
GRAD, HESS = r"X^\top(Xw-y)", r"X^\top X"


def outcome(declarations: str, text: str) -> str:
    """Right when everything is accepted, wrong when something is rejected, else open."""
    verdicts = {one.verdict for one in check_text(text, Declared(), declarations).relations}
    if verdicts & set(WRONG):
        return "wrong"
    return "right" if verdicts and verdicts <= set(GOOD) else "open"


ROWS = [
    # declarations, text, outcome
    (SQUARES, f"Differentiating $J$ gives ${GRAD}$, and differentiating once more gives ${HESS}$.", "right"),
    (SQUARES, f"Differentiating $J$ gives ${GRAD}$, and differentiating once more gives $XX^\\top$.", "wrong"),
    (SQUARES, f"Differentiating $J$ gives $-{GRAD}$.", "wrong"),
    (SQUARES, f"Differentiating the loss with respect to $w$ gives ${GRAD}$.", "right"),
    (SQUARES, f"Differentiating $J$ never gives ${GRAD}$.", "open"),
    (SQUARES, f"Differentiating the penalty gives ${GRAD}$.", "open"),
    (RIDGE, rf"The gradient equals ${GRAD} + \lambda w$ and that the Hessian equals ${HESS} + \lambda I$.", "right"),
    (RIDGE, rf"One finds that the gradient equals ${GRAD} + \lambda w$ and that the Hessian equals ${HESS} + 2\lambda I$.", "wrong"),
    (RIDGE, rf"The gradient can be written as ${GRAD} + \lambda w$ and the Hessian as ${HESS} + \lambda I$.", "right"),
    (RIDGE, rf"The gradient can be written as ${GRAD} + \lambda w$ and the Hessian as ${HESS}$.", "wrong"),
    (RIDGE, r"The Hessian is at least $\lambda I$, which is why $J$ is $\lambda$-strongly convex.", "right"),
    (RIDGE, r"The Hessian is at least $\lambda I$, which is why $J$ is $2\lambda$-strongly convex.", "wrong"),
    (SADDLE, "Although $F$ is convex in $u$ for fixed $v$ and in $v$ for fixed $u$, it is not jointly convex.", "right"),
    (SADDLE, "Although $F$ is convex in $u$ for fixed $v$ and in $v$ for fixed $u$, it is jointly convex.", "wrong"),
    (SADDLE, "Even though $F$ is jointly convex, it is not concave.", "wrong"),
    (SADDLE, "$F$ is convex in $u$, although not in $v$.", "open"),
    (SADDLE, "Although it seems that $F$ is convex, it is not convex.", "open"),
    (SADDLE, "The origin is a critical point of $F$.", "right"),
    (SADDLE, "The point $(u,v) = (1,1)$ is a stationary point of $F$.", "right"),
    (SADDLE, "The point $(u,v) = (1,2)$ is a stationary point of $F$.", "wrong"),
    (SADDLE, "The origin is not a critical point of $F$.", "open"),
    (SQUARES, "The stationary points of $J$ are precisely the solutions of $X^\\top X w = X^\\top y$.", "right"),
    (SQUARES, "The stationary points of $J$ are precisely the solutions of $X^\\top X w = -X^\\top y$.", "wrong"),
    (SQUARES, "If $n < d$, the Hessian is singular and $J$ cannot be strictly convex.", "right"),
    (SQUARES, "If $n < d$, the Hessian is invertible.", "wrong"),
    (SQUARES, "$J$ cannot be convex.", "wrong"),
    (SQUARES, "It cannot be shown that $J$ is convex.", "open"),
    (LOGISTIC, r"At $w = 0$ the loss equals $n\log 2$.", "right"),
    (LOGISTIC, "At $w = 0$ the loss equals $n/2$.", "wrong"),
    (LOGISTIC, "The loss is $7$.", "wrong"),
    (QUADRATIC, r"$q$ has the unique minimiser $x^\star = A^{-1}b$.", "right"),
    (QUADRATIC, r"$q$ has the unique minimiser $x^\star = -A^{-1}b$.", "wrong"),
    (SQUARE, "By convexity, $f(y) \\ge f(x) + f'(x)(y-x)$ for all $x$ and $y$.", "right"),
    (ENTROPY, "The minimal value of $f$ is $-1/e$.", "right"),
    (ENTROPY, "The minimal value of $f$ is $1/e$.", "wrong"),
    (ENTROPY, "The minimum of $f$ is $c$.", "open"),
    (ENTROPY, "The minimum of $g$ is $-1/e$.", "open"),
    (ENTROPY, "The minimum of $f$ is not $7$.", "open"),
    (QUARTIC, "The minimum of $f$ is $0$.", "wrong"),
    (QUARTIC, "The minimum of $f$ is $-2$.", "open"),
    (SQUARES, "The minimum of $J$ is $0$.", "wrong"),
    ("f(x) = exp(x)", "The minimum of $f$ is $-1$.", "open"),
    (ENTROPY, "The binary entropy $f$ is convex.", "right"),
    (ENTROPY, "The Shannon entropy $f$ is concave.", "wrong"),
    (SQUARES, "Hence every stationary point is a global minimum.", "right"),
    (SQUARES, "Hence every stationary point is a global maximum.", "open"),
    (SQUARES, "Hence every stationary point is not a global minimum.", "open"),
    (QUARTIC, "Hence every stationary point is a global minimum.", "open"),
    (SQUARES, "Because $J$ is convex, any local minimum is a global one.", "right"),
    (SQUARES, r"The Hessian $\nabla^2 J(w) = M$ with $M = X^\top X$ is positive semidefinite.", "right"),
    (SQUARES, r"The Hessian $\nabla^2 J(w) = M$ with $M = X^\top X$ is positive definite.", "wrong"),
    (SQUARES, r"The Hessian $\nabla^2 J(w) = M$, where $M = 2X^\top X$, is positive semidefinite.", "wrong"),
    (LSE, r"The Hessian $\nabla^2 f(z) = \operatorname{diag}(p) - pp^\top$, where $p = \operatorname{softmax}(z)$, is singular.", "right"),
    (LSE, r"The Hessian $\nabla^2 f(z) = \operatorname{diag}(p) - pp^\top$, where $p = \operatorname{softmax}(z)$, is invertible.", "wrong"),
    (SOFTPLUS, "$f$ is an increasing convex function.", "right"),
    (SOFTPLUS, "$f$ is a decreasing convex function.", "wrong"),
    (SOFTPLUS, "The derivative $f'$ lies strictly between $0$ and $1$.", "right"),
    (SOFTPLUS, "The derivative $f'$ lies strictly between $0$ and $\\frac12$.", "wrong"),
    (SOFTPLUS, "The derivative $f'$ does not lie between $0$ and $1$.", "open"),
    (SQUARE, "The parabola $f(x) = x^2$ is $2$-strongly convex.", "right"),
    (SQUARE, "The parabola $f(x) = x^2$ is $3$-strongly convex.", "wrong"),
    (SQUARE, "Both $f$ and $f'$ vanish at $x = 0$.", "right"),
    (SQUARE, "Both $f$ and $f'$ vanish.", "wrong"),
    (SQUARE, "Both $f$ and $f'$ vanish at $x = 1$.", "wrong"),
    (SQUARES, r"The chain rule shows that $\nabla J(w) = X^\top(Xw-y)$.", "right"),
    (SQUARES, r"The chain rule shows that $\nabla J(w) = X^\top(y-Xw)$.", "wrong"),
    (SQUARES, r"Nothing shows that $J$ is convex.", "open"),
    (SADDLE, "The Hessian at the point $(1,1)$ is positive semidefinite but singular.", "right"),
    (SADDLE, "The Hessian at the point $(1,1)$ is positive definite.", "wrong"),
    (POISSON, "If all $y_i$ are zero, then $L$ is concave.", "wrong"),
    (POISSON, "If all $y_i$ are zero, then $L$ is convex and $L > 0$.", "right"),
    (POISSON, "The counts $y_i$ are all nonnegative, so $L$ is convex.", "right"),
    (SADDLE, "The loss is nonconvex in $(u,v)$, even though it is convex in each variable separately.", "right"),
    (SADDLE, "The loss is convex in $(u,v)$, even though it is convex in each variable separately.", "wrong"),
    (SADDLE, "The loss is not convex, although it is not.", "open"),
    (RIDGE, r"The regularised problem has exactly one solution for every $\lambda > 0$.", "right"),
    (SQUARES, "The training loss has exactly one solution.", "wrong"),
    (SQUARES, r"The gradient is Lipschitz with constant $L = \lambda_{\max}(X^\top X)$.", "right"),
    (SQUARES, r"The gradient is Lipschitz with constant $L = \lambda_{\min}(X^\top X)$.", "wrong"),
    (SQUARES, "Differentiating both sides we get $\\nabla J(w) = X^\\top(Xw - y)$.", "right"),
    (SQUARES, "Expanding the square we get $J(0) = \\|y\\|^2$.", "wrong"),
    (SOFTPLUS, "Observe that $f''$ is even.", "right"),
    (SOFTPLUS, "Observe that $f''$ is odd.", "wrong"),
    (SOFTPLUS, r"The first derivative of $f$ is the sigmoid $\sigma(t)$.", "right"),
    (SOFTPLUS, r"The second derivative of $f$ is the sigmoid $\sigma(t)$.", "wrong"),
    (SOFTPLUS, r"The first derivative of $f$ is the doubled $\sigma(t)$.", "open"),
    (LOGISTIC, r"The $i$-th summand has gradient $-\sigma(-y_i x_i^\top w) y_i x_i$.", "open"),
    (SQUARES, "$J$ is convex, a bad joke.", "open"),
    (SQUARES, "$J$ is convex, blorp.", "open"),
    (SQUARES, "$J$ is convex, a well-known fact.", "right"),
    (SQUARES, "$J$ is convex (see Boyd).", "right"),
    (SQUARES, "$J$ is convex, see Figure 3.", "right"),
    (SQUARES, "$J$ is strictly convex, QED.", "wrong"),
    (SQUARES, "$J$ is convex for all $w$ outside the domain.", "open"),
    (ENTROPY, "$f''(x) > 0$ for all $x$ outside the domain of $f$.", "open"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "text", "expected"), ROWS, ids=[row[1] for row in ROWS])
def test_a_turn_of_phrase(declarations: str, text: str, expected: str) -> None:
    assert outcome(declarations, text) == expected
