"""Sentences as people write them, and what they say: each with its statements."""

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.text.document import Assumption, Boundary, Formula, Noun, Release, Statement, Unread

# A chain is a condition only right after its word; a colon, other words or a display between end it.
CONDITIONS = [
    (r"The model is trained on the squared error \[L(w)=\tfrac12(wx-y)^2.\]", ["claim: L(w) = (1/2) (w x - y)^2"]),
    (r"For the gradient: \[\nabla J=3X^\top r\]", ["claim: ∇ J = 3 X^⊤ r"]),
    (r"We arrive at $\nabla^2J=2X^\top X$.", ["claim: ∇² J = 2 X^⊤ X"]),
    (r"We get at once \[ \nabla J = X^\top r \]", ["claim: ∇ J = X^⊤ r"]),
    (r"Summing over all samples $J=\sum_i \ell_i$.", ["claim: J = sum_{i} ℓ_i"]),
    (r"Now look at the Hessian \[ H = X^\top X. \]", ["claim: H = X^⊤ X called hessian"]),
    ("On the other hand $J(w)=5$.", ["claim: J(w) = 5"]),
    ("For example $J(w)=5$.", ["claim: J(w) = 5"]),
    (r"For layer two: \[ \delta_2 = (p-y). \]", ["claim: δ_2 = p - y"]),
    (r"The derivative at zero is \[ J'(0) = 3. \]", ['claim: J\'(0) = 3 called derivative if "at zero"']),
    (
        r"The gradient that is passed on is \[ \nabla_z J = p-y. \]",
        ["unread: passed on is ∇_{z} J = p - y (not understood)", "claim: ∇_{z} J = p - y"],
    ),
    (r"Suppose first \[ J(w) = 3. \]", ["assumption: if J(w) = 3"]),
    (r"Suppose first \[ X^\top X = I. \] Then $H=I$.", ["assumption: if X^⊤ X = I", "claim: H = I"]),
    ("For $w=0$ we get $J=5$.", ["claim: J = 5 if w = 0 [hence]"]),
    ("At $u=v=0$ we have $J=1$.", ["claim: J = 1 if u = v = 0"]),
    (r"For $i=1,\dots,n$ we have $s_i>0$.", ["claim: s_i > 0 if i = 1, ..., n"]),
    (r"If $X^\top X v=0$, then $Xv=0$.", ["claim: X v = 0 if X^⊤ X v = 0"]),
    (r"If $\nabla J(w)=0$, then $J(w)=1$.", ["claim: J(w) = 1 if ∇ J(w) = 0"]),
    (r"For $v\neq0$ and $\lambda>0$, $v^\top Hv>0$.", ["claim: v^⊤ H v > 0 if v ≠ 0; λ > 0"]),
    ("For all $J(w)=3$.", ["definition: J(w) = 3"]),
    (
        r"The gradient that is passed on is \[ \nabla_z J = p-y. \]",
        ["unread: passed on is ∇_{z} J = p - y (not understood)", "claim: ∇_{z} J = p - y"],
    ),
    (
        r"Under gradient flow $\dot W_k = -\partial L/\partial W_k$, therefore $a=b$.",
        ["claim: a = b if Ẇ_k = -∂L/∂W_k [hence]"],
    ),
    (r"For \[ \nabla J = X^\top r \] we then get $a=b$.", ["claim: ∇ J = X^⊤ r", "claim: a = b [hence]"]),
    (
        r"At the minimum, the gradient satisfies \[ \nabla J = 0. \]",
        ['claim: ∇ J = 0 called gradient if "at the minimum" <At the minimum>'],
    ),
    ("If the weights satisfy $s_i>0$, then $J$ is convex.", ["claim: J is convex if s_i > 0"]),
    ("If we set $w=0$, we get $J=5$.", ["claim: J = 5 if w = 0 [hence]"]),
    (r"For each sample $J_i=\frac12 r_i^2$.", ["unread: For each sample J_i = (1/2) r_i^2 (not understood)"]),
    ("Over the whole data set we have $J=3$.", ["claim: J = 3"]),
    (r"This holds for all $i$, and \[ J=3. \]", ["unread: This holds for all i (not understood)", "claim: J = 3"]),
    (r"Under this condition \[ \nabla J = 5 \]", ['claim: ∇ J = 5 if "this condition"']),
    (r"Based on \[ J=3 \] we have $a=b$.", ["claim: J = 3", "claim: a = b"]),
    (r"By the chain rule, for the first layer, \[ \nabla J=3 \]", ["claim: ∇ J = 3"]),
    (r"As long as $\lambda>0$ the Hessian is positive definite.", ["claim: hessian is pd if λ > 0"]),
    ("In the case $y=0$ the loss is convex.", ["claim: loss is convex if y = 0"]),
    ("In case $y=0$ we have $J=1$.", ["claim: J = 1 if y = 0"]),
]

