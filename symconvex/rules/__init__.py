"""The rules: one file each, every one a way to write the lines of a certificate.

A rule proposes and the kernel decides, so a rule may guess. This is a whole one, symconvex/rules/quartic_share.py:

    '''Sums of z^4/(1 + z^2)^(1/2), z affine: the second derivative is 3 z^2 (2 z^4 + 5 z^2 + 4)/(1 + z^2)^(5/2).'''

    from fractions import Fraction

    from symconvex.drafting import judgments as say
    from symconvex.drafting.arguments.structure import Block, Structure
    from symconvex.drafting.draft import Draft
    from symconvex.drafting.lines import Lines
    from symconvex.drafting.profile import Z, is_affine
    from symconvex.drafting.rule import Example, Finding, Rule
    from symconvex.drafting.signs import find_sign, show_defined
    from symconvex.kernel import term as t
    from symconvex.kernel.term import Mul, Pow, Sum

    BELOW = t.add(t.ONE, t.power(Z, 2))
    PHI = t.mul(t.power(Z, 4), t.power(t.power(BELOW, Fraction(1, 2)), -1))
    ABOVE = t.add(t.mul(t.number(2), t.power(Z, 4)), t.mul(t.number(5), t.power(Z, 2)), t.number(4))
    BEND = t.mul(t.number(3), t.power(Z, 2), ABOVE, t.power(BELOW, Fraction(-5, 2)))


    def find(draft: Draft) -> Finding | None:
        match draft.loss:
            case Sum(_, _, Mul((Pow(inner), _)) as body) if body == t.substitute(PHI, {Z.name: ((), inner)}):
                pass
            case _:
                return None
        lines = Lines(draft)
        if not is_affine(inner, frozenset(draft.parameters)):
            return None
        if not (show_defined(lines, draft.loss) and show_defined(lines, PHI)):
            return None
        sign = find_sign(lines, BEND, strict=False)
        if sign is None:
            return None
        ridge = lines.ridge(sign, lines.affine(say.affine(inner)), say.convex(body), Z.name, PHI)
        lines.conclude(lines.summed(ridge, say.convex(draft.loss)), say.loss("convex"))
        built = Block("ridge", body, (Block("affine", inner),), PHI)
        return Finding((lines.part(say.loss("convex")),), Structure("convex", Block("sum", draft.loss, (built,))))


    DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

    RULE = Rule(
        name="quartic-share",
        find=find,
        cost=4,
        source="Boyd & Vandenberghe 2004, sections 3.1.4 and 3.2.2",
        accepts=(Example("sum((X@w - y)**4/sqrt(1 + (X@w - y)**2))", "w", "convex", shapes=DATA),),
        rejects=(Example("sum((X@w)**2/(1 + (X@w)**2))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),),
    )

1. *Look at the loss.* `draft.loss` is a term (kernel/term.py) in index notation; `t.render` shows it, here
   (sum i n (* (^ u 4) (^ (^ (+ 1 (^ u 2)) 1/2) -1))) with u = (+ (sum j d (* X[i,j] w[j])) (* -1 y[i])); a root below
   a line stays a root to the power -1. `draft.parameters` and `draft.data` have the shapes. Return None when the rule
   does not apply. Patterns that exist:
   drafting/profile.py (sums of functions of one linear form), layers.py (networks), points.py (the loss at a point).
2. *Write lines.* `Lines` has a method for each step of kernel/SPEC.md, section 5; a method returns the number of its
   line, by which later lines use it. What a line says is made by drafting/judgments.py. `find_sign` writes the lines
   that show a sign, or returns None. The kernel refuses a line with a root, a logarithm or a denominator that no
   earlier line shows to be defined, so first ask `show_defined` of the loss and of every other such term. A variable
   that stands for every number is a symbol whose name begins with "?", as that of `Z`; `draft.index(size)` is an index.
   What holds only for some data goes into a part of its own: `Lines(draft, given=(say.is_nonzero("X", "k"),))`, where k
   is an index over the rows of X that nothing else uses (`sample_of` in layers.py).
3. *Finish.* The last line of a claim gives `say.loss(...)`; `lines.part(claim, ...)` keeps what the claims need. To
   refute convexity alone leaves the search going: it waits for a rule that says not_concave as well.
4. *Tell it.* The argument of the finding is what proof.tex is told from, a value of drafting/arguments/. With None the
   proof states its theorem and leaves the rest to the certificate. An argument of a new kind is a second and a third
   file: its value in drafting/arguments/ and its page of the same name in exposition/.

`symconvex prove` lists what was tried: a bare name for a rule that returned None; behind the name the part (from 0),
the line (from 1) and the reason where the kernel refused what a rule wrote. tests/rules/ tries `accepts`, `rejects`.
"""

from functools import cache

from symconvex.catalogue import collect
from symconvex.drafting.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, cheapest first."""
    return tuple(sorted(collect("symconvex.rules", "RULE", Rule).values(), key=lambda rule: (rule.cost, rule.name)))
