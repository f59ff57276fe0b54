"""Texts that declare nothing: the loss, the shapes and the sets that they state themselves."""

import pytest

from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

ROWS = [
    # what is stated, a line under it, and the outcome
    (r"Let $X\in\mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$ and $J(w)=\frac12\|Xw-y\|^2$.",
     r"$\nabla J(w)=X^\top(Xw-y)$, so $J$ is convex.", "proven"),
    (r"Let $A\in\R^{m\times p}$, $b\in\R^m$ and $E(x)=\frac12\|Ax-b\|^2$.",
     r"$\nabla E(x)=A^\top(Ax-b)$, so $E$ is convex.", "proven"),
    (r"Let $X\in\mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$ and $J(w)=\frac12\|Xw-y\|^2$.",
     r"$\nabla J(w)=X(Xw-y)$.", "false"),
    (r"Let $X\in\mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$ and $J(w)=\frac12\|Xw-y\|^2$.",
     r"$J$ is strictly convex.", "false"),
    (r"Let $f(x,y)=x^2+xy+y^2$.", r"$\partial f/\partial x=2x+y$, and $f$ is strictly convex.", "proven"),
    (r"Let $f(u,v)=u^2+uv+v^2$.", r"$\partial f/\partial u=2u-v$.", "false"),
    (r"Let $f(x)=x^3$.", r"$f$ is convex.", "false"),
    (r"Let $\ell(m)=\log(1+e^{-m})$.", r"$\ell'(m)=-\frac{1}{1+e^m}$ and $\ell$ is strictly convex.", "proven"),
    (r"\[ L(\theta)=\sum_{i=1}^n(\theta^\top x_i-y_i)^2, \qquad x_i\in\mathbb{R}^d \]",
     r"\[\nabla L(\theta)=2\sum_{i=1}^n(\theta^\top x_i-y_i)x_i.\]", "proven"),
    (r"\[ L(\theta)=\sum_{i=1}^n(\theta^\top x_i-y_i)^2, \qquad x_i\in\mathbb{R}^d \]",
     r"\[\nabla L(\theta)=\sum_{i=1}^n(\theta^\top x_i-y_i)x_i.\]", "false"),
    (r"Let $F(w)=\frac{\lambda}{2}\|w\|^2$ with $\lambda>0$.", r"$F$ is strictly convex.", "proven"),
    (r"Let $F(w)=\frac{\lambda}{2}\|w\|^2$ with $\lambda\ge0$.", r"$F$ is strictly convex.", "false"),
]  # fmt: skip