# An inequality after "with" is assumed when it is about a letter, else claimed.
ASSUMED = [
    (
        r"We use $z=Xw$ with $p_i=\sigma(z_i)$, and $p_i(1-p_i)\le1/8$.",
        ["definition: z = X w", "definition: p_i = σ(z_i)", "claim: p_i(1 - p_i) ≤ 1/8"],
    ),
    (
        r"Put $z=Xw$, with $r=z-y$, and $J(w)\le 0$.",
        ["definition: z = X w", "definition: r = z - y", "claim: J(w) ≤ 0"],
    ),
    (r"Consider $v^\top X^\top Xv>0$.", ["claim: v^⊤ X^⊤ X v > 0"]),
    (
        r"Fix $v\neq0$. With $\lambda>0$ and $\|v\|=1$ we get $a=b$.",
        ["definition: v ≠ 0", "claim: a = b if λ > 0; ‖v‖ = 1 [hence]"],
    ),
]

# Properties without a verb next to them, as nouns, and denied.
CONCLUSIONS = [
    (r"$X^\top X$ is a Gram matrix and therefore positive semidefinite.", ["claim: X^⊤ X is psd"]),
    (
        r"The Hessian is $H=X^\top X$, hence convex.",
        ["claim: H = X^⊤ X called hessian", "claim: loss is convex [hence]"],
    ),
    (r"$\nabla^2J\succ0$, so strictly convex.", ["claim: ∇² J ≻ 0", "claim: loss is strictly convex [hence]"]),
    ("This proves the convexity of $J$.", ["claim: J is convex [hence]"]),
    ("The bound establishes strict convexity.", ["claim: loss is strictly convex [hence]"]),
    ("We conclude: convex.", ["claim: loss is convex [hence]"]),
    ("The Hessian is constant and p.s.d.", ["claim: hessian is constant", "claim: hessian is psd"]),
    ("$J$ has at most one minimiser.", ["claim: J is unique"]),
    ("$w$ is the unique minimiser of $J$.", ["claim: w is unique"]),
    ("$J$ is nonconvex.", ["claim: J is not convex"]),
    ("$J$ is non-convex.", ["claim: J is not convex"]),
    ("$J$ is not convex.", ["claim: J is not convex"]),
    ("$J$ fails to be convex.", ["claim: J is not convex"]),
    ("$J$ isn't convex.", ["claim: J is not convex"]),
    ("$J$ is neither convex nor concave.", ["claim: J is not convex", "claim: J is not concave"]),
    ("$J$ has no minimiser.", ["claim: J is not attained"]),
    ("$J$ is even and decreasing in $w$.", ["claim: J is even in w", "claim: J is decreasing in w"]),
    ("$J$ is unbounded below.", ["claim: J is not bounded below"]),
    ("The second derivative equals 7.", ["claim: d²/() = 7"]),
    ("The second derivative equals -7.", ["claim: d²/() = -7"]),
    (
        "The regulariser makes everything convex, as one has seen.",
        ["unread: The regulariser makes everything convex (not understood)"],
    ),
    ("It is false that $J$ is convex.", ["claim: J is not convex"]),
    (
        "It would be wrong to say that $J$ is convex.",
        ["unread: It would be wrong to that J is convex (not understood)"],
    ),
    ("$J(w)=w^2$ is wrong.", ["unread: J(w) = w^2 is wrong (not understood)"]),
    ("We do not have $J(w)=w^2$.", ["unread: We do not have J(w) = w^2 (not understood)"]),
    ("$J(w)=w^2$ never holds.", ["unread: J(w) = w^2 never holds (not understood)"]),
    ("$J$ is hardly convex.", ["claim: J is not convex"]),
    ("It is not hard to see that $J$ is convex and $a=b$.", ["claim: J is convex", "claim: a = b"]),
    (
        "Where no entry of $z$ is zero, $J$ is differentiable.",
        ["unread: Where no entry of z is zero, J is differentiable (not understood)"],
    ),
    (
        "It cannot be concluded that $J$ is convex.",
        ["unread: It cannot be concluded that J is convex (not understood)"],
    ),
    ("We cannot conclude that $J$ is convex.", ["unread: We cannot conclude that J is convex (not understood)"]),
    ("This does not imply that $J$ is convex.", ["unread: This does not imply that J is convex (not understood)"]),
    ("One might think that $J$ is convex.", ["unread: One might think that J is convex (not understood)"]),
    ("The claim that $J$ is convex is false.", ["unread: The claim that J is convex is false (not understood)"]),
    ("There is no $w$ with $J(w)=0$.", ["unread: There is no w with J(w) = 0 (not understood)"]),
    (
        "The Hessian does not depend on $w$, and it is positive semidefinite.",
        ["claim: hessian is constant in w", "claim: hessian is psd"],
    ),
    ("$J$ is not only convex but strictly convex.", ["claim: J is convex", "claim: J is strictly convex"]),
    ("Neither $f$ nor $g$ is convex.", ["claim: f is not convex", "claim: g is not convex"]),
    ("It follows that the loss, being a sum of convex terms, is convex.", ["claim: loss is convex [hence]"]),
    (
        "The eigenvalues are nonnegative so the Hessian is psd and the loss convex.",
        [
            "claim: eigenvalues is nonnegative",
            "claim: hessian is psd [hence]",
            "unread: the loss convex (not understood)",
        ],
    ),
    (r"$J$ is $\lambda$-strongly convex.", ["claim: J is strongly convex", "claim: ∇² J ⪰ λ I"]),
    (r"$J$ is strongly convex with modulus $\lambda$.", ["claim: J is strongly convex", "claim: ∇² J ⪰ λ I"]),
    (r"$J$ is $\lambda$-Lipschitz.", ["claim: J is lipschitz"]),
]

