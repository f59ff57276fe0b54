"""A loss that is declared in some letters, and a text that writes it in others.

Right lines, the same with a mistake, losses that are nearly the declared one, other letters and spellings.
"""

import pytest

from symconvex.handcheck.check import check
from symconvex.handcheck.judging.ruling import GOOD, WRONG
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

SQUARES = "J(w) = norm(X@w - y)**2/2\nX: n, d\nw: d\ny: n"
RIDGED = "J(w) = norm(X@w - y)**2/2 + lam/2*norm(w)**2\nX: n, d\nw: d\ny: n\nlam: {}"
MATRIX = "L(W) = sum((X@W - Y)**2)/2; X: n,d; W: d,k; Y: n,k"
ENTROPY = "L(p) = -sum(y*log(p)); p: K in positive; y: K"
FACTORS = "L(U, V) = sum((U@V.T - M)**2)/2; U (m,r), V (n,r), M (m,n)"
PRODUCT = "L(u, v) = (u*v - 1)**2/2 + u"
NUMBERS = "J(w) = (w*x - y)**2/2"
LAYERS = "L(w1, w2) = e**2/2; h1 = w1*x; h2 = w2*h1; e = h2 - y"

THETA = r"$J(\theta)=\frac12\|X\theta-y\|^2$. "
LEAST = r"Let $f(x)=\frac12\|Ax-b\|^2$. "
SIZED = r"Let $A\in\mathbb R^{m\times n}$, $b\in\mathbb R^m$ and $f(x)=\frac12\|Ax-b\|^2$. "
SERIES = r"$J(\theta)=\frac12\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})^2$ where $h_\theta(x)=\theta^\top x$. "
ROWS_OF_A = r"$f(x)=\frac12\sum_{i=1}^m(a_i^\top x-b_i)^2$. "
PENALTY = r"$f(x)=\frac12\|Ax-b\|^2+\frac\mu2\|x\|^2$. "
LOGISTIC = r"$L(\beta)=\sum_{i=1}^n\log(1+e^{-t_i\beta^\top a_i})$. "
LAYERED = r"Let $h_1=w_1x$, $h_2=w_2h_1$ and $L=\frac12(h_2-y)^2$. "


def said(declarations: str, text: str) -> list[str]:
    """Right, wrong or open: what each line is."""
    found = check_text(text, Declared(), declarations).relations
    return ["wrong" if one.verdict in WRONG else "right" if one.verdict in GOOD else "open" for one in found]