@pytest.mark.parametrize(("stated", "line", "outcome"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_a_text_is_read_under_what_it_states(stated: str, line: str, outcome: str) -> None:
    assert check_text(f"{stated}\n{line}", Declared()).outcome == outcome


OPEN = [
    # a value or a sign that is said in a case only is nothing that is stated for all of the text
    (r"Let $F(w)=\lambda\|w\|^2$. If $\lambda>0$ then $F$ is convex.", r"$F$ is convex."),
    (r"Let $L(w)=\frac12(\max(wx,0)-y)^2$. For $w>0$ we have $L(w)=\frac12(wx-y)^2$.", r"$L$ is convex."),
]

LAMBDA = "Let $F(w)=\\lambda\\|w\\|^2$."
SAID = [
    # words beside lambda > 0 that do not state it for all of the text, and the last line, which is false then
    f"{LAMBDA} We blub $\\lambda>0$ quite often.\n\n$F$ is convex.",
    f"{LAMBDA} Some authors write $\\lambda>0$ here.\n\n$F$ is convex.",
    f"{LAMBDA} Not every course takes $\\lambda>0$.\n\n$F$ is convex.",
    f"{LAMBDA} It would be wrong to let $\\lambda>0$.\n\n$F$ is convex.",
    f"{LAMBDA} Is $\\lambda>0$?\n\n$F$ is convex.",
    f"{LAMBDA} (In the exercise $\\lambda>0$.)\n\n$F$ is convex.",
    f"{LAMBDA}\n\n\\begin{{lemma}}Let $\\lambda>0$. Then $F$ is convex.\\end{{lemma}}\n\n$F$ is convex.",
    f"{LAMBDA}\n\nCase 1: $\\lambda>0$.\n\nIn general $F$ is convex.",
    f"{LAMBDA}\n\nCase 1: let $\\lambda>0$. Case 2: let $\\lambda\\le0$.\n\n$F$ is convex.",
    f"{LAMBDA}\\begin{{itemize}}\\item $\\lambda>0$: fine. \\item $F$ is convex.\\end{{itemize}}",
    f"{LAMBDA}\n\nSuppose for a moment that $\\lambda>0$. Then $F''\\ge0$.\n\nDrop that assumption. $F$ is convex.",
    f"{LAMBDA} $F$ is convex. Now let $\\lambda>0$.",
]


@pytest.mark.parametrize("text", SAID)
def test_a_set_is_stated_or_it_is_none(text: str) -> None:
    last = [one for one in check_text(text, Declared()).relations if "convex" in one.read_as][
        -1 if "Now" not in text else 0
    ]
    assert last.verdict != "proven"


GUESSED = [
    # losses of which no shape is stated, and a gradient that is right
    (r"$J(w)=\frac12\|Xw-y\|^2$", r"$\nabla J(w)=X^\top(Xw-y)$"),
    (r"$E(u)=\|c-Bu\|^2$", r"$\nabla E(u)=-2B^\top(c-Bu)$"),
    (r"$L(\theta)=\|A\theta-b\|^2+\lambda\|\theta\|^2$", r"$\nabla L(\theta)=2A^T(A\theta-b)+2\lambda\theta$"),
    (r"$J(w)=\frac12\|\alpha Xw-y\|^2$", r"$\nabla J(w)=\alpha X^\top(\alpha Xw-y)$"),
    (r"$J(W)=\frac12\|XW-Y\|_F^2$", r"$\nabla J=X^T(XW-Y)$"),
    (r"$J(U,V)=\frac12\|UV^T-M\|_F^2$", r"$\nabla_U J=(UV^T-M)V$"),
]


@pytest.mark.parametrize(("loss", "line"), GUESSED, ids=[row[0] for row in GUESSED])
def test_shapes_that_nothing_states_are_guessed_and_said(loss: str, line: str) -> None:
    report = check_text(f"Let {loss}. Then {line}.", Declared())
    assert (report.outcome, len(report.guessed) >= 2) == ("proven", True)
    wrong = check_text(f"Let {loss}. Then {line.replace('=', '=3', 1)}.", Declared())
    assert wrong.outcome == "false"


def test_nothing_is_guessed_where_shapes_are_stated() -> None:
    text = r"Let $X\in\mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$, $w\in\mathbb{R}^d$ and $J(w)=\frac12\|Xw-y\|^2$."
    assert check_text(rf"{text} $\nabla J(w)=X^\top(Xw-y)$.", Declared()).guessed == ()


IN_ONE_BREATH = [
    (r"Let $w\in\mathbb{R}^d$. The gradient of $J(w)=\frac12\|w\|^2$ is $\nabla J(w)=w$.", "proven"),
    (r"Let $w\in\mathbb{R}^d$. The gradient of the loss $J(w)=\frac12\|w\|^2$ is $\nabla J(w)=2w$.", "false"),
    (r"Let $w\in\mathbb{R}^d$. The Hessian of $J(w)=\frac12\|w\|^2$ is $\nabla^2J=I$.", "proven"),
]


@pytest.mark.parametrize(("text", "outcome"), IN_ONE_BREATH)
def test_a_function_is_defined_where_it_is_differentiated(text: str, outcome: str) -> None:
    assert check_text(text, Declared()).outcome == outcome


@pytest.mark.parametrize(("stated", "line"), OPEN)
def test_what_a_case_says_is_not_stated_for_the_rest(stated: str, line: str) -> None:
    assert check_text(f"{stated}\n\n{line}", Declared()).relations[-1].verdict != "proven"


def test_what_is_declared_comes_before_what_is_stated() -> None:
    text = r"Let $J(w)=\|w\|^2$. $\nabla J(w)=2w$."
    assert check_text(text, Declared(), "J(w) = norm(w)**2/2; w: d").outcome == "false"


def test_a_mistake_after_something_unread_that_is_supposed_is_not_called_one() -> None:
    declared = "L(z) = log(sum(exp(z))) - y@z; z: k; y: k in binary"
    text = r"Suppose exactly one label is hot. $L(z)=\sum_i y_i(\log\sum_j e^{z_j}-z_i)$"
    assert check_text(text, Declared(), declared).outcome == "undecided"
    plain = r"$L(z)=\sum_i y_i(\log\sum_j e^{z_j}-z_i)$"
    assert check_text(plain, Declared(), declared).outcome == "false"