# A noun keeps what it is of; a part is not the whole.
NOUNS = [
    ("The determinant of the Hessian is $D=ac-b^2$.", ["claim: D = a c - b^2 called determinant of ∇²"]),
    ("The determinant of the Hessian is $ac-b^2$.", ["claim: det(∇²) = a c - b^2"]),
    ("The determinant of the Hessian is negative.", ["claim: ∇² (determinant of ∇²) is negative"]),
    ("The $(k,l)$ block of the Hessian is $B_{kl}=p_kp_l$.", ["claim: B_{k,l} = p_k p_l called block of ∇²"]),
    ("The $(j,k)$ entry of the Hessian is $h=3$.", ["claim: h = 3 called entry of ∇²"]),
    ("The $j$-th component of the gradient is $g_j=3$.", ["claim: g_j = 3 called entry of ∇"]),
    (
        "The diagonal blocks of the Hessian are $A=3$ and $B=4$.",
        ["claim: A = 3 called block of ∇²", "claim: B = 4 called block of ∇²"],
    ),
    ("The trace of the Hessian is $t=3$.", ["claim: t = 3 called trace of ∇²"]),
    ("The gradient at $w=0$ is $g=3$.", ["claim: g = 3 called gradient if w = 0"]),
    (r"The gradient at $w=0$ is $-X^\top y$.", ["claim: ∇ = -X^⊤ y if w = 0"]),
    (
        "The eigenvalues are $1$ and $-1$.",
        ["unread: The eigenvalues are 1 and -1 (what the eigenvalues is cannot be judged)"],
    ),
    (
        r"The eigenvalues of the Hessian are $\lambda_1=5$ and $\lambda_2=7$.",
        ["claim: λ_1 = 5 called eigenvalues of ∇²", "claim: λ_2 = 7 called eigenvalues of ∇²"],
    ),
    (r"The smallest eigenvalue of $X^\top X$ is $\mu=5$.", ["claim: μ = 5 called smallest eigenvalue of X^⊤ X"]),
    (r"The determinant of $X^\top X$ is $D=0$.", ["claim: D = 0 called determinant of X^⊤ X"]),
    ("The minimiser is $u=0$.", ["claim: u = 0 called minimiser"]),
    (r"The Lipschitz constant is $\ell=1$.", ["claim: ℓ = 1 called lipschitz constant"]),
    ("The Hessian of the penalty is psd.", ['claim: hessian of "penalty" is psd']),
    ("One eigenvalue is negative.", ["claim: one eigenvalue is negative"]),
    ("The largest eigenvalue is positive.", ["claim: largest eigenvalue is positive"]),
    ("The diagonal blocks of the Hessian are positive semidefinite.", ["claim: block of ∇² is psd"]),
    (r"The Hessian of the first layer is $H_1=X^\top X$.", ["claim: H_1 = X^⊤ X"]),
]