# what, declarations, the loss of the text, a line under it, and what that line is; the loss is right throughout
LINES = [
    ("one letter", SQUARES, THETA, r"$\nabla J(\theta)=X^\top(X\theta-y)$", "right"),
    ("one letter", SQUARES, THETA, r"$\nabla_\theta J=X^\top(X\theta-y)$", "right"),
    ("one letter", SQUARES, THETA, r"$\nabla^2_\theta J=X^\top X$", "right"),
    ("one letter", SQUARES, THETA, r"$\nabla J(\theta)=X^\top(y-X\theta)$", "wrong"),
    ("one letter", SQUARES, THETA, r"$\nabla^2_\theta J=XX^\top$", "wrong"),
    ("one letter", SQUARES, THETA, r"$J$ is strictly convex.", "wrong"),
    ("one letter", SQUARES, THETA.replace(r"\theta", r"\boldsymbol\beta"), r"$\nabla_{\boldsymbol\beta}J=X^\top(X\boldsymbol\beta-y)$", "right"),
    ("every letter", SQUARES, LEAST, r"$\nabla f(x)=A^\top(Ax-b)$", "right"),
    ("every letter", SQUARES, LEAST, r"$\nabla f(x)=A^\top(Ax+b)$", "wrong"),
    ("every letter", SQUARES, LEAST, r"$f$ is convex.", "right"),
    ("every letter", SQUARES, LEAST, r"$f$ is strictly convex.", "wrong"),
    ("sizes", SQUARES, SIZED, r"$\nabla f(x)=A^\top(Ax-b)$", "right"),
    ("sizes", SQUARES, SIZED, r"$\nabla f(x)=(Ax-b)A^\top$", "wrong"),
    ("sizes", SQUARES, SIZED, r"$\frac{\partial f}{\partial x_j}=\sum_{i=1}^m(Ax-b)_iA_{ij}$", "right"),
    ("sizes", SQUARES, SIZED, r"$\frac{\partial f}{\partial x_j}=\sum_{i=1}^m(Ax-b)_iA_{ji}$", "wrong"),
    ("rows", SQUARES, ROWS_OF_A, r"$\frac{\partial f}{\partial x_j}=\sum_{i=1}^m(a_i^\top x-b_i)a_{ij}$", "right"),
    ("rows", SQUARES, ROWS_OF_A, r"$\nabla f(x)=\sum_{i=1}^m(a_i^\top x-b_i)a_i$", "right"),
    ("rows", SQUARES, ROWS_OF_A, r"$\nabla f(x)=\sum_{i=1}^m(a_i^\top x-b_i)b_i$", "wrong"),
    ("samples", SQUARES, SERIES, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})x_j^{(i)}$", "right"),
    ("samples", SQUARES, SERIES, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(y^{(i)}-h_\theta(x^{(i)}))x_j^{(i)}$", "wrong"),
    ("a number", RIDGED.format("positive"), PENALTY, r"$\nabla f(x)=A^\top(Ax-b)+\mu x$", "right"),
    ("a number", RIDGED.format("positive"), PENALTY, r"$\nabla f(x)=A^\top(Ax-b)+\frac\mu2 x$", "wrong"),
    ("its set", RIDGED.format("positive"), PENALTY, r"$f$ is strictly convex.", "right"),
    ("its set", RIDGED.format("nonnegative"), PENALTY, r"$f$ is strictly convex.", "wrong"),
    ("a model", "model logistic labels=sign", LOGISTIC, r"$\nabla L(\beta)=-\sum_it_i\sigma(-t_i\beta^\top a_i)a_i$", "right"),
    ("a model", "model logistic labels=sign", LOGISTIC, r"$\nabla L(\beta)=-\sum_i\sigma(-t_i\beta^\top a_i)a_i$", "wrong"),
    ("a model", "model logistic labels=sign", LOGISTIC, r"$\nabla^2L(\beta)=\sum_i\sigma(t_i\beta^\top a_i)\sigma(-t_i\beta^\top a_i)a_ia_i^\top$", "right"),
    ("a matrix", MATRIX, r"$F(\Theta)=\frac12\|A\Theta-B\|_F^2$. ", r"$\nabla F=A^\top(A\Theta-B)$", "right"),
    ("a matrix", MATRIX, r"$F(\Theta)=\frac12\|A\Theta-B\|_F^2$. ", r"$\nabla F=(A\Theta-B)A^\top$", "wrong"),
    ("two vectors", ENTROPY, r"$L(q)=-\sum_kt_k\log q_k$. ", r"$\frac{\partial L}{\partial q_k}=-t_k/q_k$", "right"),
    ("two vectors", ENTROPY, r"$L(q)=-\sum_kt_k\log q_k$. ", r"$\frac{\partial L}{\partial q_k}=t_k/q_k$", "wrong"),
    ("two parameters", FACTORS, r"$f(A,B)=\frac12\|AB^\top-Y\|_F^2$. ", r"$\nabla_Bf=(AB^\top-Y)^\top A$", "right"),
    ("two parameters", FACTORS, r"$f(A,B)=\frac12\|AB^\top-Y\|_F^2$. ", r"$\nabla_Bf=(AB^\top-Y)A$", "wrong"),
    ("their order", PRODUCT, r"$f(a,b)=\frac12(ab-1)^2+a$. ", r"$\nabla f=((ab-1)b+1,\ (ab-1)a)^\top$", "right"),
    ("their order", PRODUCT, r"$f(a,b)=\frac12(ab-1)^2+b$. ", r"$\nabla f=((ab-1)b,\ (ab-1)a+1)^\top$", "right"),
    ("their order", PRODUCT, r"$f(a,b)=\frac12(ab-1)^2+b$. ", r"$\nabla f=((ab-1)b+1,\ (ab-1)a)^\top$", "wrong"),
    ("a letter of the data", NUMBERS, r"$f(x)=\frac12(ax-b)^2$. ", r"$f'(x)=a(ax-b)$", "right"),
    ("a letter of the data", NUMBERS, r"$f(x)=\frac12(ax-b)^2$. ", r"$f'(x)=ax-b$", "wrong"),
    ("labels", LAYERS, LAYERED, r"$\frac{\partial L}{\partial w_2}=(h_2-y)h_1$", "right"),
    ("labels", LAYERS, LAYERED, r"$\frac{\partial L}{\partial w_1}=(h_2-y)h_1$", "wrong"),
    ("labels", LAYERS, LAYERED.replace("w", "v"), r"$\frac{\partial L}{\partial v_2}=(h_2-y)h_1$", "right"),
    ("labels", LAYERS, LAYERED.replace("w", "v"), r"$\frac{\partial L}{\partial v_1}=(h_2-y)h_1$", "wrong"),
    ("bound", SQUARES, r"$J(v)=\frac12\|Xv-y\|^2$ for every $v$. ", r"$\nabla J(w)=X^\top(Xw-y)$", "right"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "loss", "line", "expected"), [row[1:] for row in LINES], ids=[f"{row[0]} {row[3]}" for row in LINES])  # fmt: skip
def test_a_loss_in_the_letters_of_the_text(declarations: str, loss: str, line: str, expected: str) -> None:
    found = said(declarations, loss + line)
    assert found[-1] == expected
    assert {*found[:-1]} == {"right"}


# A loss that is not the declared one, and what its own line is: never right.
OTHERS = [
    (SQUARES, r"$f(x)=\|Ax-b\|^2$", "open"),
    (SQUARES, r"$f(x)=\frac12\|Ax\|^2$", "open"),
    (SQUARES, r"$f(x)=\frac12\|Ax-b\|^2+c$", "open"),
    (SQUARES, r"$f(x)=\frac12\|Ax-b\|^2+\frac\mu2\|x\|^2$", "open"),
    (SQUARES, r"$J(\theta)=\|X\theta-y\|^2$", "wrong"),
    (SQUARES, r"$J(\theta)=\frac12\|X\theta+y\|^2$", "wrong"),
    (ENTROPY, r"$L(q)=-\sum_kq_k\log t_k$", "open"),
    (ENTROPY, r"$L(p)=-\sum_kp_k\log y_k$", "wrong"),
    (NUMBERS, r"$f(x)=(ax-b)^2$", "open"),
    (NUMBERS, r"$f(a)=\frac12(ax-a)^2$", "open"),
    # one of two letters is positive, and nobody says which
    ("J(w) = (a + b)*w**2; a: positive; b: real", r"$J(x)=(p+q)x^2$", "open"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "loss", "expected"), OTHERS)
def test_another_loss_is_never_taken(declarations: str, loss: str, expected: str) -> None:
    for text in (loss, f"Let {loss}. Then $1=1$."):
        report = check_text(text, Declared(), declarations)
        assert report.outcome != "proven"
        assert said(declarations, text)[0] in (expected, "open")


