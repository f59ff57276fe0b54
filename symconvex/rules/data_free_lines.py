"""Lines through the parameters on which the data do not matter: a chord there holds for all data and sizes.

    sum_ij log(1 + exp(-(U V')_ij)),   U = s 1 e_1', V = t 1 e_1':   n m log(1 + exp(-s t))
    exp(x) + sin(x) + c,               from x = -5 to -2:            the gap is > 0 for every c

Which lines are tried is said in drafting/free_lines.py.
"""

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.telling import Inequality, Telling
from symconvex.drafting.draft import Draft
from symconvex.drafting.free_lines import add_chord, chords_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import is_numeric
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined


def find(draft: Draft) -> Finding | None:
    if is_numeric(draft) or not (draft.data or draft.sizes()):
        return None
    found = chords_of(draft)
    if "convex" not in found:
        return None
    wide = max((here for here, _ in found.values()), key=lambda one: sum(one.problem.least.values()))
    lines, told = Lines(wide), list[Inequality]()
    if not show_defined(lines, wide.loss):
        return None
    for word, (_, chord) in found.items():
        gap = add_chord(lines, word, chord)
        if gap is None:
            return None
        told.append(Inequality(word, chord, gap))
    claims = [say.loss(f"not_{word}") for word in found]
    return Finding((lines.part(*claims),), Telling(tuple(told)), wide.problem.least)


RULE = Rule(
    name="data-free-lines",
    find=find,
    cost=10,
    source="Boyd & Vandenberghe 2004, section 3.1.1 (restriction to a line)",
    accepts=(
        Example("(exp(-(x - c)**2) - 1/2)**2", "c", "neither"),
        Example("sum(softplus(-U@V.T))", "U, V", "neither", shapes={"U": ("n", "k"), "V": ("m", "k")}),
        Example("sum(w)**3", "w", "neither", shapes={"w": ("n",)}),
        Example("exp(x) + sin(x) + c", "x", "neither"),
    ),
    rejects=(
        Example("sum(X*X)", "X", "convex", shapes={"X": ("n", "n")}),
        Example("(x - c)**2", "c", "convex"),
        Example("exp(x) + c + x", "x", "convex"),
    ),
)