# What is assumed in words is a Text, in whatever order.
ASSUMPTIONS = [
    ("Assume that X has full column rank.", ['assumption: if "X has full column rank"']),
    (
        "Suppose $X$ has full rank. Then $J$ is strictly convex.",
        ['assumption: if "X has full rank"', "claim: J is strictly convex"],
    ),
    ("Suppose A is positive definite.", ["unread: Suppose A is positive definite (not understood)"]),
    ("Let $A$ be positive definite.", ['assumption: if "A be positive definite"']),
    (r"Assume $A\succ0$.", ["assumption: if A ≻ 0"]),
    ("Let $f$ be convex.", ['assumption: if "f be convex"']),
    ("If X has full column rank, $J$ is strictly convex.", ['claim: J is strictly convex if "X has full column rank"']),
    (
        "If X has full column rank then $J$ is strictly convex.",
        ['claim: J is strictly convex if "X has full column rank"'],
    ),
    (
        "If $X$ has full column rank $J$ is strictly convex.",
        ['claim: J is strictly convex if "X has full column rank"'],
    ),
    ("$J$ is strictly convex, provided $X$ has full rank.", ['claim: J is strictly convex if "X has full rank"']),
    ("For $X$ of full rank, $J$ is strictly convex.", ['claim: J is strictly convex if "for X of full rank"']),
    (
        "With $X$ having full rank the loss is strictly convex.",
        ['claim: loss is strictly convex if "X having full rank"'],
    ),
    (
        "When the columns of $X$ are linearly independent, $J$ is strictly convex.",
        ['claim: J is strictly convex if "the columns of X are linearly independent"'],
    ),
    (
        "$J$ is strictly convex when the columns of $X$ are linearly independent.",
        ['claim: J is strictly convex if "the columns of X are linearly independent"'],
    ),
    (
        "Since $X$ has full rank, $J$ is strictly convex.",
        ["reason: X is full rank [because]", 'claim: J is strictly convex if "X has full rank"'],
    ),
    (
        "$J$ is strictly convex since $X$ has full rank.",
        ['claim: J is strictly convex if "X has full rank"', "reason: X is full rank [because]"],
    ),
    (
        "Under the assumption that $X$ has full rank, $J$ is strictly convex.",
        ['claim: J is strictly convex if "X has full rank"'],
    ),
    (
        r"Assume further that $\lambda>0$ and that $X$ has full rank. Then $J$ is strictly convex.",
        ['assumption: if λ > 0; "X has full rank"', "claim: J is strictly convex"],
    ),
    (
        "Suppose $X$ has full rank; then $J$ is strictly convex.",
        ['assumption: if "X has full rank"', "claim: J is strictly convex"],
    ),
    (
        r"We assume throughout that $n\ge d$ and $X$ has full column rank.",
        ['assumption: if n ≥ d; "X has full column rank"'],
    ),
    (
        r"Let $A$ be symmetric and positive definite, and let $f(x)=x^\top Ax$. Then $f$ is convex.",
        ['assumption: if "A be symmetric and positive definite"', "definition: f(x) = x^⊤ A x", "claim: f is convex"],
    ),
    (
        "Since $J$ is convex and $X$ has full rank, the minimiser is unique.",
        [
            "reason: J is convex [because]",
            "reason: X is full rank",
            'claim: minimiser is unique if "X has full rank"',
        ],
    ),
    ("Where $X$ has full rank, $J$ is strictly convex.", ['claim: J is strictly convex if "X has full rank"']),
    (
        r"If $\lambda=0$ and $X$ has full column rank then $J$ is strictly convex too.",
        ['claim: J is strictly convex if λ = 0; "X has full column rank"'],
    ),
    ("We do not assume that $A$ is symmetric.", ["unread: We do not assume that A is symmetric (not understood)"]),
]

# The hypothesis of an implication is a condition of its conclusion.
IMPLICATIONS = [
    (
        r"There is a $u \neq 0$ with $Xu=0$, then $J$ is not strictly convex.",
        ["exists: u ≠ 0", "exists: X u = 0", "claim: J is not strictly convex"],
    ),
    (
        r"There is a $u$ such that $Xu=0$ and $u\neq0$, hence $J$ is not strictly convex.",
        ["exists: X u = 0", "exists: u ≠ 0", "claim: J is not strictly convex [hence]"],
    ),
    (
        r"If there is a $u\neq0$ with $Xu=0$, then $J$ is not strictly convex.",
        ["claim: J is not strictly convex if u ≠ 0; X u = 0"],
    ),
    (r"$A\succ0$ implies $B\succ0$.", ["claim: B ≻ 0 if A ≻ 0 [hence]"]),
    ("$a>0$ forces $b>0$.", ["claim: b > 0 if a > 0 [hence]"]),
    ("$a>0$ means $b>0$.", ["claim: b > 0 if a > 0 [hence]"]),
    ("$a>0$ would imply $b>0$.", ["claim: b > 0 if a > 0 [hence]"]),
    ("$a>0$ and $b>0$ exclude each other.", ["unread: a > 0 and b > 0 exclude each other (not understood)"]),
    ("$a=0$ iff $b=0$.", ["claim: b = 0 if a = 0 [iff]"]),
    ("$a=0$ if and only if $b=0$.", ["claim: b = 0 if a = 0 [iff]"]),
    (r"\[ \nabla J = 0 \iff X^\top Xw = X^\top y \]", ["claim: X^⊤ X w = X^⊤ y if ∇ J = 0 [iff]"]),
    (
        r"\[ \nabla J = X^\top(Xw-y) = 0 \Longleftrightarrow X^\top Xw = X^\top y \]",
        ["claim: ∇ J = X^⊤ (X w - y)", "claim: X^⊤ X w = X^⊤ y if X^⊤ (X w - y) = 0 [iff]"],
    ),
    (r"\[ a>0 \Rightarrow b>0 \]", ["claim: b > 0 if a > 0 [hence]"]),
    (r"\[ dJ = (p-y):dz \Rightarrow \nabla J = p-y \]", ["claim: dJ = (p - y) : dz", "claim: ∇ J = p - y [hence]"]),
    (
        r"\begin{align*} \nabla J &= 0 \\ \iff X^\top Xw &= X^\top y \\ \iff w &= (X^\top X)^{-1}X^\top y \end{align*}",
        ["claim: ∇ J = 0 if X^⊤ X w = X^⊤ y; w = (X^⊤ X)^(-1) X^⊤ y <iff>"],
    ),
    (
        r"Thus $\nabla J=0$ implies $X^\top r=0$, and $J$ is convex.",
        ["claim: ∇ J = 0 [hence]", "claim: X^⊤ r = 0 [hence]", "claim: J is convex"],
    ),
    ("The identity $a=b$ implies $c=d$.", ["claim: a = b", "claim: c = d [hence]"]),
    ("We have $a=b$, which implies $c=d$.", ["claim: a = b", "claim: c = d [hence]"]),
]