def test_what_was_renamed_is_said() -> None:
    (line,) = check_text(LEAST, Declared(), SQUARES).relations
    assert line.given == ("x is the declared w", "A is the declared X", "b is the declared y")
    (line,) = check_text(r"$J(w)=\frac12\|Xw-y\|^2$", Declared(), SQUARES).relations
    assert line.given == ()


SUMMED = r"$J(\theta)=\frac12\sum_{i=1}^m(\theta^\top x^{(i)}-y^{(i)})^2$. "
BELOW = r"$J(\theta)=\frac12\sum_{i=1}^m(\theta^\top x_i-y_i)^2$. "
ENTRIES = r"$J(\theta)=\frac12\sum_{i=1}^m(\sum_{j=1}^n\theta_jx_j^{(i)}-y^{(i)})^2$. "
HYPOTHESIS = r"$J(\theta)=\frac1{2m}\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})^2$ with $h_\theta(x)=\theta^\top x$. "
CROSS = (
    r"$J(\theta)=-\frac1m\sum_{i=1}^m[y^{(i)}\log h_\theta(x^{(i)})+(1-y^{(i)})\log(1-h_\theta(x^{(i)}))]$"
    r" with $h_\theta(x)=\sigma(\theta^\top x)$. "
)
BIASED = r"$J(w,b)=\frac12\sum_{i=1}^m(w^\top x^{(i)}+b-y^{(i)})^2$. "
SCORES = r"Let $z^{(i)}=W^\top x^{(i)}$. "
SCORE = r"Let $z_l^{(i)}=\sum_jW_{jl}x_j^{(i)}$. "

