"""False claims in turns of phrase, each put into a text that is right: what comes out is false.

PROPERTIES     a subject and what it is not, put into turns of "S is P"
EQUATIONS      an equation that does not hold, put into turns of "we get F"
SENTENCES      what fits no turn: quantities, quantifiers, reasons, comparisons
"""

from collections.abc import Iterator

DECLARED = "J(w) = norm(X@w - y)**2/2\nX: n, d\nw: d\ny: n"
BEFORE = r"For the squared error $J(w)=\tfrac12\|Xw-y\|^2$ the gradient is $\nabla J(w)=X^\top(Xw-y)$."
AFTER = r"The Hessian is $\nabla^2J(w)=X^\top X$, which is positive semidefinite. Hence $J$ is convex."

PROPERTIES = [
    ("$J$", "strictly convex"),
    ("$J$", "strongly convex"),
    ("$J$", "concave"),
    ("the loss", "affine"),
    ("the Hessian", "positive definite"),
    ("the Hessian", "negative semidefinite"),
    ("the Hessian", "invertible"),
    (r"$X^\top X$", "diagonal"),
    ("the gradient", "zero"),
    ("the gradient", "constant"),
    ("the minimiser", "unique"),
    ("$J$", "bounded"),
]
TURNS = [
    "S is P.", "S is clearly P.", "S is also P.", "S is, of course, P.", "S is even P.", "S is indeed P.",
    "S is always P.", "S is everywhere P.", "S is in general P.", "S is therefore P.", "S is thus P.", "S is again P.",
    "S is certainly P.", "S is automatically P.", "S is by definition P.", "S is surely P.", "S is plainly P.",
    "S is P, too.", "S is P as well.", "S is P for every data set.", "S is P everywhere.", "S is P in general.",
    "S is P for all $w$.", "S is P whatever $X$ is.", "S is P no matter what $X$ is.", "S is P at every point.",
    "S is P, as one checks.", "S is P, as is well known.", "S is P (see above).", "S is P; we use this below.",
    "S turns out to be P.", "S remains P.", "S stays P.", "S must be P.", "S has to be P.", "S will be P.", "S was P.",
    "S is seen to be P.", "S is known to be P.", "S is easily seen to be P.", "S is found to be P.", "S proves to be P.",
    "S is P and convex.", "S is both P and symmetric.", "S is not only symmetric but P.", "S is P, hence nice.",
    "In fact S is P.", "In fact, S is P.", "Note that S is P.", "Note: S is P.", "Recall that S is P.", "Moreover S is P.",
    "Furthermore, S is P.", "Hence S is P.", "Thus S is P.", "Therefore S is P.", "So S is P.", "Consequently, S is P.",
    "It follows that S is P.", "It is clear that S is P.", "It is well known that S is P.", "It is easy to see that S is P.",
    "It is a fact that S is P.", "It is true that S is P.", "One sees that S is P.", "One checks that S is P.",
    "One can show that S is P.", "We see that S is P.", "We know that S is P.", "We have shown that S is P.",
    "We conclude that S is P.", "We find that S is P.", "We claim that S is P.", "We now show that S is P.",
    "The reader may verify that S is P.", "Everyone knows that S is P.", "There is no doubt that S is P.",
    "Nobody doubts that S is P.", "No one denies that S is P.", "This means that S is P.", "This shows that S is P.",
    "This proves that S is P.", "This implies that S is P.", "This makes S P.", "In other words, S is P.",
    "That is, S is P.", "In particular, S is P.", "As a consequence, S is P.", "As a result S is P.", "Of course, S is P.",
    "Obviously S is P.", "Clearly, S is P.", "Evidently S is P.", "Trivially, S is P.", "Fortunately, S is P.",
    "Interestingly, S is P.", "Surprisingly S is P.", "Finally, S is P.", "Also, S is P.", "Similarly, S is P.",
    "On the other hand, S is P.", "However, S is P.", "Since S is P, we are done.", "Since S is P, $J$ is convex.",
    "Because S is P, $J$ is convex.", "As S is P, $J$ is convex.", "$J$ is convex because S is P.",
    "$J$ is convex, since S is P.", "$J$ is convex, for S is P.", "$J$ is convex as S is P.", "$J$ is convex and S is P.",
    "$J$ is convex, and S is P.", "$J$ is convex; S is P.", "$J$ is convex: S is P.", "$J$ is convex, so S is P.",
    "$J$ is convex, while S is P.", "$J$ is convex, but S is P.", "$J$ is convex, whence S is P.", "Being convex, S is P.",
    "$J$ is convex, which means that S is P.", "Not only is $J$ convex, S is P.", "Given that S is P, $J$ is convex.",
    "Although $J$ is convex, S is P.", "Besides being convex, S is P.", "With S being P, $J$ is convex.",
    "In view of the fact that S is P, $J$ is convex.", "Just as $J$ is convex, S is P.", "(S is P.)", "(Here S is P.)",
    "$J$ is convex (S is P).", "$J$ is convex --- S is P.", r"\textbf{S is P.}", r"\emph{S is P}.", r"\footnote{S is P.}",
    r"$J$ is convex\footnote{S is P.}.", r"\begin{remark}S is P.\end{remark}", r"\begin{itemize}\item S is P.\end{itemize}",
    r"\begin{theorem}S is P.\end{theorem}", r"\section{S is P}", r"\paragraph{Remark.} S is P.", r"Remark: S is P.",
    r"\begin{lemma}Suppose $X$ has full column rank. Then $J$ is convex.\end{lemma} S is P.",
    r"Case 1. Suppose $X$ has full column rank. Then $J$ is convex. Case 2. S is P.",
    r"Suppose $X$ has full column rank. Then $J$ is convex. Otherwise, $J$ is convex. S is P.",
    r"\[ \nabla^2J(w)=X^\top X \quad\text{and S is P} \]", r"\[ \nabla^2J(w)=X^\top X, \] so S is P.",
    "If $X$ has full column rank and $n<d$, then S is P.", "For every matrix $X$, S is P.", "If $n\\ge d$, then S is P.",
    "If $X\\ne0$, then S is P.", "S is P if $n=d$.", "S is P unless $X=0$.", "S is P whenever $y=0$.",
    "S is P with probability one.", "S is P in practice.", "S is P to first order.",
]  # fmt: skip
EQUATIONS = [
    r"$\nabla J(w)=X^\top(Xw+y)$",
    r"$\nabla^2J(w)=2X^\top X$",
    r"$\nabla^2J(w)=XX^\top$",
    r"$J(0)=\|y\|^2$",
    r"$X^\top X\succ0$",
    r"$J(w)\ge1$",
    r"$\nabla J(0)=X^\top y$",
    r"$\lambda_{\min}(X^\top X)>0$",
]
STEPS = [
    "F.", "We get F.", "We have F.", "Then F.", "Hence F.", "So F.", "Thus, F.", "Note that F.", "Recall that F.",
    "F holds.", "F is true.", "F is well known.", "It holds that F.", "It is clear that F.", "One has F.", "One sees F.",
    "This gives F.", "This yields F.", "This means F.", "This is F.", "The result is F.", "The answer is F.",
    "In other words, F.", "That is, F.", "i.e. F.", "Namely, F.", "By the chain rule, F.", "By symmetry, F.",
    "Differentiating gives F.", "Differentiating, F.", "Differentiation yields F.", "A short calculation gives F.",
    "A short computation shows that F.", "We compute F.", "We find F.", "We obtain F, as desired.", "We arrive at F.",
    "Since F, $J$ is convex.", "Because F, $J$ is convex.", "As F, $J$ is convex.", "Using F, $J$ is convex.",
    "From F we see that $J$ is convex.", "By F, $J$ is convex.", "$J$ is convex, since F.", "$J$ is convex because F.",
    "$J$ is convex by F.", "$J$ is convex, and F.", "$J$ is convex, with F.", "$J$ is convex, so F.", "$J$ is convex; F.",
    "$J$ is convex (F).", "$J$ is convex: F.", "$J$ is convex, as F shows.", "$J$ is convex in view of F.", "(F)",
    r"\footnote{F}", r"\textbf{F}", r"\emph{Here F.}", r"\begin{proof}F.\end{proof}", r"\section{F}",
    "Everyone knows F.", "We claim that F.", "We show that F.", "It remains to note F.", "Compare F.", "See F.",
    "Finally, F.", "Similarly, F.", "Also F.", "At every point F.", "For all $w$ we have F.", "For every data set, F.",
    "In general F.", "Always F.", "Put differently, F.", "F, of course.", "F for all $X$.", "F by definition.",
]  # fmt: skip
SENTENCES = [
    "The minimal value of $J$ is $7$.", "The minimum of $J$ is $0$.", "The Hessian has rank one.", "The trace of the Hessian is $0$.",
    "The Hessian has rank $d$.", "The determinant of the Hessian is $1$.", "$J$ has exactly one minimiser.",
    "$J$ has a unique minimiser.", "$J$ has at most one minimiser.", "$J$ has no minimiser.", "$J$ has two minimisers.",
    "The minimiser is $w=0$.", "$J$ attains its minimum at $w=0$.", "$w=0$ is a stationary point.", "The smallest eigenvalue is positive.",
    "Every eigenvalue of the Hessian is positive.", "Some eigenvalue of the Hessian is negative.", "One eigenvalue is negative.",
    "No eigenvalue of the Hessian is zero.", "All eigenvalues of the Hessian are equal.", "The eigenvalues of the Hessian lie in $[0,1]$.",
    "The Hessian dominates the identity.", "The Hessian is larger than the identity.", "The Hessian equals the identity.",
    "The Hessian commutes with $X$.", "The Hessian exceeds $X$.", "The gradient exceeds the Hessian.", "Doubling $w$ doubles the loss.",
    "Doubling $w$ doubles $J$.", "Halving the data halves the gradient.", "Replacing $w$ by $-w$ leaves $J$ unchanged.",
    "Swapping two columns of $X$ changes nothing in $J$.", "The sign of $w$ does not matter.", "Its gradient too.", "So is $-J$.",
    "The same holds for $-J$.", "The same is true of $-J$.", "Likewise for $-J$.", "$-J$ likewise.", "Neither does the gradient.",
    "The gradient points downhill.", "The gradient never vanishes.", "The gradient vanishes everywhere.", "The gradient vanishes only at $w=0$.",
    "The gradient has norm one.", "The gradient is bounded by $1$.", "The Hessian is bounded by $1$.", "$J$ is at most $1$.",
    "$J$ is at least $1$.", "$J$ is smaller than its gradient.", "$J$ grows linearly.", "$J$ tends to $0$.", "$J$ decreases in $w$.",
    "$J$ is increasing.", "$J$ is decreasing in every coordinate of $w$.", "$J$ is even.", "$J$ is odd.", "$J$ is periodic.",
    "$J$ is Lipschitz with constant $1$.", "$J$ is smooth with constant $1$.", "$J$ is strongly convex with modulus $1$.",
    "$J$ is $1$-strongly convex.", "$J$ is convex by $1$.", "$J$ is convex only if $X=0$.", "$J$ is convex if and only if $X=0$.",
    "$J$ is convex unless $X\\ne0$.", "$J$ is convex exactly when $y=0$.", "$J$ is never convex.", "$J$ is hardly ever convex.",
    "$J$ is nowhere convex.", "$J$ is convex nowhere.", "$J$ is anything but convex.", "$J$ fails to be convex.", "$J$ is convex, not.",
    "$J$ is far from convex.", "$J$ is less than convex.", "$J$ is convex at most locally.", "$J$ is only locally convex.",
    "$J$ is convex for no $X$.", "For no data is $J$ convex.", "Rarely is $J$ convex.", "Under no circumstances is $J$ convex.",
    "It is false that $J$ is convex.", "It is a mistake to call $J$ convex.", "It is a myth that $J$ is convex.", "Convexity of $J$ is a myth.",
    "$J$ lacks convexity.", "$J$ is devoid of convexity.", "$J$ loses convexity.", "The convexity of $J$ fails.", "The convexity of $J$ breaks down.",
    "$J$ is convex as a product of convex functions.", "As a difference of convex functions $J$ is convex.",
    "$J$, a sum of concave functions, is convex.", "$J$ is convex because it is linear.", "$J$ is convex, being linear.",
    "$J$ is convex by linearity of the loss.", "$J$ is convex because every continuous function is.", "$J$ is convex since the gradient flies.",
    "$J$ is convex thanks to its negative Hessian.", "$J$ is convex because of the negative Hessian.", "$J$ is convex as its Hessian has negative trace.",
    "$J$ is convex because $X$ is invertible.", "$J$ is strictly convex since $X$ has full rank.", "As $X$ is injective, $J$ is strictly convex.",
    "$J$ is strictly convex because $n\\ge d$.", "$J$ is strictly convex since $X\\neq0$.", "$J$ is convex in $w$ and $X$ jointly.",
    "$J$ is convex in $(w,X)$.", "$J$ is convex in all its arguments.", "$J$ is concave in $y$.", "$J$ is concave in $X$.",
    "$-J$ is convex.", "Both $J$ and $-J$ are convex.", "Neither $J$ nor $-J$ is convex.", "Either $J$ or $-J$ is not convex.", "$J^2$ is concave.",
    "Every loss is convex.", "Any function is convex.", "All convex functions are strictly convex.", "A convex function has a unique minimiser.",
    "A symmetric matrix with positive trace is positive definite.", "The product of two convex functions is convex.",
    "Every stationary point of $J$ is a maximum.", "Every stationary point is a saddle.", "$J$ has a saddle at $0$.", "$J$ has a local maximum.",
    "$J$ has several minima with different values.", "Two minimisers differ in their value.", "The minimum is attained nowhere.",
    "The normal equations have no solution.", "The normal equations have exactly one solution.", "The normal equations read $X^\\top Xw=-X^\\top y$.",
    "The solution of the normal equations is unique.", "The solution set is a point.", "The null space of $X$ is trivial.", "The rank of $X$ is $d$.",
    "The columns of $X$ are linearly independent.", "The rows of $X$ are orthogonal.", "$X$ is square.", "$X$ is symmetric.", "$X$ is orthogonal.",
    "$X$ has full rank.", "$X$ has full column rank.", "$y$ lies in the range of $X$.", "The residual is zero.", "The residual vanishes at the minimiser.",
    "The residual is nonnegative.", "The Hessian depends on $w$.", "The Hessian depends on $y$.", "The gradient does not depend on $y$.", "$J$ does not depend on $w$.",
    "The Hessian is independent of $X$.", "The gradient is independent of $w$.", "The Hessian is the square of the gradient.", "The gradient is half the Hessian.",
    "The Hessian is twice $X^\\top X$.", "The gradient is minus $X^\\top(Xw-y)$.", "The gradient is the negative of $X^\\top(Xw-y)$.", "The gradient is $X^\\top(Xw-y)$ plus a constant.",
    "The gradient equals $X^\\top(Xw-y)$ only at $0$.", "The Hessian is not $X^\\top X$.", "The Hessian differs from $X^\\top X$.", "Instead of $X^\\top X$ the Hessian is $XX^\\top$.",
    "A step of Newton's method leads away from the minimum.", "Gradient descent diverges for every step size.", "Gradient descent converges for every step size.",
    "Gradient descent steps are $w\\leftarrow w+\\eta\\nabla J(w)$.", "$w_{t+1}=w_t+\\eta X^\\top(Xw_t-y)$", "$J(w_{t+1})>J(w_t)$ along gradient descent.",
    "Nobody minimises $J$ twice.", "Who minimises $J$ finds $0$.", "The level sets of $J$ are bounded.", "The sublevel sets of $J$ are compact.", "$J$ is coercive.",
    "$J$ has bounded sublevel sets.", "The condition number of the Hessian is one.", "The spectral norm of the Hessian is one.", "$\\|\\nabla J(w)\\|\\le\\|w\\|$.",
]  # fmt: skip


def claims() -> Iterator[str]:
    """Every false claim in every turn."""
    yield from SENTENCES
    for equation in EQUATIONS:
        yield from (turn.replace("F", equation) for turn in STEPS)
    for subject, wrong in PROPERTIES:
        for turn in TURNS:
            text = turn.replace("S is", f"{subject} is").replace("S ", f"{subject} ").replace(" P", f" {wrong}")
            yield text[0].upper() + text[1:]


def text_with(claim: str) -> str:
    """The right text with the claim in it."""
    return f"{BEFORE}\n\n{claim}\n\n{AFTER}"
