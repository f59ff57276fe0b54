"""What is said of a part of a text ends with it; what is claimed states nothing.

In every text the last line is false in general, or it is right; @ is a new line.
"""

import pytest

from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

ROWS = [
    (r"Let $F(x)=x^3$. The second derivative is $3x^2$.", False),
    (r"Let $F(x)=ax^2$. Its second derivative is $2ax$.", False),
    (r"Let $F(x)=e^{2x}$. The curvature is $2e^{2x}$.", False),
    (r"Let $F(x)=x^3$. The second derivative is $6x$.", True),
    (r"Let $F(x)=ax^2$. Its second derivative is $2a$.", True),
    (
        r"Let $f(x)=\lambda x^2$.@@\begin{lemma}@Let $\lambda=1$. Then $f''(x)=2$.@\end{lemma}@@\begin{theorem}@For all $\lambda$ we have $f''(x)=2$.@\end{theorem}",
        False,
    ),
    (
        r"Let $f(w)=\|Xw-y\|^2$ with $X\in\mathbb{R}^{n\times d}$.@@As an example, let $X = I$. Then $\nabla^2 f(w) = 2I$.@@In general, $\nabla^2 f(w)=2I$ and $f$ is strictly convex.",
        False,
    ),
    (
        r"Let $f(w)=\|Xw-y\|^2$. Consider the case $X=0$. Then $\nabla f(w)=0$. Now consider the general case. Then $\nabla f(w)=0$.",
        False,
    ),
    (r"Let $F(x)=\lambda x^2$. Take $\lambda = 1$, for instance. Then $F''(x)=2$. In general, $F''(x) = 2$.", False),
    (r"Let $f(x)=ax^2+bx$. $a = 1 \Rightarrow f''(x) = 2$. $f''(x) \geq 0 \Rightarrow a>0$.", False),
    (r"Let $f(x)=ax^2$. If $a=1$, then $f''(x)=2$. $f''(x)\ge 0$ implies $a>0$.", False),
    (r"Let $F(x)=x^3$. Clearly $x>0$. Hence $F$ is convex.", False),
    (r"Let $F(x)=\lambda x^2$. Hence $\lambda>0$. So $F$ is convex.", False),
    (r"Let $f(x)=a x^2$. In physics, $a>0$. Then $f$ is convex.", False),
    (r"Let $f(w)=\sum_i y_i w_i^2$. Clearly $y_i\ge0$. So $f$ is convex.", False),
    (r"Let $f(x)=ax^2+bx$. If $a = 1$, then $f''(x) = 2$. So $a>0$ and $f$ is strictly convex.", False),
    (r"Let $F(x)=\lambda x^2$.@@**Case 1:** $\lambda>0$. $F$ is convex.@@**Conclusion.** $F$ is convex.", False),
    (r"Let $F(x)=\lambda x^2$.@@Example. Take $\lambda>0$.@@Theorem. $F$ is convex.", False),
    (
        r"Let $F(x)=\lambda x^2$. Assume $\lambda>0$. Then $F$ is convex. Now drop this assumption. $F$ is convex.",
        False,
    ),
    (
        r"Let $F(x)=\lambda x^2$. Assume $\lambda>0$. Then $F$ is convex. We now remove the hypothesis on the sign. $F$ is convex.",
        False,
    ),
    (r"\begin{theorem}@Let $F(x)=\lambda x^2$ with $\lambda > 0$. Then $F$ is strictly convex.@\end{theorem}", True),
]

ROWS += [
    (r"Let $F(x)=x^3$ for $x\in\mathbb{R}$. We compute the second derivative: $3x^2$.", False),
    (r"Let $F(x)=x^3$. We compute the derivative of $F$: $3x^2$.", True),
    (r"Let $F(x)=x^3$. Second derivative: $6x$.", True),
    (r"Let $F(x)=x^3$. Second derivative: $3x^2$.", False),
    (r"Let $F(x)=x^3$. We find the derivative $3x^3$, which is fine.", False),
]


@pytest.mark.parametrize(("text", "right"), ROWS, ids=[row[0] for row in ROWS])
def test_only_what_holds_is_proven(text: str, right: bool) -> None:
    report = check_text(text.replace("@", "\n"), Declared())
    assert (report.outcome == "proven") == right


