"""Conditions that sentences take up: "in that case", signs of data in passing, domains of reasons; and eigenvalues."""

import pytest

from symconvex.handcheck.judging.ruling import GOOD, WRONG
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

SQUARES = "J(w) = sum((X@w - y)**2)/2\nX: n, d\nw: d\ny: n"
COUNTS = "N(theta) = n*theta - sum(x)*log(theta)\nx: n\ntheta: positive"
QUARTIC = "f(x) = x**4 - 2*x**2"
ENTROPY = "f(x) = x*log(x)\nx: positive"
SADDLE = "F(u, v) = (u*v - 1)**2/2"
LSE = "f(z) = logsumexp(z)\nz: k"
RANK, STRICT, UP = "$X$ has full column rank", "$J$ is strictly convex.", r"$N''(\theta) > 0$"


def outcome(declarations: str, text: str) -> str:
    """The verdict on the last line: right, wrong or open."""
    relations = check_text(text, Declared(), declarations).relations
    verdict = relations[-1].verdict
    return "wrong" if verdict in WRONG else "right" if verdict in GOOD else "open"


ROWS = [
    # declarations, text, outcome of the last line
    (SQUARES, f"If {RANK}, the Hessian is positive definite. In that case {STRICT}", "right"),
    (SQUARES, f"If {RANK}, the Hessian is positive definite. Then {STRICT}", "right"),
    (SQUARES, f"If {RANK}, the Hessian is positive definite. Then $J$ is convex. Then {STRICT}", "right"),
    (SQUARES, f"If {RANK}, the Hessian is positive definite. {STRICT}", "wrong"),
    (SQUARES, f"If {RANK}, the Hessian is positive definite. Then $J$ is convex. {STRICT}", "wrong"),
    (SQUARES, f"$J$ is convex. In that case {STRICT}", "wrong"),
    (SQUARES, rf"At $w=0$ the gradient is $-X^\top y$. Then {STRICT}", "wrong"),
    (SQUARES, f"If blorps hold, $J$ is convex. In that case {STRICT}", "open"),
    (SQUARES, f"When the blorps of $X$ hold, $J$ is convex. Then {STRICT}", "open"),
    (SQUARES, "If $X=0$, then $J$ is concave. In this case $J$ is affine.", "right"),
    (SQUARES, "If $X=0$, then $J$ is concave. Otherwise $J$ is affine.", "open"),
    (SQUARES, f"\\begin{{lemma}}If {RANK}, $J$ is convex.\\end{{lemma}} Then {STRICT}", "wrong"),
    (SQUARES, f"Consider the case where {RANK}. Then {STRICT}", "right"),
    (SQUARES, f"We consider the case in which the columns of $X$ are blorpish. Then {STRICT}", "open"),
    (COUNTS, f"{UP}.", "wrong"),
    (COUNTS, f"With $x_i > 0$ we get {UP}.", "right"),
    (COUNTS, f"With $x_i < 0$ we get {UP}.", "wrong"),
    (COUNTS, f"With $x_1 > 0$ we get {UP}.", "wrong"),
    (COUNTS, f"For positive $x_i$ we get {UP}.", "right"),
    (COUNTS, f"For all positive counts $x_i$ we get {UP}.", "right"),
    (COUNTS, f"For negative $x_i$ we get {UP}.", "wrong"),
    (COUNTS, f"{UP} for positive $x_i$.", "right"),
    (COUNTS, f"{UP}, where all counts $x_i$ are positive.", "right"),
    (COUNTS, f"{UP}, where all counts $x_i$ are negative.", "wrong"),
    (COUNTS, f"If all $x_i$ are positive, then {UP}.", "right"),
    (COUNTS, f"If all $x_i$ are not positive, then {UP}.", "open"),
    (COUNTS, f"Provided that the $x_i$ are positive, {UP}.", "right"),
    (COUNTS, f"As all $x_i$ are positive, {UP}.", "right"),
    (COUNTS, f"As all $x_i$ are negative, {UP}.", "wrong"),
    (COUNTS, f"{UP} because $x_i > 0$.", "open"),
    (COUNTS, f"All counts $x_i$ are positive, so {UP}.", "right"),
    (COUNTS, f"The data are positive. Hence {UP}.", "open"),
    (COUNTS, f"We observe positive numbers $x_1, \\dots, x_n$. Hence {UP}.", "open"),
    (COUNTS, f"The Hessian is blorpishly positive. Hence {UP}.", "wrong"),
    (QUARTIC, r"$f$ is convex on $[1, \infty)$ because $f''(x) \ge 8$ there.", "right"),
    (QUARTIC, r"$f$ is convex on $[1, \infty)$ because $f''(x) \ge 9$ there.", "wrong"),
    (QUARTIC, r"$f$ is convex on $[1, \infty)$, as $f''(x) \ge 8$.", "wrong"),
    (QUARTIC, r"$f$ is convex on $[1, \infty)$ because $f''(x) \ge 8$ for all $x$.", "wrong"),
    (QUARTIC, r"$f$ is convex on $[1, \infty)$ because $f''(x) \ge 8$ everywhere.", "wrong"),
    (ENTROPY, r"Setting the derivative to zero, $\log x + 1 = 0$, yields $x = 1/e$.", "right"),
    (ENTROPY, r"Setting the derivative to zero, $\log x + 1 = 0$, yields $x = e$.", "wrong"),
    (SADDLE, "At $u = v = 0$ the Hessian has a negative eigenvalue.", "right"),
    (SADDLE, "At $u = v = 0$ the Hessian has a positive eigenvalue.", "right"),
    (SADDLE, "At $u = v = 1$ the Hessian has a negative eigenvalue.", "wrong"),
    (SADDLE, "At $u = v = 0$ the smallest eigenvalue of the Hessian is negative.", "right"),
    (SADDLE, "At $u = v = 0$ the largest eigenvalue of the Hessian is negative.", "wrong"),
    (SADDLE, "At $u = v = 0$ the Hessian has no negative eigenvalue.", "open"),
    (SADDLE, "At $u = v = 0$ the Hessian has only a negative eigenvalue.", "open"),
    (LSE, "For all scores $z$ the Hessian of $f$ is positive semidefinite.", "right"),
    (LSE, "For all scores $z$ the Hessian of $f$ is positive definite.", "wrong"),
    (LSE, "For all blorpish $z$ the Hessian of $f$ is positive semidefinite.", "open"),
    (LSE, "For all nonzero $z$ the Hessian of $f$ is positive definite.", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "text", "expected"), ROWS, ids=[row[1] for row in ROWS])
def test_what_the_last_line_is_said_under(declarations: str, text: str, expected: str) -> None:
    assert outcome(declarations, text) == expected
