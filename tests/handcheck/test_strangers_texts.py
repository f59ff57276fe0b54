"""What strangers' texts do: restrictions without a word, points, layers for each sample, letters named in passing.

Each kind with what is right, what is wrong, and what is nearly the same.
"""

import pytest

from symconvex.handcheck.check import check
from symconvex.handcheck.judging.ruling import GOOD, WRONG
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

SQUARES = "J(w) = norm(X@w - y)**2/2\nX: n, d\nw: d\ny: n"
RIDGED = "J(w) = norm(X@w - y)**2/2 + k*norm(w)**2/2\nX: n, d\nw: d\ny: n\nk in positive"
PRODUCT = "L(u, v) = (u*v - 1)**2/2"
LAYERS = r"""Inputs $x_1,\dots,x_n\in\mathbb R^d$, targets $t_i\in\mathbb R$. Let $W\in\mathbb R^{m\times d}$, $b,v\in\mathbb R^m$. The loss is
$E=\frac12\sum_i(o_i-t_i)^2$ where

$$z_i=Wx_i+b,\quad h_i=\phi,\quad o_i=v^\top h_i .$$

"""
TANH, RELU = LAYERS.replace(r"\phi", r"\tanh(z_i)"), LAYERS.replace(r"\phi", r"\max(z_i,0)")


def last(declarations: str, text: str) -> str:
    """Right, wrong or open: what the last line is."""
    one = check_text(text, Declared(), declarations).relations[-1]
    return "wrong" if one.verdict in WRONG else "right" if one.verdict in GOOD else "open"