SHOWN = [
    (r"Let $f(x)=\lambda x^2$. Let $\lambda=1$. Then $f''(x)=2$.", "λ = 1"),
    (r"Let $f(x)=ax^2$. If $f''(x)\ge1$, then $a>0$.", "f''(x) ≥ 1"),
    (r"Let $F(x)=\mu x^2$ with $\mu>0$. Then $F$ is convex.", "μ > 0"),
]


@pytest.mark.parametrize(("text", "given"), SHOWN, ids=[row[0] for row in SHOWN])
def test_what_a_line_rests_on_stands_beside_it(text: str, given: str) -> None:
    last = check_text(text, Declared()).relations[-1]
    assert last.verdict in ("proven", "holds-at-tried-sizes")
    assert given in last.given


RIDGE = "J(w) = norm(X@w - y)**2/2 + lam*norm(w)**2/2; X: n, d; w: d; y: n; lam: positive"
SQUARES = "J(w) = norm(X@w - y)**2/2; X: n, d; w: d; y: n"
MINIMISERS = [
    (SQUARES, r"If $X$ has full column rank, the unique minimiser is $(X^\top X)^{-1}X^\top y$.", "proven"),
    (SQUARES, r"A minimiser is $(X^\top X)^{-1}X^\top y$ if $X$ has full column rank.", "proven"),
    (SQUARES, r"The unique minimiser is $(X^\top X)^{-1}X^\top y$.", "false"),
    (RIDGE, r"The minimizer is $(X^\top X+\lambda I)^{-1}X^\top y$.", "proven"),
    (RIDGE, r"The minimizer is $(X^\top X+2\lambda I)^{-1}X^\top y$.", "false"),
    (RIDGE, r"The minimizer is not $(X^\top X+\lambda I)^{-1}X^\top y$.", "unreadable"),
    (RIDGE, r"The minimizer of the function $-J$ is $(X^\top X+\lambda I)^{-1}X^\top y$.", "unreadable"),
]


@pytest.mark.parametrize(("declared", "text", "outcome"), MINIMISERS, ids=[row[1] for row in MINIMISERS])
def test_a_minimiser_without_a_letter(declared: str, text: str, outcome: str) -> None:
    assert check_text(text, Declared(), declared).outcome == outcome


DOMAINS = [
    (r"Let $f(x)=x\log x$. Then $f$ is strictly convex.", False),
    (r"Let $f(x)=\sqrt{x}$. Then $f$ is concave.", False),
    (r"Let $f(x)=x\log x$. Then $f$ is concave.", True),
    (r"Let $f(x)=1/x$. Then $f$ is convex.", True),
]


@pytest.mark.parametrize(("text", "wrong"), DOMAINS, ids=[row[0] for row in DOMAINS])
def test_where_a_function_has_no_value_it_is_not_refuted(text: str, wrong: bool) -> None:
    assert (check_text(text, Declared()).outcome == "false") == wrong


def test_an_inverse_is_said_to_exist() -> None:
    (line,) = check_text(r"$(X^\top X)^{-1}X^\top X=I$ for every $X$.", Declared(), SQUARES).relations
    assert "X^⊤ X is invertible" in line.given


IN_ONE_LINE = [
    r"Let $F(x)=\lambda x^2$. Case 1: $\lambda>0$. $F$ is convex. In general $F$ is convex.",
    r"Let $F(x)=\lambda x^2$. Case 1: $\lambda>0$. $F$ is convex. Case 2: $\lambda\le0$. $F$ is convex.",
    r"Let $F(x)=\lambda x^2$ with $\lambda>0$. $F$ is convex. Now let $F(x)=\lambda x^2$ with $\lambda<0$. $F$ is convex.",
]


@pytest.mark.parametrize("text", IN_ONE_LINE)
def test_a_part_may_end_within_its_line(text: str) -> None:
    first, last = (one for one in check_text(text, Declared()).relations if one.read_as == "F is convex")
    assert first.verdict == "proven"
    assert last.verdict != "proven"