# A point in words or without a relation is a condition.
POINTS = [
    ("At the origin $J=5$.", ['claim: J = 5 if "at the origin"']),
    ("At the origin the Hessian is zero.", ['claim: hessian is zero if "at the origin"']),
    ("The Hessian is indefinite at the origin.", ['claim: hessian is indefinite if "at the origin"']),
    ("At (0,0) the Hessian is indefinite.", ['claim: hessian is indefinite if "at (0, 0)"']),
    ("At $(0,0)$ the Hessian is indefinite.", ['claim: hessian is indefinite if "at (0, 0)"']),
    ("At $(u,v)=(0,0)$ the Hessian is indefinite.", ["claim: hessian is indefinite if (u, v) = (0, 0)"]),
    ("At $B$ the readout $W_2$ is zero.", ['claim: W_2 is zero if "at B"']),
    ("For $u=0$, $v=0$ the Hessian is zero.", ["claim: hessian is zero if u = 0; v = 0"]),
    ("At the point $(1,1)$ we have $J=0$.", ['claim: J = 0 if "at (1, 1)"']),
    ("The Hessian at $w^*$ is positive definite.", ['claim: hessian is pd if "at w^*"']),
]

# Questions claim nothing; what is to be shown is a task.
TASKS = [
    ("Is $J$ convex? Does $a=b$ hold?", ["task: a = b"]),
    (r"Prove that $f$ is convex on $[4,\infty)$.", ["task: f is convex if [4, ∞)"]),
    ("Show that $a=b$. We show that $a=c$.", ["task: a = b", "claim: a = c"]),
    ("Exercise 3: $f$ is convex.", ["task: f is convex"]),
    (r"To prove that $J$ is convex, note that $H\succeq0$.", ["task: J is convex", "claim: H ⪰ 0"]),
    ("Where is $f(x)=x^2$ convex?", ["task: f(x) = x^2"]),
]

# Blocks, parts and pronouns.
SUBJECTS = [
    ("$f$ is convex in $U$ for fixed $V$ and in $V$ for fixed $U$.", ["claim: f is separate convex in U, V"]),
    ("$f$ is convex in $U$ (with $V$ fixed) and in $V$ (with $U$ fixed).", ["claim: f is separate convex in U, V"]),
    ("$f$ is convex in $(U,V)$.", ["claim: f is convex in U, V"]),
    ("$f$ is convex in $U$ and $V$.", ["claim: f is convex in U, V"]),
    (
        "The first part is positive semidefinite, the second one is not.",
        ["unread: The first part is positive semidefinite, the second one is not (not understood)"],
    ),
    ("Both are psd.", ["unread: Both are psd (not understood)"]),
    (
        "The trace is $t=v^2+w^2$. As it is non-negative, $H$ is psd.",
        ["claim: t = v^2 + w^2 called trace", "reason: t (trace) is nonnegative [because]", "claim: H is psd"],
    ),
    ("The loss is nonnegative.", ["claim: loss is nonnegative"]),
    ("The derivative is positive.", ["claim: derivative is positive"]),
    ("The gradient is zero.", ["claim: gradient is zero"]),
    ("The gradient is convex.", ["claim: gradient is convex"]),
    ("The penalty is strongly convex.", ["claim: penalty is strongly convex"]),
    ("$J=f+g$, where the penalty is convex.", ["claim: J = f + g", "claim: penalty is convex"]),
    (
        "$J$ is convex.\n\nThe matrix is $D=\\diag(d)$ with $d_i=p_i$. It is strictly convex.",
        [
            "claim: J is convex",
            "claim: D = diag(d) called matrix",
            "definition: d_i = p_i",
            "claim: J is strictly convex",
        ],
    ),
    (
        "The matrix is $D=3$ with $d_i=p_i$. It is strictly convex.",
        ["claim: D = 3 called matrix", "definition: d_i = p_i", "claim: loss is strictly convex"],
    ),
    ("For $y=0$:\n\n\\[ J = 3 \\]", ["claim: J = 3 if y = 0"]),
    (
        r"The first term has Hessian $\lambda I$, so it is strongly convex.",
        [
            "unread: The first term has Hessian λ I (what the hessian is cannot be judged)",
            "claim: term is strongly convex [hence]",
        ],
    ),
    ("A convex function that is bounded below attains its minimum.", ["claim: any function is attained"]),
]

