"""The reader of hand derivations: formulas as they are read, documents as statements, and input that must be refused."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from symconvex.deadline import computing, time_limit
from symconvex.errors import DerivationError
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Cases, Chain, MaybeCall, Unreadable, as_call, as_product
from symconvex.handcheck.latex.macros import expanded, tokens_of
from symconvex.handcheck.reading import read
from symconvex.handcheck.text.display import read_side
from symconvex.handcheck.text.document import Boundary, Claim, Formula, Release, Statement, Unread

DERIVATIONS = Path(__file__).parent.parent / "derivations"
CORPUS = [json.loads(row) for row in (DERIVATIONS / "claims.jsonl").read_text(encoding="utf-8").splitlines()]
SECONDS = 10

FORMULAS = [
    (
        r"-\sum_{i=1}^n \left[ \frac{y_i}{p_i} - \frac{1-y_i}{1-p_i} \right] \frac{\partial p_i}{\partial w_j}",
        "-(sum_{i=1..n} (y_i/p_i - (1 - y_i)/(1 - p_i)) ∂p_i/∂w_j)",
    ),
    (r"\sum_{i=1}^n s_i\,(\mathbf{x}_i^\top\mathbf{v})^2", "sum_{i=1..n} s_i (x_i^⊤ v)^2"),
    (
        r"\sum_{i=1}^n \sigma(w^\top x_i)\bigl(1-\sigma(w^\top x_i)\bigr)\,x_i x_i^\top",
        "sum_{i=1..n} σ(w^⊤ x_i) (1 - σ(w^⊤ x_i)) x_i x_i^⊤",
    ),
    (r"\tfrac14\operatorname{sech}^2\!\left(\tfrac z2\right)", "(1/4) sech(z/2)^2"),
    (r"-y:\log(s)-\left(1-y\right):\log(1-s)", "-(y : log(s)) - ((1 - y) : log(1 - s))"),
    (r"X^T\left({S-S^2}\right)X\,dw", "X^T (S - S^2) X dw"),
    (r"\frac{\mathrm{d}^2J}{\mathrm{d}t^2}", "d²J/(dt dt)"),
    (r"[\nabla^2 J]_{jk}", "[∇² J]_{j,k}"),
    (
        r"\frac{\partial}{\partial w_k}\sum_{i=1}^n \bigl(p_i-y_i\bigr)x_{ij}",
        "∂/∂w_k (sum_{i=1..n} (p_i - y_i) x_{i,j})",
    ),
    (r"-y_l + p_l\underbrace{\sum_{k=1}^K y_k}_{=1}", "-y_l + p_l (sum_{k=1..K} y_k ⟵ sum_{k=1..K} y_k = 1)"),
    (r"\nabla^2_{\operatorname{vec} W} L", "∇²_{vec(W)} L"),
    (r"\bigl(\operatorname{diag}(p)-pp^\top\bigr)\otimes xx^\top", "(diag(p) - p p^⊤) ⊗ x x^⊤"),
    (
        r"\begin{cases} p_k(1-p_k) & \text{if } k=l,\\ p_k\,p_l & \text{if } k\neq l.\end{cases}",
        "{p_k(1 - p_k) if k = l; p_k p_l if k ≠ l}",
    ),
    (
        r"\frac{\partial^2 J}{\partial\operatorname{vec}(W)\,\partial\operatorname{vec}(W)^{\top}}",
        "∂²J/(∂vec(W) ∂vec(W)^⊤)",
    ),
    (r"\frac1n\, I_k\otimes X^{\top}X", "(1/n) I_k ⊗ X^⊤ X"),
    (r"\langle E,\, dE\rangle_F", "⟨E, dE⟩_F"),
    (r"-\partial L/\partial W_k", "-∂L/∂W_k"),
    (r"\frac{d}{dt}\left(W_2^\top W_2 - W_1W_1^\top\right)", "d/dt (W_2^⊤ W_2 - W_1 W_1^⊤)"),
    (r"\frac{d}{dt}\Big|_{t=0} f(U+tA,V)", "d/dt f(U + t A, V) at {t = 0}"),
    (
        r"\sum_{j:(i,j)\in\Omega}\left(u_i^\top v_j-M_{ij}\right)v_j+\lambda u_i",
        "sum_{(i, j) ∈ Ω} (u_i^⊤ v_j - M_{i,j}) v_j + λ u_i",
    ),
    (r"\mathrm{D}^2L[(A,B),(A,B)]", "D² L[(A, B), (A, B)]"),
    (r"\|BW_1X+W_2AX\|^2+2\,\mathrm{tr}\!\left(E^\top BAX\right)", "‖B W_1 X + W_2 A X‖^2 + 2 tr(E^⊤ B A X)"),
    (r"W^{[2]T}dZ^{[2]}\circ\left(1-\left(A^{[1]}\right)^{\circ 2}\right)", "W^[2]^T dZ^[2] ∘ (1 - A^[1]^∘2)"),
    (r"\max_k\Bigl(H_{kk}+\sum_{l\neq k}|H_{kl}|\Bigr)", "max_{k} (H_{k,k} + sum_{l ≠ k} |H_{k,l}|)"),
    (r"\max_k 2p_k(1-p_k)", "max_{k} 2 p_k(1 - p_k)"),
    (
        r"\begin{bmatrix} \frac{\partial J}{\partial w_1}\\ \vdots\\ \frac{\partial J}{\partial w_d}\end{bmatrix}",
        "[∂J/∂w_1; ⋮; ∂J/∂w_d]",
    ),
    (r"m\,\partial J/\partial Z", "m ∂J/∂Z"),
    (r"\mathrm{d}(\nabla J)", "d(∇ J)"),
    (r"\nabla_c\exp\left(-\gamma\lVert x-c\rVert^2\right)", "∇_{c} exp(-γ ‖x - c‖^2)"),
    (r"e\cdot\frac{d}{dw}\left(\sin(2\pi w)+w-y\right)", "e · d/dw (sin(2 π w) + w - y)"),
    (r"\frac{\lambda\varepsilon^2}{(w_j^2+\varepsilon^2)^{3/2}}", "(λ ε^2)/((w_j^2 + ε^2)^(3/2))"),
    (r"s_k - \mathbf{1}[k=c]", "s_k - 1[k = c]"),
    (r"u\mapsto\log(1+e^{-u})", "u ↦ log(1 + e^(-u))"),
    (r"\mathbf{X}^\top\operatorname{diag}(\mathbf p\odot(\mathbf 1-\mathbf p))\mathbf{X}", "X^⊤ diag(p ⊙ (1 - p)) X"),
    (r"2X'(y-X\beta)", "2 X'(y - X β)"),
    (r"(X\theta - y)'(X\theta - y)", "(X θ - y)' (X θ - y)"),
    (r"\tfrac12\,\mathrm{d}r^\top S r + \tfrac12\,r^\top S\,\mathrm{d}r", "(1/2) (dr)^⊤ S r + (1/2) r^⊤ S dr"),
    (r"\frac{d^2J}{{dW^{(1)}}^2}", "d²J/(dW^(1) dW^(1))"),
    (r"\nabla f(x)^\top d", "(∇ f(x))^⊤ d"),
    (r"\exp(-\|x-c\|^2/2s^2)", "exp(-‖x - c‖^2/(2 s^2))"),
    (r"|x|+\|v\|\|w\|^2 + ||v||", "|x| + ‖v‖ ‖w‖^2 + ‖v‖"),
    (r"\left.\frac{df}{dx}\right|_{x=0}", "df/dx at {x = 0}"),
    (r"\log p_i x_{ij}", "log(p_i x_{i,j})"),
    (r"-\sum_k y_k \log p_k \, x_j", "-(sum_{k} y_k log(p_k) x_j)"),
    (r"\sigma(z)\sigma(-z)", "σ(z) σ(-z)"),
    (r"\tanh\frac z2 + 1", "tanh(z/2) + 1"),
    (r"\log\det H", "log(det(H))"),
    (r"\sin 2\pi w", "sin(2 π w)"),
    (r"\sin^{-1} x", "arcsin(x)"),
    (r"\operatorname{tr} r^\top S X\,\mathrm{d}w", "tr(r^⊤ S X dw)"),
    (r"\nabla_w\nabla_w^\top J", "∇²_{w} J"),
    (r"\nabla\tfrac12\|Xw-y\|_2^2", "∇ ((1/2) ‖X w - y‖_2^2)"),
    (r"\partial_{w_j}\partial_{w_k} J", "∂²J/(∂w_j ∂w_k)"),
    (r"\frac{d\sigma}{dz}(z)", "(dσ/dz)(z)"),
    ("dJ/dw", "dJ/dw"),
    (r"d\,w + n d", "d w + n d"),
    (r"h_\theta(x^{(i)})", "h_θ(x^(i))"),
    ("x_j^{(i)}", "x_j^(i)"),
    (r"w^\star + w^* + w^{+}", "w^* + w^* + w^+"),
    (r"\mathbf 1_{k=c}", "1[k = c]"),
    (r"1\{y_n=k\}", "1[y_n = k]"),
    (r"A^{[1]T} A^{-\top} A^{-1}", "A^[1]^T (A^(-1))^⊤ A^(-1)"),
    (r"(A^{\mathsf T}B)^{\intercal}", "(A^⊤ B)^⊤"),
    (r"\hat{\mathbf y}_i^{(t+1)}", "ŷ_i^(t + 1)"),
    (r"\|a\|_2\|b\|_1", "‖a‖_2 ‖b‖_1"),
    (r"||v||_\infty", "‖v‖_∞"),
    (r"\min_{1\le i\le n} x_i", "min_{1 ≤ i ≤ n} x_i"),
    (r"\max\{a,b\}", "max(a, b)"),
    (r"\operatorname*{arg\,min}_w J(w)", "argmin_{w} J(w)"),
    (r"\sum_{i<j} a_{ij}", "sum_{i < j} a_{i,j}"),
    (r"\sum_{i,j=1}^n a_{ij}", "sum_{i,j=1..n} a_{i,j}"),
    (r"\sum_i\sum_j x_{ij}", "sum_{i} sum_{j} x_{i,j}"),
    (r"\sum_i -x_i", "sum_{i} (-x_i)"),
    (r"2^{-1}\cdot -x", "2^(-1) · (-x)"),
    ("1/2 x^T x", "(1/2) x^T x"),
    (r"x/2\sigma^2", "x/(2 σ^2)"),
    (r"\sqrt[3]{x}+\sqrt{1+x^2}", "x^(1/3) + sqrt(1 + x^2)"),
    ("f'(x)+f''(0)", "f'(x) + f''(0)"),
    (r"\begin{vmatrix} a & b\\ c & d\end{vmatrix}", "det([a, b; c, d])"),
    (r"\left\{\begin{array}{ll} 1 & k=l\\ 0 & \text{otherwise}\end{array}\right.", "{1 if k = l; 0 otherwise}"),
    (r"s \,.* (1-s)", "s ⊙ (1 - s)"),
    ("e^{(a+b)} x^{(i)}", "e^(a + b) x^(i)"),
    (r"X_{\cdot j}", "X_{·,j}"),
    (r"p(y\mid x)", "p(y | x)"),
    (r"{\bf x}^T{\bf w}", "x^T w"),
    (r"\mathrm{softmax}(Wx)_k", "[softmax(W x)]_k"),
    (r"\nabla f\big|_{w=0}", "∇ f at {w = 0}"),
    (r"\textcolor{blue}{y} + \color{red}{x}", "y + x"),
    ("1.5x + .5", "(3/2) x + 1/2"),
    (r"\delta_{kl}\delta^{(l)}", "δ_{k,l} δ^(l)"),
    (r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}\pd{^2J}{w_j\partial w_k}", "∂²J/(∂w_j ∂w_k)"),
    (r"\def\LR#1{\left(#1\right)}\LR{s-y}:dz", "(s - y) : dz"),
    (r"\DeclareMathOperator{\tr}{tr}\tr(A)", "tr(A)"),
    (r"\newcommand{\n}[2][2]{\|#2\|_{#1}}\n{x}+\n[1]{y}", "‖x‖_2 + ‖y‖_1"),
    (r"\lambda_{\min}(H)", "λ_{min}(H)"),
]

UNREADABLE = [
    (r"\overset{a}{b}", r"\overset stands on something that is no sign"),
    (r"\foo x", r"\foo is not known here"),
    ("x^", "an argument is missing at the end"),
    ("{x", "a brace is never closed"),
    ("x}", "a closing brace has no partner"),
    ("(a+b", "the formula ends too early"),
    (r"\frac{a}{}", "one side of a sign is empty"),
    (r"\overline{xy}", "a bar over more than one letter"),
    (r"a \over b", r"\over is not known here"),
    (r"\sqrt[n]{x}", "only roots of a numeral's order are known"),
    ("|a", "one side of a sign is empty"),
    (r"\begin{tabular}{c}a\end{tabular}", "the environment tabular cannot stand inside a formula"),
    (r"\begin{pmatrix} a & b\\ c\end{pmatrix}", "the rows of a matrix differ in length"),
    (r"a \Rightarrow b", "a statement stands inside a formula"),
    (r"\partial", r"\partial stands alone"),
    (r"\nabla^3 f", r"\nabla carries a superscript that is not known"),
    ("a )", "')' does not fit here"),
]

DOCUMENTS = [
    (
        r"\begin{eqnarray*} a &=& b \\ &=& c + d \\ & & + e \end{eqnarray*}",
        [
            "claim: a = b = c + d + e",
        ],
    ),
    (
        r"\begin{align} f &= a \Bigl( b \\ &\quad + c \Bigr) + d \\ &= e \end{align}",
        [
            "claim: f = a(b + c) + d = e",
        ],
    ),
    (
        r"\begin{align*} L_w &= a & L_v &= b \\ &= c & &= d \end{align*}",
        [
            "claim: L_w = a",
            "claim: L_v = b",
            "claim: a = c",
            "claim: b = d",
        ],
    ),
    (
        r"\begin{align*} J &= a && \text{(chain rule)} \\ &= b && \text{since $x=1$} \\ &\overset{(*)}{=} c \end{align*}",
        [
            "claim: J = a = b = c",
            "reason: x = 1 [because]",
        ],
    ),
    (
        r"\[ \boxed{\nabla J = X^\top (Xw-y)} \]",
        [
            "claim: ∇ J = X^⊤ (X w - y)",
        ],
    ),
    (
        r"$$\begin{array}{rcl} a &=& b \\ c &=& d\end{array}$$",
        [
            "claim: a = b",
            "claim: c = d",
        ],
    ),
    (
        r"\begin{equation} \begin{split} a &= b \\ &= c \end{split} \label{eq:1} \end{equation} where $b = c$ and $\lambda > 0$.",
        ["claim: a = b = c", "definition: b = c", "definition: λ > 0"],
    ),
    (
        r"\[ x_i = 3, \quad i = 1,\dots,n \]",
        [
            "claim: x_i = 3 if i = 1, ..., n",
        ],
    ),
    (
        r"\[ f(x) = 3 \quad (x > 0), \qquad g = 2 \quad\text{for } x \ge 1 \]",
        [
            "claim: f(x) = 3 if x > 0",
            "claim: g = 2 if x ≥ 1",
        ],
    ),
    (
        r"\begin{gather} a = b \\ c = d \Rightarrow e = f \iff g = h \end{gather}",
        [
            "claim: a = b",
            "claim: c = d",
            "claim: e = f [hence]",
            "claim: g = h [iff]",
        ],
    ),
    (
        r"\nabla J &= X^\top X w \\ &= 0",
        [
            "claim: ∇ J = X^⊤ X w = 0",
        ],
    ),
    (
        r"\begin{align} \frac{\partial J}{\partial w} \\ = a \\ = b \end{align}",
        [
            "claim: ∂J/∂w = a = b",
        ],
    ),
    (
        r"Since $H \succeq 0$, the function $J$ is convex. It is strictly convex in $w$ if $X$ has full column rank. $L$ is convex in $u$ and in $v$ separately but not jointly convex in $(u,v)$.",
        [
            "reason: H ⪰ 0 [because]",
            "claim: J is convex",
            'claim: J is strictly convex in w if "X has full column rank"',
            "claim: L is separate convex in u, v",
            "claim: L is not joint convex in u, v",
        ],
    ),
    (
        r"Therefore, the loss is not convex. The Hessian $\nabla^2 J$ is positive semidefinite for all $w \in \mathbb{R}^d$. Hence $J$ has a unique minimizer.",
        [
            "claim: loss is not convex [hence]",
            "claim: ∇² J is psd if w ∈ R^d",
            "claim: J is unique [hence]",
        ],
    ),
    (
        r"where $D$ denotes $\operatorname{diag}(p)$. Let $p=\sigma(Xw)$ and $D=\operatorname{diag}(p)$. Since $\det H = 3 \geq 0$, $H$ is PSD.",
        [
            "definition: D := diag(p)",
            "definition: p = σ(X w)",
            "definition: D = diag(p)",
            "reason: det(H) = 3 ≥ 0 [because]",
            "claim: H is psd",
        ],
    ),
    (
        r"We get $J'(w)=0$ \input{/etc/passwd} and $x = 1",
        [
            "claim: J'(w) = 0 [hence]",
            "unread: other files are not read",
            "unread: the formula is never closed",
        ],
    ),
    (
        r"\begin{align} a &= b \foo \\ &= c \end{align}",
        [
            r"claim: a = ⟦b \foo⟧ = c",
        ],
    ),
    (
        r"\begin{align*} a &= \sum_i x_i \\ &\qquad \cdot y \\ \implies b &= c, \text{ where } c = 2 \\ \therefore d &= e \end{align*}",
        [
            "claim: a = sum_{i} x_i · y",
            "claim: b = c [hence]",
            "definition: c = 2",
            "claim: d = e [hence]",
        ],
    ),
    (
        r"\begin{align*} a &= \left( x \right. \\ &\left. + y \right) \end{align*}",
        [
            "claim: a = x + y",
        ],
    ),
    (
        "% symconvex: model logistic\n% shape X = n,d\n$a=b$",
        [
            "claim: a = b",
        ],
    ),
    (
        r"\begin{align*} \frac{\partial L}{\partial W} = {}& a \\ & + b \end{align*}",
        [
            "claim: ∂L/∂W = a + b",
        ],
    ),
    (
        r"\begin{multline} a = b + c \\ + d \end{multline}",
        [
            "claim: a = b + c + d",
        ],
    ),
    (
        "$J$ is convex in each block, hence jointly convex.",
        [
            "claim: J is separate convex",
            "claim: J is joint convex [hence]",
        ],
    ),
    (
        r"The gradient of $J$ is $X^\top(Xw-y)$ and the Hessian equals $X^\top X$. Both are zero.",
        ["claim: ∇ J = X^⊤ (X w - y)", "claim: ∇² = X^⊤ X", "unread: not understood"],
    ),
    (
        r"\begin{align*} \nabla_\theta J(\theta) &= \frac{1}{m}\sum_{i=1}^m\left(h_\theta(x^{(i)})-y^{(i)}\right)x^{(i)} \\ \frac{\partial}{\partial\theta_j}J(\theta) &= \frac1m X_{:,j}^\top(h-y) \end{align*}",
        [
            "claim: ∇_{θ} J(θ) = (1/m) sum_{i=1..m} (h_θ(x^(i)) - y^(i)) x^(i)",
            "claim: ∂/∂θ_j J(θ) = (1/m) X_{:,j}^⊤ (h - y)",
        ],
    ),
    (
        r"\[ \frac{\partial L}{\partial z_k} = \begin{cases} p_k - 1 & k = c \\ p_k & \text{otherwise} \end{cases} \]",
        [
            "claim: ∂L/∂z_k = {p_k - 1 if k = c; p_k otherwise}",
        ],
    ),
    (
        r"We have $\nabla^2 J(w) \succeq 0$ for all $w$, so $J$ is convex but not strictly convex unless $X$ has full rank.",
        [
            "released: w",
            "claim: ∇² J(w) ⪰ 0",
            "claim: J is convex [hence]",
            'claim: J is not strictly convex if "X has full rank"',
        ],
    ),
    (
        r"Let $f(x)=\|Ax-b\|_2^2$ be the objective. Its gradient is $2A^\top(Ax-b)$, its Hessian is $2A^\top A$.",
        [
            "definition: f(x) = ‖A x - b‖_2^2",
            "claim: ∇ = 2 A^⊤ (A x - b)",
            "claim: ∇² = 2 A^⊤ A",
        ],
    ),
    (
        r"\begin{align} \mathcal{L}(\mathbf{w}) &\coloneqq -\log p(\mathbf y\mid\mathbf X,\mathbf w) \\ &\propto \sum_n \ln(1+e^{-t_n\mathbf w^\top\mathbf x_n}) \end{align}",
        [
            "definition: L(w) := -log(p(y | X | w)) ∝ sum_{n} log(1 + e^(-t_n w^⊤ x_n))",
        ],
    ),
    (
        "The matrix $H$ is symmetric and positive definite; therefore the minimizer is unique.",
        [
            "claim: H is symmetric",
            "claim: H is pd",
            "claim: minimiser is unique [hence]",
        ],
    ),
    (
        r"Here $\sigma(z)=1/(1+e^{-z})$ denotes the sigmoid, and $\odot$ the elementwise product.",
        ["unread: not understood", "claim: σ(z) = 1/(1 + e^(-z))", "unread: not understood"],
    ),
    (
        r"\[ \underbrace{\sum_i y_i}_{=1} + \overbrace{a+b}^{\text{const}} = c \]",
        [
            'claim: (sum_{i} y_i ⟵ sum_{i} y_i = 1) + (a + b ⟵ "const") = c',
        ],
    ),
    (
        r"\begin{align*} &\text{Let } z = Xw. \text{ Then}\\ &\nabla J = X^\top(\sigma(z)-y). \end{align*}",
        [
            "definition: z = X w",
            "claim: ∇ J = X^⊤ (σ(z) - y)",
        ],
    ),
    (
        r"\[ A = B \;\overset{\text{(a)}}{=}\; C \stackrel{!}{=} 0 \]",
        [
            "claim: A = B = C = 0",
        ],
    ),
    (
        r"\begin{align*} \frac{\partial^2 J}{\partial w^2} = \sum_i x_i^2 > 0 \quad \forall w \in \mathbb{R} \end{align*}",
        [
            "claim: ∂²J/(∂w ∂w) = sum_{i} x_i^2 > 0 if w ∈ R",
        ],
    ),
    (
        r"\[ \operatorname{Tr}[A^TB], \quad \mathbb{E}_{x\sim p}[f(x)] = 0 \]",
        [
            "claim: E_{x ~ p}[f(x)] = 0",
        ],
    ),
    (
        r"\[ H = \begin{pmatrix} H_{11} & H_{12} \\ H_{21} & H_{22} \end{pmatrix} \succeq 0, \quad \det H = ac-b^2 \ge 0 \]",
        [
            "claim: H = [H_{11}, H_{12}; H_{21}, H_{22}] ⪰ 0",
            "claim: det(H) = a c - b^2 ≥ 0",
        ],
    ),
    (
        r"Since $\det H \ge 0$ and $\operatorname{tr} H \ge 0$, $H$ is positive semidefinite.",
        [
            "reason: det(H) ≥ 0 [because]",
            "reason: tr(H) ≥ 0",
            "claim: H is psd",
        ],
    ),
    (
        r"For fixed $V$ the function $f(\cdot,V)$ is convex in $U$, and for fixed $U$ it is convex in $V$; hence $f$ is jointly convex.",
        [
            "released: V",
            "claim: f(·, V) is convex in U",
            "released: U",
            "claim: f(·, V) is convex in V",
            "claim: f is joint convex [hence]",
        ],
    ),
    (
        r"\begin{itemize}\item $J$ is convex. \item $\lambda_{\min}(H)\ge\lambda>0$.\end{itemize}",
        [
            "claim: J is convex",
            "claim: λ_{min}(H) ≥ λ > 0",
        ],
    ),
    (
        r"\[ dJ = (p-y):dz = \operatorname{tr}((p-y)^\top X\,dw) \implies \frac{\partial J}{\partial w} = X^\top(p-y) \]",
        [
            "claim: dJ = (p - y) : dz = tr((p - y)^⊤ X dw)",
            "claim: ∂J/∂w = X^⊤ (p - y) [hence]",
        ],
    ),
    (
        r"\[\begin{aligned} \ell'(m) &= -\frac{1}{1+e^m}, & \ell''(m) &= \frac{e^m}{(1+e^m)^2} > 0 \end{aligned}\]",
        [
            "claim: ℓ'(m) = -1/(1 + e^m)",
            "claim: ℓ''(m) = e^m/((1 + e^m)^2) > 0",
        ],
    ),
    (
        r"Using the chain rule, $\frac{\partial J}{\partial w}=\frac{\partial J}{\partial z}\frac{\partial z}{\partial w}=x(p-y)$.",
        [
            "claim: ∂J/∂w = ∂J/∂z ∂z/∂w = x(p - y)",
        ],
    ),
    (
        "The Hessian is not positive semidefinite at $w=0$: there, $f''(0) = -1$.",
        [
            "claim: hessian is not psd if w = 0",
            "claim: f''(0) = -1",
        ],
    ),
]

NASTY = {
    "open brace": "$x = {y$ and $a=b$",
    "closing brace": "$x = y}$ and $a=b$",
    "many braces": "$x = " + "{" * 10000 + "y" + "}" * 10000 + "$",
    "many brackets": "$x = " + "(" * 10000 + "y" + ")" * 10000 + "$",
    "many sized brackets": r"\[ x = " + r"\left(" * 5000 + "y" + r"\right)" * 5000 + r"\]",
    "a macro of itself": r"\def\a{\a\a}$\a=1$",
    "two macros of each other": r"\newcommand{\a}{\b}\newcommand{\b}{\a}$\a=1$",
    "macros that double": "".join(rf"\def\{chr(98 + i)}{{\{chr(97 + i)}\{chr(97 + i)}}}" for i in range(24))
    + r"$\y=1$",
    "an argument that grows": r"\newcommand{\a}[1]{\b{#1#1}}\newcommand{\b}[1]{\a{#1#1}}$\a{x}=1$",
    "a macro without its arguments": r"\newcommand{\a}[2]{#1#2}$x=\a$",
    "a delimited macro": r"\def\a#1.#2{x}",
    "a macro without a name": r"\newcommand",
    "an argument that is not there": r"\newcommand{\a}[1]{#3}$\a{x}$",
    "input": r"\input{/etc/passwd} $a=b$",
    "write": r"\immediate\write18{ls} $a=b$",
    "a NUL byte": "$a=b$\0$c=d$",
    "a huge file": "$a=b$\n" * 80000,
    "a long product": "$x=" + "a " * 50000 + "$",
    "a long chain": "$x" + "=y" * 10000 + "$",
    "many rows": r"\begin{align}" + r"a&=b\\" * 10000 + r"\end{align}",
    "many bars": "$x=" + "|" * 20001 + "$",
    "many superscripts": "$x=" + "^" * 1000 + "$",
    "many minus signs": "$x=" + "-" * 5000 + "1$",
    "many functions": "$x=" + r"\log " * 3000 + "y$",
    "many fonts": "$x=" + r"\mathbf" * 3000 + "y$",
    "many slashes": "$x=" + "a/" * 2500 + "b$",
    "many dollars": "$" * 9999,
    "many environments": r"\begin{align}" * 5000,
    "many conditions": "if " * 30000 + "$x=1$",
    "many columns": r"\begin{align}" + "&" * 20000 + r"a=b\end{align}",
    "other letters": "$α = β × γ$ ≥ ∇",
    "nothing": "",
    "no formula": "Hello world.",
    "an open display": r"\[ a=b",
    "another end": r"\begin{align} a=b \end{equation}",
}
REFUSED = {
    "many braces": "more than 60 braces inside one another",
    "a macro of itself": r"the macro \a does not come to an end",
    "a macro without a name": r"\newcommand lacks an argument",
    "a NUL byte": "the file holds a NUL byte",
    "a huge file": "the file has 480000 characters",
}


def items(statement: Statement) -> Iterator[int]:
    """The lines of everything that can be judged: relations, remarks on braces, cases, claims."""
    if isinstance(statement, Claim):
        yield statement.tex_line
    if isinstance(statement, Formula):
        for relation in statement.chain.relations:
            yield relation.tex_line
            yield from (note.tex_line for note in relation.notes)
            if isinstance(relation.right, Cases):
                yield from (row.tex_line for row in relation.right.rows)


def said(statement: Statement) -> str:
    """The statement in one line."""
    if isinstance(statement, Unread):
        return f"unread: {statement.why}"
    if isinstance(statement, Boundary):
        return f"boundary: {statement.kind}"
    if isinstance(statement, Release):
        return f"released: {', '.join(map(render, statement.names))}"
    conditions = f" if {'; '.join(map(render, statement.conditions))}" if statement.conditions else ""
    link = f" [{statement.link}]" if statement.link else ""
    if isinstance(statement, Formula):
        called = f" called {statement.called.word}" if statement.called else ""
        return f"{statement.role}: {render(statement.chain)}{conditions}{called}{link}"
    who = statement.noun.word if statement.subject is None else render(statement.subject)
    how = f"{'not ' if statement.negated else ''}{statement.block + ' ' if statement.block else ''}{statement.kind}"
    wrt = f" in {', '.join(map(render, statement.wrt))}" if statement.wrt else ""
    return f"{statement.role}: {who} is {how}{wrt}{conditions}{link}"


def lost(entry: dict[str, object]) -> Counter[int]:
    """Claims of a derivation that no relation of the reading stands for, by line."""
    document = read((DERIVATIONS / str(entry["file"])).read_text(encoding="utf-8"))
    claims = entry["claims"]
    assert isinstance(claims, list)
    return Counter(line for line, *_ in claims) - Counter(line for one in document.statements for line in items(one))


@pytest.mark.parametrize(("tex", "plain"), FORMULAS, ids=[row[0] for row in FORMULAS])
def test_a_formula_is_read(tex: str, plain: str) -> None:
    assert render(read_side(expanded(tokens_of(tex)), 1)) == plain


@pytest.mark.parametrize(("tex", "why"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_a_formula_is_not_read_by_halves(tex: str, why: str) -> None:
    assert read_side(expanded(tokens_of(tex)), 1) == Unreadable(tex, why, 1)


@pytest.mark.parametrize(("tex", "statements"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_a_document_is_read(tex: str, statements: list[str]) -> None:
    heard = (one for one in read(tex).statements if not isinstance(one, Boundary))
    assert [said(one) for one in heard] == statements


@pytest.mark.parametrize("entry", CORPUS, ids=[entry["file"] for entry in CORPUS])
def test_no_claim_of_the_corpus_is_lost(entry: dict[str, object]) -> None:
    assert not lost(entry)


@pytest.mark.parametrize("entry", CORPUS, ids=[entry["file"] for entry in CORPUS])
def test_everything_in_the_corpus_is_read(entry: dict[str, object]) -> None:
    document = read((DERIVATIONS / str(entry["file"])).read_text(encoding="utf-8"))
    unread = [one for one in document.statements if isinstance(one, Unread) and "reason" not in one.why]
    assert unread == []
    assert [one for one in document.statements if "⟦" in said(one)] == []


def test_the_corpus_has_few_relations_beyond_its_claims() -> None:
    """Definitions, reasons and conclusions that the index does not list; the worst file is named."""
    surplus = {}
    for entry in CORPUS:
        document = read((DERIVATIONS / entry["file"]).read_text(encoding="utf-8"))
        found = sum(
            1
            for one in document.statements
            if isinstance(one, Claim | Formula) and one.role == "claim"
            for _ in items(one)
        )
        surplus[entry["file"]] = found - len(entry["claims"])
    worst = max(surplus, key=lambda name: surplus[name])
    assert surplus[worst] <= 5, f"{worst} has {surplus[worst]} relations beyond its claims"


@pytest.mark.parametrize("case", NASTY)
def test_nasty_input_ends_soon(case: str) -> None:
    with contextlib.suppress(DerivationError), computing(), time_limit(SECONDS):
        assert all(said(one) for one in read(NASTY[case]).statements)


@pytest.mark.parametrize(("case", "what"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_read_at_all_is_refused(case: str, what: str) -> None:
    with pytest.raises(DerivationError) as refused:
        read(NASTY[case])
    assert refused.value.what == what


@pytest.mark.parametrize("case", ["input", "write"])
def test_other_files_are_not_read(case: str) -> None:
    statements = [said(one) for one in read(NASTY[case]).statements]
    assert statements[0] == "unread: other files are not read"
    assert len(statements) == 2


def test_a_bracket_after_a_name_is_left_open() -> None:
    node = read_side(tokens_of("p_i(1-p_i)^2"), 1)
    assert isinstance(node, MaybeCall)
    assert (render(as_call(node)), render(as_product(node))) == ("p_i(1 - p_i)^2", "p_i (1 - p_i)^2")


def test_settings_are_read_from_comments() -> None:
    document = read("% symconvex: model logistic\n% shape X = n,d\n\n% another remark\n$a=b$ % symconvex: pi = number")
    assert [(one.tex_line, one.text) for one in document.settings] == [
        (1, "model logistic"), (2, "shape X = n,d"), (5, "pi = number"),
    ]  # fmt: skip


def test_lines_are_those_of_the_file_when_macros_are_written_out() -> None:
    document = read("\\newcommand{\\f}[1]{#1\n= b}\n%\n$\\f{a}$\n\\begin{align}\nx\n&= y\\\\\n&= z\\end{align}")
    chains = [one.chain for one in document.statements if isinstance(one, Formula)]
    assert [[relation.tex_line for relation in chain.relations] for chain in chains] == [[4], [7, 8]]
    assert all(isinstance(chain, Chain) for chain in chains)