# An entry of a sample, as people write it: declarations, what stands before, the line, and what it is.
SAMPLED = [
    *(
        (SQUARES, "", rf"$\frac{{\partial J}}{{\partial w_j}}=\sum_{{i=1}}^n(w^\top x^{{(i)}}-y^{{(i)}}){entry}$", what)
        for entry, what in [
            ("x_j^{(i)}", "right"), ("x^{(i)}_j", "right"), ("x_{ij}", "right"), ("X_{ij}", "right"),
            ("(x^{(i)})_j", "right"), (r"\mathbf{x}_j^{(i)}", "right"), ("x_j^{[i]}", "right"),
            (r"e_j^\top x^{(i)}", "right"), (r"x^{(i)\top}e_j", "right"),
            ("x_i^{(j)}", "wrong"), ("x_{ji}", "wrong"), ("x^{(i)}", "wrong"), ("x_1^{(i)}", "wrong"),
        ]
    ),
    ("J(w) = sum((x@w - y)**2)/2; x: n, d; w: d; y: n", "", r"$\frac{\partial J}{\partial w_j}=\sum_i(w^\top x^{(i)}-y^{(i)})x_j^{(i)}$", "right"),
    ("J(w) = sum((x@w - y)**2)/2; x: n, d; w: d; y: n", "", r"$\frac{\partial J}{\partial w_j}=\sum_i(w^\top x^{(i)}-y^{(i)})x_i^{(j)}$", "wrong"),
    ("", SUMMED, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(\theta^\top x^{(i)}-y^{(i)})x_j^{(i)}$", "right"),
    ("", SUMMED, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(\theta^\top x^{(i)}-y^{(i)})x_i^{(j)}$", "wrong"),
    ("", SUMMED, r"$\nabla J(\theta)=\sum_{i=1}^m(x^{(i)\top}\theta-y^{(i)})x^{(i)}$", "right"),
    ("", SUMMED, r"$\nabla^2J=\sum_ix^{(i)}x^{(i)\top}$", "right"),
    ("", SUMMED, r"$H_{jk}=\sum_ix_j^{(i)}x_k^{(i)}$", "right"),
    ("", SUMMED, r"$H_{jk}=\sum_ix_j^{(i)}x_j^{(i)}$", "wrong"),
    ("", SUMMED, r"$\frac{\partial^2J}{\partial\theta_j\partial\theta_k}=\sum_ix_j^{(i)}x_k^{(i)}$", "right"),
    ("", ENTRIES, r"$\frac{\partial J}{\partial\theta_k}=\sum_{i=1}^m(\sum_{j=1}^n\theta_jx_j^{(i)}-y^{(i)})x_k^{(i)}$", "right"),
    ("", ENTRIES, r"$\frac{\partial J}{\partial\theta_k}=\sum_{i=1}^m(\sum_{j=1}^n\theta_jx_j^{(i)}-y^{(i)})x_j^{(i)}$", "wrong"),
    ("", ENTRIES, r"$\frac{\partial J}{\partial\theta_k}=\sum_{i=1}^m(\sum_{j=1}^n\theta_jx_j^{(i)}+y^{(i)})x_k^{(i)}$", "wrong"),
    ("", HYPOTHESIS, r"$\frac{\partial J}{\partial\theta_j}=\frac1m\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})x_j^{(i)}$", "right"),
    ("", HYPOTHESIS, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})x_j^{(i)}$", "wrong"),
    ("", CROSS, r"$\frac{\partial J}{\partial\theta_j}=\frac1m\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})x_j^{(i)}$", "right"),
    ("", CROSS, r"$\frac{\partial J}{\partial\theta_j}=\frac1m\sum_{i=1}^m(y^{(i)}-h_\theta(x^{(i)}))x_j^{(i)}$", "wrong"),
    ("", BIASED, r"$\frac{\partial J}{\partial w_j}=\sum_{i=1}^m(w^\top x^{(i)}+b-y^{(i)})x_j^{(i)}$", "right"),
    ("", BIASED, r"$\frac{\partial J}{\partial b}=\sum_{i=1}^m(w^\top x^{(i)}+b-y^{(i)})$", "right"),
    ("", BIASED, r"$\frac{\partial J}{\partial w_j}=\sum_{i=1}^m(w^\top x^{(i)}-y^{(i)})x_j^{(i)}$", "wrong"),
    # where the text counts its samples below, that letter counts them
    ("", BELOW, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(\theta^\top x_i-y_i)x_i^{(j)}$", "right"),
    ("", BELOW, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(\theta^\top x_i-y_i)x_j^{(i)}$", "right"),
    ("", BELOW, r"$\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(\theta^\top x_i-y_i)x_{ji}$", "wrong"),
    (MATRIX, SCORES, r"$\frac{\partial L}{\partial W_{jl}}=\sum_i(z_l^{(i)}-Y_{il})x_j^{(i)}$", "right"),
    (MATRIX, SCORES, r"$\frac{\partial L}{\partial W_{jl}}=\sum_i(z_l^{(i)}-Y_{il})x_i^{(j)}$", "wrong"),
    (MATRIX, SCORES, r"$\frac{\partial L}{\partial W_{jl}}=\sum_i(z_i^{(l)}-Y_{il})x_j^{(i)}$", "wrong"),
    (MATRIX, SCORE, r"$\frac{\partial L}{\partial W_{jl}}=\sum_i(z_l^{(i)}-y_l^{(i)})x_j^{(i)}$", "right"),
    (MATRIX, SCORE, r"$z_{il}=(XW)_{il}$", "right"),
    (MATRIX, SCORE, r"$z_l^{(i)}=(XW)_{il}$", "right"),
    (MATRIX, SCORE, r"$z_l^{(i)}=(XW)_{li}$", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "before", "line", "expected"), SAMPLED, ids=[row[1] + row[2] for row in SAMPLED])  # fmt: skip
def test_an_entry_of_a_sample(declarations: str, before: str, line: str, expected: str) -> None:
    found = said(declarations, before + line)
    assert found[-1] == expected
    assert {*found[:-1]} <= {"right"}


RIDGE = RIDGED.format("positive")
MEAN = "L(mu) = sum((x - mu)**2); x: n"
LIKELIHOOD = "l(mu) = -sum((x - mu)**2); x: n"
BENT = "f(x) = x**4 - 2*x**2"
INVERSE = r"(X^\top X+\lambda I)^{-1}X^\top y"
TWICE = r"(X^\top X+2\lambda I)^{-1}X^\top y"
LEAST_SQUARES = r"(X^\top X)^{-1}X^\top y"

# What is said to minimise the loss: it does, it does not, or nobody can say.
BEST = [
    *(
        (RIDGE, text.replace("#", value), what)
        for text in [
            r"The minimiser is $#$.", r"$\hat w=#$", r"$w^*=#$", r"$w^\star=#$", r"The unique minimiser is $\hat w=#$.",
            r"$\arg\min_wJ(w)=#$", r"$\hat w=\arg\min_wJ(w)=#$", r"$w^*=\operatorname*{argmin}_{w\in\mathbb R^d}J(w)=#$",
            "$w=#$ minimises $J$.", r"$\hat w=#$ minimizes $J(w)$.", r"Hence $w^*=#$ is the minimiser of $J$.",
            "$#$ is a minimiser of $J$.", "$J$ is minimised at $w=#$.", "$J(w)$ is minimized at $#$.",
            "Thus $J$ attains its minimum at $w=#$.",
            r"If $\nabla J(w)=0$ then $w=#$.", r"$\nabla J(w)=0\iff w=#$", r"$\nabla J=0$ gives $w=#$.",
        ]
        for value, what in [(INVERSE, "right"), (TWICE, "wrong"), (INVERSE.replace("+", "-"), "wrong")]
    ),
    *(
        (RIDGE, text.replace("#", value), what)
        for text in [r"$\hat w_{\text{ridge}}=#$", r"$\hat w_\lambda=#$", r"$w_{\mathrm{ridge}}=#$", r"The solution is $w=#$."]
        for value, what in [(INVERSE, "right"), (TWICE, "open")]  # a letter of its own may be that of another loss
    ),
    (SQUARES, rf"$\hat w={LEAST_SQUARES}$", "right"),
    (SQUARES, rf"The minimiser is $2{LEAST_SQUARES}$.", "wrong"),
    (SQUARES, rf"$\hat w_{{OLS}}={LEAST_SQUARES}$", "right"),
    (SQUARES, r"$\hat w=X^\top y$", "wrong"),
    (MEAN, r"$\hat\mu=\frac1n\sum_ix_i$", "right"),
    (MEAN, r"The minimiser is $\frac1n\sum_ix_i$.", "right"),
    (MEAN, r"$\mu^*=\sum_ix_i$", "wrong"),
    (MEAN, r"$L'(\mu)=0\iff\mu=\frac1n\sum_ix_i$", "right"),
    (MEAN, r"$L'(\mu)=0\iff\mu=\sum_ix_i$", "wrong"),
    (LIKELIHOOD, r"$\hat\mu=\frac1n\sum_ix_i$", "right"),
    (LIKELIHOOD, r"$\hat\mu=\arg\max_\mu l(\mu)=\frac1n\sum_ix_i$", "right"),
    (LIKELIHOOD, r"$\hat\mu=\arg\max_\mu l(\mu)=\sum_ix_i$", "wrong"),
    (LIKELIHOOD, r"The minimiser is $\frac1n\sum_ix_i$.", "open"),
    (LIKELIHOOD, r"$\arg\min_\mu l(\mu)=\frac1n\sum_ix_i$", "open"),
    (MEAN, r"$\bar x=\frac1n\sum_ix_i$ minimises $L$.", "right"),
    (MEAN, r"$\bar x=\frac1n\sum_ix_i$ minimises $L$. $L'(\bar x)=0$", "right"),
    (MEAN, r"$L$ is minimised at $\mu=\sum_ix_i$.", "wrong"),
    (MEAN, r"$L$ is not minimised at $\mu=\frac1n\sum_ix_i$.", "open"),
    (MEAN, r"Let $g(t)=t^2$. $\frac1n\sum_ix_i$ minimises $g$.", "open"),
    (BENT, r"$x=1$ minimises $f$.", "open"),
    (BENT, r"$f$ is minimised at $x=2$.", "wrong"),
    (BENT, r"$x^*=1$", "open"),
    (BENT, r"The minimiser is $0$.", "open"),
    (BENT, r"$x^*=2$", "wrong"),
    (BENT, r"If $f'(x)=0$ then $x=1$.", "wrong"),
    (RIDGED.format("positive").replace("+ lam", "- lam"), r"$\hat w=(X^\top X-\lambda I)^{-1}X^\top y$", "open"),
    # inside of a domain, or of a set, it may lie at the edge
    (RIDGE.replace("w: d", "w: d in nonnegative"), rf"$\hat w={INVERSE}$", "open"),
    (RIDGE.replace("w: d", "w: d in positive"), rf"The minimiser is ${INVERSE}$.", "open"),
    ("J(w) = (w - a)**2; w > 1", r"$w^*=a$", "open"),
    ("J(w) = (w - a)**2; w > 1", r"The unique minimiser is $w^*=a$.", "open"),
    ("J(w) = (w - 2)**2; w > 1", r"$w^*=2$", "right"),
    ("J(w) = (w - 2)**2; w > 1", r"$w^*=3$", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "text", "expected"), BEST, ids=[row[1] for row in BEST])
def test_where_a_loss_is_smallest(declarations: str, text: str, expected: str) -> None:
    assert said(declarations, text)[-1] == expected


PROVEN = [
    (RIDGE, rf"$\hat w={INVERSE}$"),
    (RIDGE, rf"$\hat w=\arg\min_wJ(w)={INVERSE}$"),
    (RIDGE, rf"$\hat w_{{\text{{ridge}}}}={INVERSE}$"),
    (SQUARES, rf"The minimiser is ${LEAST_SQUARES}$."),
]


@pytest.mark.parametrize(("declarations", "text"), PROVEN)
def test_it_is_shown_by_its_gradient(declarations: str, text: str) -> None:
    assert check_text(text, Declared(), declarations).outcome == "proven"


CLASSES = "L(z) = -sum(y*log(softmax(z)))\nz: K\ny: K"
QUADRATIC = "f(x) = x@A@x/2 - b@x\nA: n, n\nx: n\nb: n"
WEIGHTED = "L(w) = sum(a*w**2); a: d in positive; w: d"
RANKED = SQUARES.replace("X: n, d", "X: n, d full-rank")
LENGTH = r"$y^\top y=n$"
SLOPE = r"$\nabla L(z)=\operatorname{softmax}(z)-y$"

# What is said of letters that are declared without a set: declarations, what is said, a line, and what the line is.
TOLD = [
    (SQUARES, "", LENGTH, "wrong"),
    (SQUARES, r"Let $y\in\{-1,1\}^n$. ", LENGTH, "right"),
    (SQUARES, r"Let $y\in\{-1,+1\}^n$. ", LENGTH, "right"),
    (SQUARES, r"Let $y_i\in\{-1,1\}$ for all $i$. ", LENGTH, "right"),
    (SQUARES, r"$y\in\{-1,1\}^n$. ", LENGTH, "right"),
    (SQUARES, r"Let $y\in\{0,1\}^n$. ", LENGTH, "wrong"),
    (SQUARES, r"Let $y\in\mathbb R^n$. ", LENGTH, "wrong"),
    (SQUARES, r"Let $y\in\{-1,1\}^n$. ", r"$\nabla J(w)=X^\top(Xw+y)$", "wrong"),
    (SQUARES, r"Let $y\in\{-1,1\}^n$. ", r"$J$ is strictly convex.", "wrong"),
    (SQUARES, "", r"Hence $y\in\{-1,1\}^n$.", "wrong"),
    (SQUARES + " in binary", r"Let $y\in\{-1,1\}^n$. ", r"$y_i^2=y_i$", "open"),
    ("model least-squares", r"Let $y\in\{-1,1\}^n$. ", LENGTH, "right"),
    ("model least-squares", r"Let $y\in\{-1,1\}^n$. ", r"$J$ is strictly convex.", "wrong"),
    (CLASSES, "", SLOPE, "wrong"),
    *(
        (CLASSES, f"{said_of_y} ", line, what)
        for said_of_y in [
            "Let $y$ be one-hot.", "Let $y$ be a one-hot vector.", "Let $y$ be a one-hot label vector of the class.",
            r"Let $y\in\mathbb R^K$ be one-hot.", "Here $y$ is the one-hot encoding of the label.",
            "Let $y$ denote the one-hot target.", "Let $z$ be a vector and $y$ be one-hot.",
        ]
        for line, what in [(SLOPE, "right"), (r"$y_k^2=y_k$", "right"), (r"$y_k=1$", "wrong")]
    ),
    (CLASSES, "Let $y$ be a probability vector. ", SLOPE, "right"),
    (CLASSES, "Let $y$ be a probability vector. ", r"$y_k^2=y_k$", "wrong"),
    (CLASSES, "Let $y$ be blorpy and one-hot. ", SLOPE, "open"),
    (CLASSES, "Let $y$ be one-hot or zero. ", SLOPE, "open"),
    (CLASSES, "Let $y$ be nearly one-hot. ", SLOPE, "open"),
    (CLASSES, "Let $y$ be not one-hot. ", SLOPE, "open"),
    (CLASSES, r"Let $1^\top y=1$. ", SLOPE, "right"),
    (CLASSES, r"Let $\mathbf 1^\top y=1$. ", SLOPE, "right"),
    (CLASSES, r"If $\mathbf1^\top y=1$ then ", SLOPE, "right"),
    (CLASSES, r"If $\sum_ky_k=1$ then ", SLOPE, "right"),
    (CLASSES, r"Let $1^\top y=1$. ", r"$\nabla L(z)=y-\operatorname{softmax}(z)$", "wrong"),
    (CLASSES, r"Let $1^\top y=2$. ", SLOPE, "wrong"),
    (QUADRATIC, "", r"$\nabla f(x)=Ax-b$", "wrong"),
    (QUADRATIC, "", r"$\nabla f(x)=\frac12(A+A^\top)x-b$", "right"),
    (QUADRATIC, "Let $A$ be symmetric. ", r"$\nabla f(x)=Ax-b$", "right"),
    (QUADRATIC, "Let $A$ be a symmetric matrix and $b$ a vector. ", r"$\nabla f(x)=Ax-b$", "right"),
    (QUADRATIC, "Let $A$ be symmetric. ", r"$\nabla f(x)=Ax+b$", "wrong"),
    (QUADRATIC, "Let $A$ be symmetric. ", r"$f$ is convex.", "wrong"),
    (QUADRATIC, "Let $A$ be symmetric positive semidefinite. ", r"$f$ is convex.", "right"),
    (QUADRATIC, "Let $A$ be symmetric positive semidefinite. ", r"$f$ is strictly convex.", "wrong"),
    (QUADRATIC, "Let $A$ be symmetric positive definite. ", r"$x^*=A^{-1}b$", "right"),
    (QUADRATIC, "Let $A$ be symmetric positive definite. ", r"$x^*=A^{-1}x$", "wrong"),
    (QUADRATIC, "Let $A$ be not symmetric. ", r"$\nabla f(x)=Ax-b$", "open"),
    ("J(w) = lam*w**2", r"Let $\lambda$ be positive. ", "$J$ is strictly convex.", "right"),
    ("J(w) = lam*w**2", r"Let $\lambda$ be nonnegative. ", "$J$ is strictly convex.", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "told", "line", "expected"), TOLD, ids=[row[1] + row[2] for row in TOLD])
def test_what_is_said_of_a_letter_restricts_it(declarations: str, told: str, line: str, expected: str) -> None:
    assert said(declarations, told + line)[-1] == expected


LATE = [
    # what was claimed before is not restricted, nor is what follows proven as if it always held
    (SQUARES, LENGTH, r"Let $y\in\{-1,1\}^n$."),
    (CLASSES, SLOPE, "Let $y$ be one-hot."),
    (QUADRATIC, r"$\nabla f(x)=Ax-b$", "Let $A$ be symmetric."),
]


@pytest.mark.parametrize(("declarations", "line", "told"), LATE)
def test_it_restricts_only_what_follows(declarations: str, line: str, told: str) -> None:
    first, restriction, last = check_text(f"{line}. {told} {line}.", Declared(), declarations).relations
    assert first.verdict in WRONG
    assert restriction.verdict == "undecided"
    assert last.verdict not in ("proven", *WRONG)


FREED = [
    (CLASSES, rf"Let $y$ be one-hot. But here $y$ is arbitrary. {SLOPE}"),
    (CLASSES, rf"Let $y$ be one-hot. In general {SLOPE} for every $y$."),
    (CLASSES, rf"Let $y$ be one-hot. For every $y\in\mathbb R^K$, {SLOPE}."),
    (SQUARES, rf"\begin{{lemma}}Let $y\in\{{-1,1\}}^n$. Then {LENGTH}.\end{{lemma}} {LENGTH}."),
    (CLASSES, rf"\begin{{lemma}}Let $y$ be one-hot. Then $1=1$.\end{{lemma}} {SLOPE}."),
    (WEIGHTED, r"Here $c_i$ may have any sign. $f(x)=\sum_ic_ix_i^2$. $f$ is convex."),
    (WEIGHTED, r"Let $c_i\in\mathbb R$ be arbitrary. $f(x)=\sum_ic_ix_i^2$. $f$ is convex."),
    (WEIGHTED, r"Let $c_i<0$. $f(x)=\sum_ic_ix_i^2$. $f$ is convex."),
    (RANKED, r"Let $A$ be any matrix and $f(x)=\frac12\|Ax-b\|^2$. $f$ is strictly convex."),
]


@pytest.mark.parametrize(("declarations", "text"), FREED)
def test_what_is_freed_again_is_not_shown(declarations: str, text: str) -> None:
    assert check_text(text, Declared(), declarations).relations[-1].verdict not in GOOD


def test_what_is_said_of_every_value_is_not_proven_of_some() -> None:
    text = rf"Let $y\in\{{-1,1\}}^n$. For all $y\in\mathbb R^n$: {LENGTH}."
    assert check_text(text, Declared(), SQUARES).relations[-1].verdict != "proven"


def test_a_restriction_that_is_lifted_restricts_nothing() -> None:
    text = r"Let $A$ be symmetric. $f$ is blorpy. Drop that assumption. $\nabla f(x)=Ax-b$"
    assert check_text(text, Declared(), QUADRATIC).relations[-1].verdict != "proven"


RESIDUAL = r"Let $r=Xw-y$. Then $\nabla J=X^\top r$. "
TURNED = r"\nabla J=-X^\top r"
PAIRS = "f(x) = sum(x)**2 - sum(x**2); x: n"
CUBE = "f(x) = x**3 + x"
LOGS = "f(x) = log(x)"

# Letters and signs with more than one meaning: declarations, what stands before, a line, and what the line is.
MEANT = [
    (SQUARES, RESIDUAL + r"Now let $r=y-Xw$. ", f"${TURNED}$", "right"),
    (SQUARES, RESIDUAL + r"Now let $r=y-Xw$. ", r"$\nabla J=X^\top r$", "wrong"),
    (SQUARES, RESIDUAL + r"Now let $r=y-Xw$. ", r"$\nabla_wJ=-\sum_ir_ix_i$", "right"),
    (SQUARES, RESIDUAL + r"Let $r=Xw-y$. ", r"$\nabla J=X^\top r$", "right"),
    (SQUARES, RESIDUAL + r"Let $s=y-Xw$. ", r"$\nabla J=X^\top r$", "right"),
    (SQUARES, RESIDUAL + r"Let $w=y-Xw$. ", r"$\nabla J=X^\top r$", "right"),
    (SQUARES, RESIDUAL + r"Now let $r=y-Xw$. Now let $r=2(Xw-y)$. ", r"$\nabla J=\frac12X^\top r$", "right"),
    (SQUARES, RESIDUAL + r"Now let $r=y-Xw$. Now let $r=2(Xw-y)$. ", f"${TURNED}$", "wrong"),
    (SQUARES, RESIDUAL, rf"Hence ${TURNED}$.", "wrong"),
    (SQUARES, RESIDUAL, r"Hence $r=y-Xw$.", "wrong"),
    (SQUARES, RESIDUAL, rf"${TURNED}$ where $r=y-Xw$.", "wrong"),
    (PAIRS, "", r"$f(x)=\sum_{i\neq j}x_ix_j$", "right"),
    (PAIRS, "", r"$f(x)=\sum_{j\ne i}x_ix_j$", "right"),
    (PAIRS, "", r"$f(x)=2\sum_{i<j}x_ix_j$", "right"),
    (PAIRS, "", r"$f(x)=\sum_i\sum_{j\ne i}x_ix_j$", "right"),
    (PAIRS, "", r"$f(x)=2\sum_{i\neq j}x_ix_j$", "wrong"),
    (PAIRS, "", r"$f(x)=\sum_{i\neq j}x_i^2$", "wrong"),
    (PAIRS, "", r"$\frac{\partial f}{\partial x_k}=2\sum_{j\ne k}x_j$", "right"),
    (PAIRS, "", r"$\frac{\partial f}{\partial x_j}=2\sum_{i\ne j}x_i$", "right"),
    (PAIRS, "", r"$\frac{\partial f}{\partial x_j}=2\sum_{i\ne j}x_j$", "wrong"),
    (PAIRS, "", r"$\sum_{i\ne j}x_i=\sum_ix_i-x_j$", "right"),
    (CUBE, "", r"$f^2(x)=(x^3+x)^2$", "right"),
    (CUBE, "", r"$f^2(x)=x^3+x$", "open"),
    (CUBE, "", r"$f^2(x)=f(f(x))$", "open"),
    (CUBE, "", r"$\frac{d}{dx}f^2(x)=2f(x)f'(x)$", "right"),
    (CUBE, "", r"$f^3(x)=f(x)f^2(x)$", "right"),
    ("f(z) = 1/(1 + exp(-z))", "", r"$f'(z)=\sigma(z)-\sigma^2(z)$", "right"),
    ("f(z) = tanh(z)", "", r"$f'(z)=1-\tanh^2(z)$", "right"),
    ("f(z) = tanh(z)", "", r"$f'(z)=1+\tanh^2(z)$", "wrong"),
    (LOGS, "", r"$\lg x=\log_{10}x$", "right"),
    (LOGS, "", r"$\lg x=\ln x$", "wrong"),
    (LOGS, "", r"$\lg(100)=2$", "right"),
    (LOGS, "", r"$\frac{d}{dx}\lg x=\frac1{x\ln10}$", "right"),
    (LOGS, "", r"$\frac{d}{dx}\lg x=\frac1x$", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("declarations", "before", "line", "expected"), MEANT, ids=[row[1] + row[2] for row in MEANT])
def test_a_sign_means_what_it_means_there(declarations: str, before: str, line: str, expected: str) -> None:
    found = said(declarations, before + line)
    assert expected in (found[-1], found[-2] if "where" in line else "")


@pytest.mark.parametrize(
    "words", ["Redefine $r=y-Xw$.", "From now on $r:=y-Xw$.", "Henceforth blorp $r=y-Xw$ instead."]
)
def test_nothing_is_shown_with_a_letter_of_which_the_meaning_changed(words: str) -> None:
    last = check_text(rf"{RESIDUAL}{words} $\nabla J=X^\top r$", Declared(), SQUARES).relations[-1]
    assert last.verdict not in GOOD


LAYER = "J(W) = norm(W@x - y)**2/2; W: m, n; x: n; y: m"
DELTA = r"Let $\delta=Wx-y$. "
NUMERATOR = "We use numerator layout. "

# A derivative by a matrix lies as the matrix, unless the text says that it lies the other way.
LAID = [
    ("", r"$\frac{\partial J}{\partial W}=\delta x^\top$", "proven"),
    ("", r"$\frac{\partial J}{\partial W}=x\delta^\top$", "up-to-transpose"),
    ("", r"$\nabla_WJ=x\delta^\top$", "up-to-transpose"),
    ("", r"$\frac{\partial J}{\partial W}=2x\delta^\top$", "false"),
    (NUMERATOR, r"$\frac{\partial J}{\partial W}=x\delta^\top$", "proven"),
    (NUMERATOR, r"$\frac{\partial J}{\partial x}=\delta^\top W$", "proven"),
    (NUMERATOR, r"$\frac{\partial J}{\partial W_{ij}}=\delta_ix_j$", "proven"),
    (NUMERATOR, r"$\frac{\partial J}{\partial W}=\delta x^\top$", "up-to-transpose"),
    (NUMERATOR, r"$\frac{\partial J}{\partial W}=2x\delta^\top$", "false"),
    ("All derivatives are in numerator-layout. ", r"$\frac{\partial J}{\partial W}=x\delta^\top$", "proven"),
    ("We use denominator layout. ", r"$\frac{\partial J}{\partial W}=x\delta^\top$", "up-to-transpose"),
    ("We do not use numerator layout. ", r"$\frac{\partial J}{\partial W}=x\delta^\top$", "up-to-transpose"),
    ("Some authors use numerator layout. ", r"$\frac{\partial J}{\partial W}=x\delta^\top$", "up-to-transpose"),
    ("We use denominator layout instead of numerator layout. ", r"$\frac{\partial J}{\partial W}=x\delta^\top$", "up-to-transpose"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "line", "expected"), LAID)
def test_a_layout_is_that_which_the_text_says(words: str, line: str, expected: str) -> None:
    assert check_text(words + DELTA + line, Declared(), LAYER).relations[-1].verdict == expected


OWN = r"Let $g(v)=\frac12\|Xv-y\|^2$. "

# A function that the text defines besides the loss is one of its own argument, of the shape that fits.
OWNED = [
    (OWN, r"$\nabla g(v)=X^\top(Xv-y)$", "right"),
    (OWN, r"$\nabla g(v)=2X^\top(Xv-y)$", "wrong"),
    (OWN, r"$\nabla g(v)=X^\top(Xw-y)$", "wrong"),
    (OWN, r"$\nabla^2g(v)=X^\top X$", "right"),
    (OWN, r"$\nabla^2g(v)=XX^\top$", "wrong"),
    (OWN, r"$\nabla g(w)=X^\top(Xw-y)$", "right"),
    (OWN, "$J(w)=g(w)$", "right"),
    (OWN, "$J(w)=2g(w)$", "wrong"),
    (OWN, r"$\nabla g(v)=X^\top(Xv-y)$. $g$ is convex.", "right"),
    (OWN, r"$\nabla g(v)=X^\top(Xv-y)$. $g$ is strictly convex.", "wrong"),
    (r"Let $g(v)=v^\top X^\top Xv$. ", r"$\nabla g(v)=2X^\top Xv$, $g(w)=\|Xw\|^2$", "right"),
    (r"Let $g(v)=v^\top X^\top Xv$. ", r"$g(w)=w^\top w$", "wrong"),
    (r"Let $h(v)=Xv$. ", r"$J(w)=\frac12\|h(w)-y\|^2$", "right"),
    (r"Let $h(v)=Xv$. ", r"$J(w)=\frac12\|h(w)+y\|^2$", "wrong"),
    (r"Let $g(t)=\|tw\|^2$. ", r"$g'(t)=2t\|w\|^2$", "right"),
    (r"Let $g(t)=\|tw\|^2$. ", r"$g'(t)=t\|w\|^2$", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "line", "expected"), OWNED)
def test_a_function_of_its_own_argument(before: str, line: str, expected: str) -> None:
    assert said(SQUARES, f"{before}$J(w)=J(w)$. {line}")[-1] == expected


HESSIAN = r"$\nabla^2J(w)=\sum_{i=1}^n\sigma(y_ix_i^\top w)(1-\sigma(y_ix_i^\top w))x_ix_i^\top$"

# What a text says of labels beside what is declared of them: less or the same is no matter, more is not shown.
LABELLED = [
    (r"Let $y\in\{0,1\}^n$. ",          HESSIAN,               ("undecided",)),
    (r"For $y_i\in\{0,1\}$ we have ",   HESSIAN,               ("undecided",)),
    (r"For $y_i\in\{0,1,2\}$, ",        "$J$ is convex.",      ("undecided",)),
    (r"Let $y\in\{-1,1\}^n$. ",         HESSIAN,               ("proven", "holds-at-tried-sizes")),
    (r"For $y_i\in\{-1,1\}$ we have ",  HESSIAN,               ("proven", "holds-at-tried-sizes")),
    (r"For $y_i\in\{-1,1\}$, ",         "$J$ is convex.",      ("proven",)),
    (r"For $y_i\in\{-1,1\}$, ",         "$J$ is concave.",     ("false",)),
]  # fmt: skip


@pytest.mark.parametrize(("before", "line", "expected"), LABELLED)
def test_labels_are_not_more_than_is_declared(before: str, line: str, expected: tuple[str, ...]) -> None:
    declared = {"formula": "sum(log(1+exp(-y*(X@w))))", "wrt": "w", "sets": {"y": "sign"}}
    shapes = {"X": "n,d", "w": "d", "y": "n"}
    assert check(before + line, **declared, shapes=shapes).relations[-1].verdict in expected