# What was found by trying to mislead the reader.
FURTHER = [
    (
        r"Then for $\lambda=0$ the Hessian $H$ is not invertible, whereas for $\lambda>0$ it is positive definite.",
        ["claim: H (hessian) is singular if λ = 0", "claim: H (hessian) is pd if λ > 0"],
    ),
    (r"For $f=\|w\|^2$ define $R=M-UV^T$.", ["definition: f = ‖w‖^2", "definition: R = M - U V^T"]),
    ("On the set where $w>0$, $J$ is convex.", ["claim: J is convex if w > 0"]),
    (r"We differentiate at $t=0$: \[ \nabla J=3. \]", ["claim: ∇ J = 3 if t = 0"]),
    ("At first sight $J=3$.", ["claim: J = 3"]),
    ("The gradient vanishes at $w=0$.", ["claim: gradient is zero if w = 0"]),
    (
        r"Setting the gradient to zero gives $X^\top Xw=X^\top y$.",
        ["claim: X^⊤ X w = X^⊤ y [hence] <where a derivative is zero>"],
    ),
    (r"Convexity of $J$ in $w$ follows from $H\succeq0$.", ["claim: J is convex in w", "claim: H ⪰ 0"]),
    (
        "So the problem is convex, and any stationary point is a global minimiser.",
        ["claim: loss is convex [hence]", "claim: loss is minima global"],
    ),
    ("Hence $w^*$ is the minimiser.", ["unread: w^* is the minimiser (not understood)"]),
    (
        "The Hessian is diagonal with positive entries, hence positive definite.",
        ["claim: hessian is diagonal", "claim: weights is positive", "claim: hessian is pd [hence]"],
    ),
    ("$J$ is convex, as a sum of convex functions.", ["claim: J is convex"]),
    ("As a sum of convex functions, $J$ is convex.", ["claim: J is convex"]),
    ("As $J$ is convex, $a=b$.", ["reason: J is convex [because]", "claim: a = b"]),
    (r"Note that $\log$ is concave.", ["claim: log is concave"]),
    (r"Recall that $-\log$ is convex.", ["claim: -log is convex"]),
    (
        "The function $g(t)=e^t$ is convex and increasing.",
        ["claim: g(t) = e^t", "claim: g(t) is convex", "claim: g(t) is increasing"],
    ),
    ("$J$ is convex but has no minimiser.", ["claim: J is convex", "claim: J is not attained"]),
    ("Suppose that $J$ is not convex.", ['assumption: if "J is not convex"']),
    (r"Let $w$ be such that $\nabla J(w)=0$.", ["assumption: if ∇ J(w) = 0"]),
    ("Let $X$ have full column rank.", ['assumption: if "X have full column rank"']),
    (
        r"Therefore, if $X$ has full column rank, then $H\succ0$ and $J$ is strictly convex.",
        ['claim: H ≻ 0 if "X has full column rank" [hence]', 'claim: J is strictly convex if "X has full column rank"'],
    ),
    (
        r"If $X$ has full column rank, then $H\succ0$. Hence $J$ is strictly convex.",
        ['claim: H ≻ 0 if "X has full column rank"', "claim: J is strictly convex [hence]"],
    ),
    (
        "Provided that the data are not separable, the minimiser exists.",
        ['claim: minimiser is exists if "the data are not separable"'],
    ),
    (
        "The Hessian is positive semidefinite everywhere, but at $w=0$ it is singular.",
        ["claim: hessian is psd <everywhere>", "claim: hessian is singular if w = 0"],
    ),
    ("The first derivative of $f$ at $x=1$ equals $2$.", ["claim: df/() = 2 if x = 1"]),
    (r"The Hessian is not $X^\top X$.", ["unread: The Hessian is not X^⊤ X (not understood)"]),
    (r"The gradient does not equal $X^\top r$.", ["unread: The gradient does not equal X^⊤ r (not understood)"]),
    (r"The gradient isn't $X^\top r$.", ["unread: The gradient isn't X^⊤ r (not understood)"]),
    (r"$\nabla J\neq X^\top r$ in general.", ["claim: ∇ J ≠ X^⊤ r <in general>"]),
    ("It isn't true that $a=b$.", ["unread: It isn't true that a = b (not understood)"]),
    ("This contradicts $a=b$.", ["unread: This contradicts a = b (not understood)"]),
    ("The loss may be convex.", ["unread: The loss may be convex (not understood)"]),
    ("The loss might not be convex.", ["unread: The loss might not be convex (not understood)"]),
    ("We ask whether $J$ is convex.", ["unread: We ask whether J is convex (not understood)"]),
    ("Whether $J$ is convex depends on $a$.", ["unread: Whether J is convex depends on a (not understood)"]),
    ("$J$ is almost convex.", ["unread: J is almost convex (not understood)"]),
    ("$J$ is locally convex.", ["unread: J is locally convex (not understood)"]),
    ("$J$ is convex near $w=0$.", ['claim: J is convex if "near w = 0"; w = 0']),
    ("$J$ is convex in the first argument.", ['claim: J is convex in "first argument"']),
    ("$J$ is convex along every line.", ["claim: J is convex"]),
    ("$J$ is convex on $w>0$ only.", ["unread: J is convex on w > 0 only (not understood)"]),
]

