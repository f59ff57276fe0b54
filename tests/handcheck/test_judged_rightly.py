"""What is false only for a reading or a value that the text does not mean is not called false; what is false still is."""

import pytest

from symconvex.handcheck.check import check

LINEAR = {"formula": "sum((X@W-Y)**2)/2", "wrt": "W", "shapes": {"X": "n,d", "W": "d,k", "Y": "n,k"}}
RIDGE = {
    "formula": "sum((y-X@b)**2)+lam*sum(b**2)", "wrt": "b", "shapes": {"X": "n,p", "b": "p", "y": "n"},
    "sets": {"lam": "positive"}, "name": "L",
}  # fmt: skip
SQUARES = {"formula": "sum((X@w-y)**2)/2", "wrt": "w", "shapes": {"X": "n,d", "w": "d", "y": "n"}}
SOFTMAX = {"formula": "logsumexp(z)-y@z", "wrt": "z", "shapes": {"z": "K", "y": "K"}, "name": "L"}
SCORES = {
    "formula": "logsumexp(K@q/sqrt(d)) - t@(K@q)/sqrt(d)", "wrt": "q,K", "shapes": {"K": "n,d", "q": "d", "t": "n"},
    "name": "L",
}  # fmt: skip

SIGMOID = r"Let $g(z)=1/(1+e^{-z})$. "
PINBALL = r"Fix $\tau\in(0,1)$ and let $\rho_\tau(u)=\max(\tau u,(\tau-1)u)$. "
CHECKED = r"For $0<\tau<1$ let $r_\tau(u)=\max(\tau u,(\tau-1)u)$ and $g(q)=r_\tau(y-q)$. "
WRITTEN = r"Let $s=Kq/\sqrt d$, $a=\operatorname{softmax}(s)$. Here $L=\log\sum_{i=1}^n e^{s_i}-t^\top s$. "
SHARES = r"Let $p_k=\frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$. Here $\sum_{k=1}^K y_k=1$. "
GAUSS = r"Let \[\ell(\mu,\beta)=-\frac\beta2\sum_{n=1}^N(x_n-\mu)^2+\frac N2\ln\beta.\] "
WAITING = r"Waiting times $x_1,\dots,x_n>0$. Let $S=\sum_{i=1}^n x_i$. Let $N(\theta)=-n\theta+Se^\theta$. Then $N''(\theta)=Se^\theta$. "
RANK = r"If $X$ has full column rank, then $X^\top X\succ0$. "
SOLVE = r"Setting the gradient equal to zero, \[ "

OK = ("proven", "holds-at-tried-sizes")
NO = ("false",)
OPEN = ("undecided",)

ROWS = [
    # id                                text                                                   declared  last verdict
    ("no function of itself",           SIGMOID + r"Then $g'=g(1-g)$.",                        {},       OK),
    ("nor its derivative",              SIGMOID + r"Then $g''=g'(1-2g)$.",                     {},       OK),
    ("other sign",                      SIGMOID + r"Then $g'=g(1+g)$.",                        {},       NO),
    ("in another letter",               r"Let $f(t)=\tanh t$. Then $f'=(1-f)(1+f)$.",          {},       OK),
    ("product of both",                 r"Let $f(t)=e^t$. Then $f'=f(2-f)$.",                  {},       NO),
    ("value below a function",          PINBALL + r"Then $\rho_{1/2}(u)=\frac12|u|$.",         {},       OK),
    ("another value",                   PINBALL + r"Then $\rho_{1/4}(-4)=3$.",                 {},       OK),
    ("wrong at the value",              PINBALL + r"Then $\rho_{1/2}(u)=|u|$.",                {},       NO),
    ("between two bounds",              CHECKED + r"Then $r_\tau(u)\ge0$.",                    {},       OK),
    ("not above the bound",             CHECKED + r"Then $r_\tau(u)\ge\tau$.",                   {},       NO),
    ("slope on one side",               CHECKED + r"For $q>y$ we get $g'(q)=1-\tau$.",            {},       OK),
    ("sign of the slope",               CHECKED + r"For $q>y$ we get $g'(q)=\tau-1$.",            {},       NO),
    ("differential of a bracket",       r"We have $d(XW-Y)=X\,dW$.",                           LINEAR,   OK),
    ("in the wrong order",              r"We have $d(XW-Y)=dW\,X$.",                           LINEAR,   NO),
    ("of a scaled bracket",             r"We have $d(XW-Y)=2X\,dW$.",                          LINEAR,   NO),
    ("by a letter of the text",         WRITTEN + r"Hence $\nabla_s L=a-t$.",                  SCORES,   OK),
    ("by it, wrong",                    WRITTEN + r"Hence $\nabla_s L=a+t$.",                  SCORES,   NO),
    ("one letter moves",                WRITTEN + r"Then $ds=\frac1{\sqrt d}K\,dq$.",          SCORES,   OPEN),
    ("one letter moves, wrong",         WRITTEN + r"Then $ds=2K\,dq$.",                        SCORES,   NO),
    ("weights that sum to 1",           SHARES + r"Then $p_j\sum_{k=1}^K y_k-y_j=p_j-y_j$.",   SOFTMAX,  OK),
    ("and no more than that",           SHARES + r"Then $p_j\sum_{k=1}^K y_k-y_j=p_j+y_j$.",   SOFTMAX,  NO),
    ("a sum of what is defined claims", SHARES + r"Then $\sum_{k=1}^K p_k=2$.",                SOFTMAX,  NO),
    ("what does not rest on it",        SHARES + r"Then $\frac{\partial p_k}{\partial z_j}=p_k(\delta_{kj}-p_j)$.",
                                                                                               SOFTMAX,  ("proven",)),
    ("count in a sum over n",           GAUSS + r"Then \[\frac{\partial^2\ell}{\partial\mu^2}=-N\beta.\]", {}, OK),
    ("wrong count",                     GAUSS + r"Then \[\frac{\partial^2\ell}{\partial\mu^2}=-2N\beta.\]", {}, NO),
    ("data said to be positive",        WAITING + r"Then $S>0$.",                                {},       OK),
    ("and not more",                    WAITING + r"Then $S>1$.",                                {},       NO),
    ("after setting zero",              SOLVE + r"X^\top Xb+\lambda b=X^\top y. \]",           RIDGE,    OK),
    ("after it, wrong",                 SOLVE + r"X^\top Xb+\lambda b=X^\top y+b. \]",         RIDGE,    NO),
    ("no such words",                   r"We get \[ X^\top Xb+\lambda b=X^\top y. \]",         RIDGE,    NO),
    ("without a case",                  r"Then $J$ is strictly convex.",                       SQUARES,  NO),
    ("in that case, wrong",             RANK + r"In that case $J$ is concave.",                SQUARES,  NO),
    ("a size that is applied",          r"Let $d(x)=\frac14\|x\|_2^4$. Then $\nabla d(x)=\|x\|_2^2\,x$.", {}, OK),
    ("a size that is applied, wrong",   r"Let $d(x)=\frac14\|x\|_2^4$. Then $\nabla d(x)=2\|x\|_2^2\,x$.", {}, NO),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "declared", "last"), ROWS, ids=[row[0] for row in ROWS])
def test_what_a_line_means_where_it_stands(
    case: str, text: str, declared: dict[str, object], last: tuple[str, ...]
) -> None:
    found = check(text, **declared).relations[-1]
    assert found.verdict in last, found
