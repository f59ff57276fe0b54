"""The words around formulas that say what a formula or sentence is: a definition, a reason, a condition, a claim."""

from symconvex.handcheck.prose.terms import phrases, table

LINKS = table(
    {
        "hence": "hence, so, thus, therefore, consequently, whence, accordingly, so that, which gives, which yields, "
        "it follows that, which shows, which implies, which proves, this gives, this shows, this proves, we get, "
        "we obtain, "
        "we conclude, implies, proving, so in particular, gives, yields, and so, and hence, and thus, and therefore, "
        "that is, in other words, i.e, as a consequence, in particular, this means, this means that, which means, "
        "means that, forces, would imply, would mean, would force, implies that, which forces, we conclude that, "
        "we see that, this implies, this implies that, and consequently, it then follows that",
        "because": "because, since, as, using, by, due to, owing to, noting that, and since, and because",
        "": "then, moreover, furthermore, finally, now, also, we have, next, similarly, likewise, while",
    }
)
DEFINING = phrases(
    "let, put, write, set, define, denote, where, with, introduce, forward, abbreviate, call, setting, writing, "
    "denoting, letting, defining, given, here, fix, consider, for the forward pass, we write, recall"
)
MEANING = phrases(
    "shorthand for, short for, notation for, stands for, denotes, means, abbreviates, is written as, is written, "
    "refers to, the shorthand for, usual shorthand for"
)
# Directly after a formula these make it a hypothesis of the next one.
IMPLYING = phrases("implies, implies that, forces, means, means that, would imply, would mean, would force")
# ... unless the formula was named as a fact before.
ASSERTED = phrases("identity, bound, equation, fact, inequality, relation, formula, estimate")
CONDITIONAL = phrases(
    "near, close to, in a neighbourhood of, in a neighborhood of, "
    "in the case, in case, in the case that, in the special case, under the assumption that, under the condition "
    "that, if, for, when, whenever, provided, provided that, assuming, suppose, suppose that, let us suppose, let "
    "us suppose that, assume, assume that, let us assume, let us assume that, as soon as, on, along, for all, for "
    "every, for any, for each, at, unless, as long as, under, everywhere on, only if, if and only if, iff, "
    "exactly when, precisely when, exactly if, over, on all of, all over"
)
SCOPES = phrases(
    "for every data set, for all data sets, for any data set, for any data, for all data, in general, for every "
    "data, everywhere, for every dataset, for any dataset, for all datasets, in all cases, always, for every "
    "choice of the data, there, for all parameters, for all values, for every value, at every global minimiser, "
    "at every minimiser, at every global minimizer, at every point, at each point, at every stationary point, at "
    "any minimiser, at every global minimum"
)
EQUATING = phrases("setting, set, equating, equate, putting, put, equal, equated")
# "Setting this to zero gives ..." speaks of the points where a derivative is zero.
SOLVING = phrases(
    "to zero, the first-order condition, the first order condition, first-order condition, first order condition, "
    "the normal equations, normal equations, the normal equation, the optimality condition, "
    "the optimality conditions, the first-order conditions"
)
EXISTING = phrases("there is, there exists, there are, there exist, there is a, there exists a, we can find")
VERBS = phrases(
    "is, are, be, becomes, become, remains, remain, was, were, being, equals, equal, reads, stays, must be, being "
    "a, is given by, are given by, is equal to, are equal to, is found to be, turns out to be, isn't, aren't, "
    "wasn't"
)
FINITE = phrases("is, are, was, were, becomes, equals, remains, stays, reads")
# Any of these makes a sentence of words with a property word in them.
ANY_VERB = phrases(
    "is, are, be, becomes, become, remains, remain, was, were, being, equals, equal, has, have, had, holds, hold, "
    "follows, follow, proves, prove, shows, show, implies, imply, gives, give, yields, yield, establishes, "
    "establish, isn't, aren't, wasn't, exists, exist, attains, attain, conclude, say, means, mean, lacks, lack, "
    "admits, admit"
)
NEGATIONS = phrases(
    "not, never, no longer, neither, nor, cannot, isn't, aren't, wasn't, doesn't, don't, can't, needn't, nowhere, "
    "none, fails to be, fail to be, need not be, no, hardly, scarcely, rarely, seldom"
)
# "It is not hard to see that ..." denies nothing.
HARMLESS = phrases("hard, difficult, surprising, only, just, needed, necessary, enough, too, so, merely")
# Between a negation and the formula that it denies.
DENIABLE = phrases(
    "have, has, hold, equal, get, obtain, true, that, the, case, be, say, conclude, imply, mean, follow, a, an, "
    "by, given, to"
)
# What stands after a formula or claim and takes it back.
DENIED = phrases(
    "is wrong, is false, is incorrect, is not correct, is not true, is untrue, are wrong, are false, would be "
    "wrong, would be false, is impossible, is not possible, is violated, never holds, never hold, hardly holds, "
    "hardly ever holds, does not hold, do not hold, doesn't hold, don't hold, cannot hold, cannot both hold, "
    "cannot be true, no longer holds, need not hold, fails, fail, fails to hold, exclude each other, exclude one "
    "another, contradict each other, are incompatible"
)
# What stands before a statement and takes it back; "false" is its negation, "open" leaves it undecided.
DENYING = table(
    {
        "false": "it is false that, it is not true that, it is not the case that, it is wrong that",
        "open": "this contradicts, which contradicts, contradicts, contradicting, we would have, we would get, would "
        "be, may be, might be, could be, may not be, might not be, it cannot be concluded that, there is no, "
        "there exists no, there are no, it would be wrong to say that, it would be wrong to, it is wrong to "
        "say that, it is wrong to, it is a mistake to say that, it is a mistake to, we do not have, we don't "
        "have, we cannot have, we cannot conclude that, we cannot conclude, we cannot say that, one cannot "
        "conclude that, one cannot say that, does not imply, does not imply that, does not mean that, does "
        "not mean, does not show, does not show that, does not prove, does not prove that, does not "
        "establish, do not imply, do not imply that, doesn't imply, doesn't mean, does not follow that, it is "
        "unclear whether, it is not clear that, it is not known whether, whether, one might think that, one "
        "may think that, one might expect that, it is tempting to say that, cannot imply, need not imply, "
        "need not mean",
    }
)
TASKS = phrases(
    "prove that, show that, prove, show, verify that, exercise, please prove that, please show that, we want to "
    "show, we want to prove, we have to show, we have to prove, we need to show, we need to prove, it remains to "
    "show, it remains to prove, to show, to show that, to prove, to prove that, in order to show, in order to "
    "prove, our goal is to show, the goal is to show"
)
IMPERATIVES = phrases("prove that, show that, prove, show, verify that, to show, to prove") | {
    "to show that",
    "to prove that",
    "exercise",
}
# Words that may stand between "for" or "at" and its formula.
FILLERS = phrases(
    "throughout, all, any, every, each, fixed, given, the, a, an, point, points, some, such, that, nonzero, non- "
    "zero, real, arbitrary, vector, vectors, matrix, value, values, index, indices, of, both, generic, integer, "
    "integers, case, cases, number, numbers, first, now, further, moreover, additionally, also, say, diagonal, "
    "line, set, ray, curve, valley, manifold, hyperbola, parabola, circle, plane, surface, sphere, interval, "
    "segment, axis, subspace, half-line, domain, weights, parameters, direction, directions, perturbation, "
    "matrices, unit, symmetric, pair, positive"
)
VICINITY = ("near", "close to", "in a neighbourhood of", "in a neighborhood of")
# "Almost convex" is not convex.
WEAKENING = phrases("almost, nearly, locally, approximately, essentially, roughly, piecewise")
SETTING = frozenset(("set", "put", "take", "choose", "fix", "let", "assume", "have"))
GENERAL = frozenset(("a", "an", "any", "every", "each"))
OPENINGS = phrases("throughout, henceforth, always, here, that, first, now, further, moreover, additionally, also, say")
# Hypotheses have names: "under gradient flow", "under the assumption".
NAMED_HYPOTHESES = phrases("gradient, flow, assumption, constraint, condition, hypothesis, normalisation")
SCOPE_WORDS = {
    "unless": "unless",
    "only if": "only if",
    "iff": "iff",
    "if and only if": "iff",
    "exactly when": "iff",
    "precisely when": "iff",
    "exactly if": "iff",
}
ASSUMING = phrases(
    "suppose, suppose that, let us suppose, let us suppose that, assume, assume that, let us assume, "
    "let us assume that, assuming"
)
POINTS = phrases(
    "origin, zero, point, minimiser, minimizer, minimum, optimum, solution, saddle, maximiser, maximizer, "
    "maximum, boundary, vertex, kink, 0, infinity, limit"
)
RANKED = frozenset(
    f"{verb}{rank}"
    for verb in ("has ", "have ", "having ", "of ", "is of ", "being of ", "with ", "is ", "")
    for rank in ("full rank", "full column rank", "full row rank", "maximal rank", "rank")
    if verb or rank != "rank"
) - {"of rank", "is rank", "with rank", "has rank", "have rank", "having rank", "is of rank", "being of rank"} | {
    "has linearly independent columns",
    "have linearly independent columns",
    "having linearly independent columns",
    "with linearly independent columns",
    "are linearly independent",
    "being linearly independent",
    "is injective",
    "is one-to-one",
}
# Small words that do not part "of" or "in" from its formula.
TRANSPARENT = phrases("the, a, all, some, every, any, each, such, that, perturbation, class, true, block, blocks")
# Idioms with a preposition, which say nothing of a formula.
IDIOMS = phrases(
    "at once, at least, at most, at first, at all, at hand, at last, at the same time, for example, for instance, "
    "for short, for brevity, for simplicity, for convenience, for now, on the other hand, on the one hand, on "
    "average, as well as, as well, look at, looking at, arrive at, arrives at, and so on, no matter, with no loss "
    "of generality, no loss of generality"
)
LONGEST_PHRASE = 8