# If and only if, only if, unless.
CONVERSES = [
    ("$J$ is strictly convex iff $X$ has full rank.", ['claim: J is strictly convex if "X has full rank" <iff>']),
    (
        "$J$ is strictly convex if and only if $X$ has full rank.",
        ['claim: J is strictly convex if "X has full rank" <iff>'],
    ),
    (
        "$J$ is strictly convex only if $X$ has full rank.",
        ['claim: J is strictly convex if "X has full rank" <only if>'],
    ),
    (r"$J$ is strictly convex exactly when $\lambda>0$.", ["claim: J is strictly convex if λ > 0 <iff>"]),
    (r"$J$ is not strictly convex unless $\lambda>0$.", ["claim: J is not strictly convex if λ ≤ 0 <if not>"]),
    (r"Unless $\lambda>0$, $J$ is not strictly convex.", ["claim: J is not strictly convex if λ ≤ 0 <if not>"]),
    (r"$H\succ0$ iff $X$ has full rank.", ['claim: H ≻ 0 if "X has full rank" <iff>']),
    (
        r"We get $v^\top Hv\ge0$ with equality only if $Xv=0$.",
        ["claim: v^⊤ H v ≥ 0 [hence]", "unread: with equality only if X v = 0 (not understood)"],
    ),
]

# What only tells that something is so says nothing of its own; what doubts it does.
TOLD = [
    (f"{words} $J$ is convex.", ["claim: J is convex"])
    for words in (
        "It is clear that", "It is well known that", "It is easy to see that", "It can be seen that", "One sees that",
        "One can show that", "The reader may verify that", "Everyone knows that", "We know that", "We have shown that",
        "In fact", "Certainly,", "It is true that", "We now show that",
    )
] + [
    ("This implies that $J$ is convex.", ["claim: J is convex [hence]"]),
    ("$J$ is always convex.", ["claim: J is convex"]),
    ("$J$ must be convex.", ["claim: J is convex"]),
    ("$J$ is easily seen to be convex.", ["claim: J is convex"]),
    ("$J$ is even strictly convex.", ["claim: J is strictly convex"]),
    ("$J$ is even.", ["claim: J is even"]),
    ("The Hessian is even positive definite at each $w$.", ["released: w", "claim: hessian is pd"]),
    ("$J$ is convex at every point.", ["claim: J is convex <at every point>"]),
    ("$J$ is convex no matter what rank $X$ has.", ["claim: J is convex <no matter what rank x has>"]),
    ("$J$ is convex for every data matrix $X$.", ["claim: J is convex <for every data matrix x>"]),
    ("$J$ is convex, for $H$ is positive semidefinite.", ["claim: J is convex", "reason: H is psd [because]"]),
    *(
        (f"{words} $J$ is convex.", [f"unread: {words} J is convex (not understood)"])
        for words in (
            "It isn't clear that", "It is not clear that", "It is not known that", "One may doubt that",
            "One might see that", "It is only clear that", "It is hardly true that", "Nobody knows that",
            "We do not know that", "It can hardly be seen that", "It is wishful that",
        )
    ),
    ("$J$ can be convex.", ["unread: J can be convex (not understood)"]),
    ("$J$ need not always be convex.", ["unread: J need not always be convex (not understood)"]),
]  # fmt: skip