ROWS = [
    # kind, declarations, text, what its last line is
    ("restriction", "", r"\[Q(b)=\tfrac12\sum_i c_i(t_i-a_i^\top b)^2,\qquad c_i>0\] $\nabla^2Q(b)\succeq0$", "right"),
    ("restriction", "", r"\[Q(b)=\tfrac12\sum_i c_i(t_i-a_i^\top b)^2\] $\nabla^2Q(b)\succeq0$", "wrong"),
    ("restriction", "", r"$f(x)=x\log x$, $x>0$. $f''(x)>0$", "right"),
    ("restriction", "", r"$h(r)=r\log r$ for $r>0$. $h''(r)<0$", "wrong"),
    ("restriction", "", r"$f(u)=\tfrac12\sum_i(ux_i-y_i)^2$, $S=\sum_ix_i^2>0$. $f''(u)=S$, $f''(u)>0$", "right"),
    ("restriction", SQUARES, r"$y_i>0$", "open"),
    ("restriction", SQUARES, r"Hence $y_i>0$.", "wrong"),
    ("restriction", SQUARES, r"$X\ne0$. The Hessian is positive definite.", "wrong"),
    ("restriction", SQUARES, r"$J(w)>0$", "wrong"),
    ("alone", SQUARES, r"Crunching all blorps, collecting them yields us the vector $\nabla J(w)=X^\top(Xw-y)$ nicely.", "right"),
    ("alone", SQUARES, r"Crunching all blorps, collecting them yields us the vector $\nabla J(w)=2X^\top(Xw-y)$ nicely.", "wrong"),
    ("alone", "", r"For blorps and means $m_i=\exp(u^\top x_i)$ of old, the fit $F(u)=\sum_i m_i$ is. $\nabla F(u)=\sum_i m_ix_i$", "right"),
    ("alone", SQUARES, r"Some folk blorp that one replaces it by $\nabla J(w)=2X^\top(Xw-y)$ nicely.", "open"),
    ("alone", SQUARES, r"We go to $w$ where blorps vanish, $J'(w)=0$.", "open"),
    ("alone", SQUARES, r"For blorpy data, if $y=0$, what is left is $\nabla J(w)=X^\top Xw$ anyway.", "right"),
    ("alone", SQUARES, r"For blorpy data, if $y=0$, what is left is $\nabla J(w)=2X^\top Xw$ anyway.", "open"),
    ("alone", SQUARES, r"At $w=0$, blorping crunches $\nabla J(w)=-X^\top y$ nicely.", "right"),
    ("alone", SQUARES, r"At $w=0$, blorping crunches $\nabla J(w)=X^\top y$ nicely.", "wrong"),
    ("alone", SQUARES, r"If $y=0$, after blorping we crunch $\nabla J(w)=X^\top Xw$ nicely.", "right"),
    ("number", RIDGED, r"Hence $J$ is strongly convex with constant $k$.", "right"),
    ("number", RIDGED, r"Hence $J$ is strongly convex with constant $2k$.", "wrong"),
    ("number", RIDGED, r"Hence $J$ is strongly convex on $\mathbf R^d$ with parameter $k$.", "right"),
    ("number", RIDGED, r"$J$ is convex with constant $k$.", "open"),
    ("number", RIDGED, r"So $\nabla J$ is Lipschitz with constant $\lambda_{\max}(X^\top X)+k$.", "right"),
    ("number", RIDGED, r"So $\nabla J$ is Lipschitz with constant $\lambda_{\max}(X^\top X)$.", "wrong"),
    ("number", RIDGED, r"So $\nabla J$ is Lipschitz continuous with constant $\|X\|_2^2+k$.", "right"),
    ("number", RIDGED, r"So $\nabla J$ is Lipschitz continuous with constant $\|X\|_2+k$.", "wrong"),
    ("number", RIDGED, r"The gradient is $\|X\|_F^2$-Lipschitz.", "wrong"),
    ("iff", "f(x) = log(1 + x**2)", r"$f''(x)\ge0$ if and only if $x\le1$.", "wrong"),
    ("iff", "f(x) = log(1 + x**2)", r"$f''(x)\ge0$ iff $|x|\le1$.", "right"),
    ("iff", "f(x) = log(1 + x**2)", r"$f''(x)\ge0$ iff $-1\le x\le1$.", "right"),
    ("iff", "f(x) = log(1 + x**2)", r"$f''(x)\ge0$ iff $|x|\le2$.", "wrong"),
    ("iff", "f(x) = log(1 + x**2)", r"$f''(x)\ge0$ iff $x\ge1$.", "wrong"),
    ("iff", "f(x) = log(1 + x**2)", r"Let $x\in\mathbb R$. Then $f''(x)\ge0$ iff $x\le1$.", "wrong"),
    ("free", SQUARES, r"Nothing was assumed of $X$ here. Hence $J$ is strictly convex.", "wrong"),
    ("free", SQUARES, r"Blorps are assumed of $X$ here. Hence $J$ is strictly convex.", "open"),
    ("point", PRODUCT, r"At the origin the Hessian is indefinite.", "right"),
    ("point", PRODUCT, r"At the origin the Hessian is zero.", "wrong"),
    ("point", PRODUCT, r"At $(1,1)$ the gradient is zero.", "right"),
    ("point", PRODUCT, r"At $(1,0)$ the gradient is zero.", "wrong"),
    ("point", PRODUCT, r"$(0,0)$: the Hessian is zero.", "wrong"),
    ("point", PRODUCT, r"At the origin $H(0,0)=\begin{pmatrix}0&-1\\-1&0\end{pmatrix}$.", "right"),
    ("point", PRODUCT, r"At the origin $H(0,0)=\begin{pmatrix}0&1\\1&0\end{pmatrix}$.", "wrong"),
    ("point", PRODUCT, r"At the saddle the Hessian is zero.", "open"),
    ("point", PRODUCT, r"Let $k(s)=s^2$. At the origin $k(s)=0$.", "open"),
    ("point", PRODUCT, r"$uv=1$: $\nabla L=0$", "right"),
    ("point", PRODUCT, r"$uv=2$: $\nabla L=0$", "open"),
    ("point", SQUARES, r"$J$ is convex at every point.", "right"),
    ("point", SQUARES, r"$J$ is strictly convex at every point.", "wrong"),
    ("every", SQUARES, r"$J$ is strictly convex for every data matrix $X$.", "wrong"),
    ("every", SQUARES, r"$J$ is strictly convex no matter what $X$ is.", "wrong"),
    ("layers", "", rf"{TANH}\[\nabla_vE=\sum_i(o_i-t_i)h_i\]", "right"),
    ("layers", "", rf"{TANH}\[\nabla_vE=\sum_i(o_i+t_i)h_i\]", "wrong"),
    ("layers", "", rf"{TANH}\[\nabla_bE=\sum_i(o_i-t_i)\,v\odot(1-h_i\odot h_i)\]", "right"),
    ("layers", "", rf"{TANH}\[\nabla_bE=\sum_i(o_i-t_i)\,v\]", "wrong"),
    ("layers", "", rf"{RELU}\[\nabla_v^2E=\sum_ih_ih_i^\top\]", "right"),
    ("layers", "", rf"{RELU}\[\nabla_v^2E=2\sum_ih_ih_i^\top\]", "wrong"),
    ("maximum", "v: n\nJ(v) = norm(v)**2", r"$\max(v,0)-\max(-v,0)=v$", "right"),
    ("maximum", "v: n\nJ(v) = norm(v)**2", r"$\max(v,0)+\max(-v,0)=v$", "wrong"),
    ("column", PRODUCT, r"$\nabla L=(uv-1)\,(v,\ u)^\top$", "right"),
    ("column", PRODUCT, r"$\nabla L=(uv-1)\,(u,\ v)^\top$", "wrong"),
    ("own", "f(x) = x**2", r"$k(s,t)=s^2t$. $\nabla k=(2st,\ s^2)^\top$", "right"),
    ("own", "f(x) = x**2", r"$k(s,t)=s^2t$. $\nabla k=(st,\ s^2)^\top$", "wrong"),
    ("own", "f(x) = x**2", r"$g(x,t)=x^2t^2$. $\det\nabla^2g=-12x^2t^2$", "right"),
    ("own", "f(x) = x**2", r"$g(x,t)=x^2t^2$. $\det\nabla^2g=12x^2t^2$", "wrong"),
    ("letters", SQUARES, r"We blorp by $r=Xw-y$ the rest. $\nabla J=X^\top r$", "right"),
    ("letters", SQUARES, r"We blorp by $r=Xw-y$ the rest. $\nabla J=2X^\top r$", "wrong"),
    ("letters", "F(w) = sum(c*(X@w)**2)/2\nX: n, d\nw: d\nc: n", r"With $C=\operatorname{diag}(c)$, $\nabla F(w)=X^\top C(Xw)$.", "right"),
    ("letters", "F(w) = sum(c*(X@w)**2)/2\nX: n, d\nw: d\nc: n", r"With $C=\operatorname{diag}(c)$, $\nabla F(w)=C X^\top(Xw)$.", "wrong"),
    ("parameters", "loss sum((U@V.T - M)**2)/2; U (m,r), V (n,r), M (m,n)", r"$f(U,V)=\frac12\|UV^\top-M\|_F^2$. $\nabla_Vf=(UV^\top-M)^\top U$", "right"),
    ("parameters", "loss sum((U@V.T - M)**2)/2; U (m,r), V (n,r), M (m,n)", r"$f(U,V)=\frac12\|UV^\top-M\|_F^2$. $\nabla_Vf=(UV^\top-M)U$", "wrong"),
    ("unread", "J(w) = sum((X@w - y)**2)/2; X (n,d), w (d), y: n; we assume some normality", r"$y^\top y>0$", "open"),
    ("unread", SQUARES, r"So is every $w$ that blorps: then $ww^\top w=w$.", "open"),
    ("pronoun", SQUARES, r"The gradient is $X^\top(Xw-y)$. No formula is there for the minimiser; it satisfies $X^\top Xw=X^\top y$.", "open"),
    ("gradient", PRODUCT, r"$\nabla L=(uv-1)\,(v,u)^\top$. On $\{uv=1\}$: $\nabla^2L=gg^\top$ with $g=(v,u)^\top$.", "right"),
    ("named loss", "loss F(W1, b1); x: (d,), y: (h,), W1: (h,d), b1: (h,)", r"$F=\tfrac12\|W_1x+b_1-y\|^2$. $\nabla_{W_1}F=(W_1x+b_1-y)x^\top$", "right"),
    ("named loss", "loss F(W1, b1); x: (d,), y: (h,), W1: (h,d), b1: (h,)", r"$F=\tfrac12\|W_1x+b_1-y\|^2$. $\nabla_{W_1}F=W_1xx^\top-yx^\top$", "wrong"),
    ("named loss", "loss G(u)", r"$G(u)=\sum_ie^{u_i}$, $L=\max_iu_i$. $\nabla^2G\succeq0$", "right"),
    ("shape in words", "", r"$M$ is a symmetric real $n\times n$ matrix, $U$ is $n\times r$. $f(U)=\tfrac14\|UU^\top-M\|_F^2$. $\nabla f(U)=(UU^\top-M)U$", "right"),
    ("shape in words", "", r"$M$ is a real $n\times n$ matrix, $U$ is $n\times r$. $f(U)=\tfrac14\|UU^\top-M\|_F^2$. $\nabla f(U)=(UU^\top-M)U$", "wrong"),
    ("shape in words", "", r"$M$ is not a symmetric $n\times n$ matrix, $U\in\mathbb R^{n\times r}$. $f(U)=\tfrac14\|UU^\top-M\|_F^2$. $\nabla f(U)=(UU^\top-M)U$", "wrong"),
    ("shape in words", "", r"Here $X\in\mathbb R^{n\times d}$ are the inputs, $Y\in\mathbb R^{n\times k}$ the targets and $W\in\mathbb R^{d\times k}$ the unknown. $L(W)=\tfrac12\|XW-Y\|_F^2$. $\nabla L=X^\top(XW-Y)$", "right"),
    ("shape in words", "", r"Here $X\in\mathbb R^{n\times d}$ are the inputs, $Y\in\mathbb R^{n\times k}$ the targets and $W\in\mathbb R^{d\times k}$ the unknown. $L(W)=\tfrac12\|XW-Y\|_F^2$. $\nabla L=(XW-Y)^\top X$", "wrong"),
    ("restricting words", "", r"Blorp $z\in\mathbb R^K$ and let $t\in\mathbb R^K$ be a one-hot target. $L(z)=-\sum_kt_k\log(e^{z_k}/\sum_je^{z_j})$. $\frac{\partial L}{\partial z_k}=e^{z_k}/\sum_je^{z_j}-t_k$", "open"),
    ("restricting words", "", r"Blorp $z\in\mathbb R^K$ and $t\in\mathbb R^K$. $L(z)=-\sum_kt_k\log(e^{z_k}/\sum_je^{z_j})$. $\frac{\partial L}{\partial z_k}=e^{z_k}/\sum_je^{z_j}-t_k$", "wrong"),
    ("sample", "X: m, d; w: d; y: m", r"$J(w)=\frac1m\sum_{i=1}^m\ell_i(w)$ with $\ell_i(w)=\tfrac12(x_i^\top w-y_i)^2$. $\frac{\partial\ell_i}{\partial w_j}=(x_i^\top w-y_i)x_{ij}$", "right"),
    ("sample", "X: m, d; w: d; y: m", r"$J(w)=\frac1m\sum_{i=1}^m\ell_i(w)$ with $\ell_i(w)=\tfrac12(x_i^\top w-y_i)^2$. $\frac{\partial\ell_i}{\partial w_j}=(y_i-x_i^\top w)x_{ij}$", "wrong"),
    ("class", "", r"$p_k=e^{z_k}/\sum_je^{z_j}$, $L(z)=-\log p_c$. $\frac{\partial L}{\partial z_j}=p_j-\delta_{jc}$", "right"),
    ("class", "", r"$p_k=e^{z_k}/\sum_je^{z_j}$, $L(z)=-\log p_c$. $\frac{\partial L}{\partial z_j}=\delta_{jc}-p_j$", "wrong"),
    ("class", "", r"$p_k=e^{z_k}/\sum_je^{z_j}$, $L(z)=-\log p_c$. With $z=Wx$: $\nabla_WL=(p-e_c)x^\top$", "open"),
    ("signs", "", r"Labels $y_i=\pm1$ and $x_i\in\mathbb R^d$. $f(w)=\sum_{i=1}^n\log(1+e^{-y_iw^\top x_i})$. $\nabla^2f\preceq\tfrac14\sum_ix_ix_i^\top$", "right"),
    ("signs", "", r"Labels $y_i\in\{\pm1\}$. $f(u)=\tfrac12\sum_i(u-y_i)^2$. $f(0)=n$", "wrong"),
    ("named like a derivative", "", r"$g(x,y)=x^4-2x^2+y^2$. The gradient is $\nabla g(x,y)=(4x^3-4x,\ 2y)$.", "right"),
    ("named like a derivative", "", r"$g(x,y)=x^4-2x^2+y^2$, $\nabla g(x,y)=(4x^3-4x,2y)$. At the origin the Hessian is $\operatorname{diag}(-4,2)$, which is negative definite.", "wrong"),
    ("named like a derivative", "", r"$H(p)=-\sum_{i=1}^np_i\log p_i$, $p_i>0$. $\nabla^2H(p)=-\operatorname{diag}(1/p_1,\dots,1/p_n)$", "right"),
    ("set", "N(m, s) = n*log(s)/2 + sum((x - m)**2)/(2*s)\ns: positive\nx: n", r"$N$ is jointly convex in $(m,s)$ on $\mathbb R\times(0,\infty)$.", "wrong"),
    ("reason", "f(x) = abs(x)", r"The function is not strictly convex, because it is linear on $[0,\infty)$.", "right"),
    ("reason", "f(x) = abs(x)", r"The function is not strictly convex, because it is linear on $[-1,\infty)$.", "wrong"),
    ("reason", "f(x) = x**4", r"As $f''$ blorps only there, $f$ is strongly convex.", "wrong"),
    ("far", "loss sum(log(1+exp(-y*(X@w)))); X (n,d); w (d,); y in sign", r"If $X$ has full column rank then the loss is strictly convex.", "right"),
    ("guess", "", r"$a=\tanh(Wx+b)$, $\hat y=v^\top a$, $\ell=\tfrac12(\hat y-y)^2$, $J=\sum_iy_i$, $e=\hat y-y$. $\nabla_v\ell=e\,a$", "right"),
    ("labels", "loss sum(log(1+exp(-y*(X@w)))); X is (n,d), w is (d,), y is +-1", r"$\ell(w)=\sum_i\log(1+e^{-y_ix_i^\top w})$. $\nabla^2\ell\preceq\frac14X^\top X$", "right"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "declarations", "text", "expected"), ROWS, ids=[f"{row[0]} {row[2][-50:]}" for row in ROWS]
)
def test_what_the_last_line_is(kind: str, declarations: str, text: str, expected: str) -> None:
    del kind
    assert last(declarations, text) == expected


def test_a_counterexample_has_the_numbers_that_meet_the_conditions() -> None:
    text = r"If $x\le-2$, then $f''(x)\ge0$."
    (one,) = check_text(text, Declared(), "f(x) = log(1 + x**2)").relations
    assert one.failure is not None
    assert one.failure.instance.values["x"][0][0] <= -2


@pytest.mark.parametrize(("condition", "shown"), [("x=3/2", "3/2"), (r"x=\sqrt2", "≈ 1.41421")])
def test_a_number_that_is_only_near_is_shown_as_such(condition: str, shown: str) -> None:
    checked = check(rf"If ${condition}$, then $f'(x)=7$.", formula="x**2", wrt="x", name="f")
    assert checked.first is not None
    assert checked.first.counterexample is not None
    assert checked.first.counterexample["values"] == {"x": shown}