# A letter that is named in passing keeps its meaning, also where the words around it are not read.
NAMED = [
    ("We blorp the logits $z=Xw$.", ["unread: We blorp the logits (not understood)", "claim: z = X w"]),
    ("We blorp by $z=Xw$ the logits.", [
        "unread: by z = X w the logits (not understood)",
        'claim: z = X w if "by z = X w the logits"',
    ]),
    ("We blorp by $z=0$ the logits.", ["unread: by z = 0 the logits (not understood)"]),
    (r"We blorp by $\nabla J=Xw$ the logits.", [
        "unread: by ∇ J = X w the logits (not understood)",
        "claim: ∇ J = X w",
    ]),
    (r"We replace $\nabla J=Xw$ by blorps.", ["unread: We replace ∇ J = X w by blorps (not understood)"]),
    (r"If blorp we are left with $\nabla J=Xw$.", [
        "unread: If blorp (not understood)",
        'claim: ∇ J = X w if "If blorp"',
    ]),
    (r"Nobody blorps that $\nabla J=Xw$.", ["unread: Nobody blorps that ∇ J = X w (not understood)"]),
    (r"$\sigma$ is convex for $a<0$ and concave for $a>0$.", [
        "claim: σ is convex if a < 0",
        "claim: σ is concave if a > 0",
    ]),
    (r"We minimise $f(w)=\|Xw\|^2$ over $w\in\mathbb R^d$.", ["definition: f(w) = ‖X w‖^2 if w ∈ R^d"]),
    (r"Only sometimes the logits $z=Xw$.", ["unread: Only sometimes the logits z = X w (not understood)"]),
    (r"If blorp the logits $z=Xw$.", ["unread: If blorp the logits z = X w (not understood)"]),
    ("where \\[ z=Xw. \\]", ["definition: z = X w"]),
    ("$a=b$: $J$ is convex.", ["claim: J is convex if a = b"]),
    ("$(0,0)$: the Hessian is zero.", ['claim: hessian is zero if "(0, 0)"']),
    ("There is no blorp for the minimiser; it is $w=5$.", [
        "unread: There is no blorp for the minimiser (not understood)", "claim: w = 5 called minimiser",
    ]),
    ("The gradient is zero. A blorp has the Hessian and the loss; it is zero.", [
        "claim: gradient is zero", "unread: A blorp has the Hessian and the loss (not understood)",
        "unread: it is zero (not understood)",
    ]),
]  # fmt: skip

ROWS = [
    *TOLD,
    *NAMED,
    *CONDITIONS,
    *ASSUMED,
    *CONCLUSIONS,
    *NOUNS,
    *ASSUMPTIONS,
    *IMPLICATIONS,
    *POINTS,
    *TASKS,
    *SUBJECTS,
    *FURTHER,
    *CONVERSES,
]

SENTENCES = [tex for tex, _ in ROWS]


def named(noun: Noun | None) -> str:
    """The noun with what it is of."""
    if noun is None:
        return ""
    of = f" of {render(noun.of)}" if noun.of is not None else ""
    return noun.word + of + (f" by {', '.join(map(render, noun.wrt))}" if noun.wrt else "")


def said(statement: Statement) -> str:
    """The statement in one line, with everything that the words around it said."""
    if isinstance(statement, Unread):
        return f"unread: {statement.text} ({statement.why})"
    if isinstance(statement, Boundary):
        return f"boundary: {statement.kind}"
    if isinstance(statement, Release):
        return f"released: {', '.join(map(render, statement.names))}"
    conditions = f" if {'; '.join(map(render, statement.conditions))}" if statement.conditions else ""
    if isinstance(statement, Assumption):
        return f"assumption:{conditions}"
    link = f" [{statement.link}]" if statement.link else ""
    tail = conditions + link + (f" <{statement.scope}>" if statement.scope else "")
    if isinstance(statement, Formula):
        called = f" called {named(statement.called)}" if statement.called else ""
        return f"{statement.role}: {render(statement.chain)}{called}{tail}"
    who = named(statement.noun)
    if statement.subject is not None:
        who = render(statement.subject) + (f" ({who})" if who else "")
    how = f"{'not ' if statement.negated else ''}{statement.block + ' ' if statement.block else ''}{statement.kind}"
    wrt = f" in {', '.join(map(render, statement.wrt))}" if statement.wrt else ""
    return f"{statement.role}: {who} is {how}{wrt}{tail}"
