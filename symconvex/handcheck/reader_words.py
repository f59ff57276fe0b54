"""The words around formulas that say what a formula or sentence is: a definition, a reason, a condition, a claim."""

from collections.abc import Mapping


def _table(rows: Mapping[str, str]) -> Mapping[str, str]:
    """Phrases separated by commas, each with what it means."""
    return {phrase.strip(): meaning for meaning, phrases in rows.items() for phrase in phrases.split(",")}


LINKS = _table(
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
DEFINING = frozenset(
    [
        "let",
        "put",
        "write",
        "set",
        "define",
        "denote",
        "where",
        "with",
        "introduce",
        "forward",
        "abbreviate",
        "call",
        "setting",
        "writing",
        "denoting",
        "letting",
        "defining",
        "given",
        "here",
        "fix",
        "consider",
        "for the forward pass",
        "we write",
        "recall",
    ]
)
MEANING = frozenset(
    [
        "shorthand for",
        "short for",
        "notation for",
        "stands for",
        "denotes",
        "means",
        "abbreviates",
        "is written as",
        "is written",
        "refers to",
        "the shorthand for",
        "usual shorthand for",
    ]
)
# Directly after a formula these make it a hypothesis of the next one.
IMPLYING = frozenset(
    [
        "implies",
        "implies that",
        "forces",
        "means",
        "means that",
        "would imply",
        "would mean",
        "would force",
    ]
)
# ... unless the formula was named as a fact before.
ASSERTED = frozenset(["identity", "bound", "equation", "fact", "inequality", "relation", "formula", "estimate"])
CONDITIONAL = frozenset(
    [
        "if",
        "for",
        "when",
        "whenever",
        "provided",
        "provided that",
        "assuming",
        "suppose",
        "suppose that",
        "let us suppose",
        "let us suppose that",
        "assume",
        "assume that",
        "let us assume",
        "let us assume that",
        "as soon as",
        "on",
        "along",
        "for all",
        "for every",
        "for any",
        "for each",
        "at",
        "unless",
        "as long as",
        "under",
        "everywhere on",
        "only if",
        "if and only if",
        "iff",
        "exactly when",
        "precisely when",
        "exactly if",
        "over",
        "on all of",
        "all over",
    ]
)
SCOPES = frozenset(
    [
        "for every data set",
        "for all data sets",
        "for any data set",
        "for any data",
        "for all data",
        "in general",
        "for every data",
        "everywhere",
        "for every dataset",
        "for any dataset",
        "for all datasets",
        "in all cases",
        "always",
        "for every choice of the data",
        "there",
        "for all parameters",
        "for all values",
        "for every value",
        "at every global minimiser",
        "at every minimiser",
        "at every global minimizer",
        "at every point",
        "at each point",
        "at every stationary point",
        "at any minimiser",
        "at every global minimum",
    ]
)
EXISTING = frozenset(
    ["there is", "there exists", "there are", "there exist", "there is a", "there exists a", "we can find"]
)
VERBS = frozenset(
    [
        "is",
        "are",
        "be",
        "becomes",
        "become",
        "remains",
        "remain",
        "was",
        "were",
        "being",
        "equals",
        "equal",
        "reads",
        "stays",
        "must be",
        "being a",
        "is given by",
        "are given by",
        "is equal to",
        "are equal to",
        "is found to be",
        "turns out to be",
        "isn't",
        "aren't",
        "wasn't",
    ]
)
FINITE = frozenset(["is", "are", "was", "were", "becomes", "equals", "remains", "stays", "reads"])
# Any of these makes a sentence of words with a property word in them.
ANY_VERB = frozenset(
    "is are be becomes become remains remain was were being equals equal has have had holds hold follows follow proves "
    "prove shows show implies imply gives give yields yield establishes establish isn't aren't wasn't exists exist "
    "attains attain conclude say means mean lacks lack admits admit".split()
)
NEGATIONS = frozenset(
    [
        "not",
        "never",
        "no longer",
        "neither",
        "nor",
        "cannot",
        "isn't",
        "aren't",
        "wasn't",
        "doesn't",
        "don't",
        "can't",
        "needn't",
        "nowhere",
        "fails to be",
        "fail to be",
        "need not be",
        "no",
        "hardly",
        "scarcely",
        "rarely",
        "seldom",
    ]
)
# "It is not hard to see that ..." denies nothing.
HARMLESS = frozenset("hard difficult surprising only just needed necessary enough too so merely".split())
# Between a negation and the formula that it denies.
DENIABLE = frozenset(
    "have has hold equal get obtain true that the case be say conclude imply mean follow a an by given to".split()
)
# What stands after a formula or claim and takes it back.
DENIED = frozenset(
    [
        "is wrong",
        "is false",
        "is incorrect",
        "is not correct",
        "is not true",
        "is untrue",
        "are wrong",
        "are false",
        "would be wrong",
        "would be false",
        "is impossible",
        "is not possible",
        "is violated",
        "never holds",
        "never hold",
        "hardly holds",
        "hardly ever holds",
        "does not hold",
        "do not hold",
        "doesn't hold",
        "don't hold",
        "cannot hold",
        "cannot both hold",
        "cannot be true",
        "no longer holds",
        "need not hold",
        "fails",
        "fail",
        "fails to hold",
        "exclude each other",
        "exclude one another",
        "contradict each other",
        "are incompatible",
    ]
)
# What stands before a statement and takes it back; "false" is its negation, "open" leaves it undecided.
DENYING = _table(
    {
        "false": "it is false that, it is not true that, it is not the case that, it is wrong that",
        "open": "it would be wrong to say that, it would be wrong to, it is wrong to say that, it is wrong to, "
        "it is a mistake to say that, it is a mistake to, we do not have, we don't have, we cannot have, "
        "we cannot conclude that, we cannot conclude, we cannot say that, one cannot conclude that, one cannot say "
        "that, does not imply, does not imply that, does not mean that, does not mean, does not show, does not show "
        "that, does not prove, does not prove that, does not establish, do not imply, do not imply that, doesn't "
        "imply, doesn't mean, does not follow that, it is unclear whether, it is not clear that, it is not known "
        "whether, whether, one might think that, one may think that, one might expect that, it is tempting to say "
        "that, cannot imply, need not imply, need not mean",
    }
)
TASKS = frozenset(
    [
        "prove that",
        "show that",
        "prove",
        "show",
        "verify that",
        "exercise",
        "please prove that",
        "please show that",
        "we want to show",
        "we want to prove",
        "we have to show",
        "we have to prove",
        "we need to show",
        "we need to prove",
        "it remains to show",
        "it remains to prove",
        "to show",
        "to show that",
        "to prove",
        "to prove that",
        "in order to show",
        "in order to prove",
        "our goal is to show",
        "the goal is to show",
    ]
)
IMPERATIVES = frozenset(["prove that", "show that", "prove", "show", "verify that", "to show", "to prove"]) | {
    "to show that",
    "to prove that",
    "exercise",
}
# Words that may stand between "for" or "at" and its formula.
FILLERS = frozenset(
    "all any every each fixed given the a an point points some such that nonzero non-zero real arbitrary vector vectors "
    "matrix value values index indices of both generic integer integers case cases number numbers first now further "
    "moreover additionally also say every diagonal line set ray interval segment axis subspace half-line domain "
    "weights parameters".split()
)
OPENINGS = frozenset(("that", "first", "now", "further", "moreover", "additionally", "also", "say"))
# Hypotheses have names: "under gradient flow", "under the assumption".
NAMED_HYPOTHESES = frozenset("gradient flow assumption constraint condition hypothesis normalisation".split())
SCOPE_WORDS = {
    "unless": "unless",
    "only if": "only if",
    "iff": "iff",
    "if and only if": "iff",
    "exactly when": "iff",
    "precisely when": "iff",
    "exactly if": "iff",
}
ASSUMING = frozenset(one for one in CONDITIONAL if one.split()[-1] in ("suppose", "assume", "assuming", "that")) - {
    "provided that"
}
POINTS = frozenset(
    "origin zero point minimiser minimizer minimum optimum solution saddle maximiser maximizer maximum boundary vertex "
    "kink 0 infinity limit".split()
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
# A property as a noun: "this proves the convexity of J".
ABSTRACT = {
    "convexity": "convex",
    "strict convexity": "strictly convex",
    "strong convexity": "strongly convex",
    "joint convexity": "convex",
    "concavity": "concave",
    "strict concavity": "strictly concave",
    "nonconvexity": "not convex",
    "non-convexity": "not convex",
    "positive semidefiniteness": "psd",
    "positive definiteness": "pd",
    "indefiniteness": "indefinite",
    "uniqueness": "unique",
}
PROVING = frozenset(
    "proves prove proving shows showing establishes establish establishing implies imply implying gives yields yield "
    "shown proved proven established means follows follow guarantees ensures".split()
)

NOUNS = _table(
    {
        "hessian": "hessian, hessian matrix, hessians, curvature matrix, matrix of second derivatives",
        "gradient": "gradient, gradient vector",
        "second derivative": "second derivative, second derivatives, curvature",
        "derivative": "derivative, first derivative",
        "determinant": "determinant",
        "trace": "trace",
        "eigenvalues": "eigenvalues, eigenvalue, both eigenvalues, all eigenvalues, every eigenvalue",
        "smallest eigenvalue": "smallest eigenvalue, least eigenvalue, minimal eigenvalue, lowest eigenvalue",
        "largest eigenvalue": "largest eigenvalue, greatest eigenvalue, maximal eigenvalue, biggest eigenvalue",
        "one eigenvalue": "one eigenvalue, an eigenvalue, some eigenvalue, one of the eigenvalues",
        "diagonal entries": "diagonal entries, diagonal elements, both diagonal entries, diagonal",
        "off-diagonal entries": "off-diagonal entries, off-diagonal elements, off-diagonal entry",
        "block": "block, blocks, diagonal block, diagonal blocks, off-diagonal block, off-diagonal blocks",
        "entry": "entry, component, components, coordinate, coordinates, column, columns, row, rows, diagonal entry",
        "minors": "leading principal minors, principal minors, leading minors",
        "minimiser": "minimiser, minimizer, global minimiser, global minimizer, minimum, solution, optimum",
        "lipschitz constant": "lipschitz constant, smoothness constant",
        "modulus": "modulus of strong convexity, modulus, strong convexity constant",
        "loss": "loss, objective, cost, cost function, objective function, loss function, criterion, log-likelihood, "
        "negative log-likelihood, likelihood, problem, training problem, optimisation problem, optimization problem",
        "function": "function, map, mapping",
        "bracket": "bracket, expression, factor, coefficient",
        "term": "term, summand",
        "part": "part, piece, portion",
        "both": "both",
        "matrix": "matrix",
        "weights": "weights, entries, summands, terms, factors",
        "stationary point": "stationary point, critical point, stationary points",
    }
)

ADJECTIVES = _table(
    {
        "strictly convex": "strictly convex",
        "strongly convex": "strongly convex",
        "convex": "convex, jointly convex, biconvex, separately convex, convex function, blockwise convex",
        "strictly concave": "strictly concave",
        "concave": "concave, jointly concave",
        "not convex": "nonconvex, non-convex",
        "quasiconvex": "quasiconvex, quasi-convex",
        "affine": "affine, linear",
        "psd": "positive semidefinite, positive semi-definite, psd, nonnegative definite, non-negative definite, "
        "positive semi definite, p.s.d, positive-semidefinite",
        "pd": "positive definite, positive-definite, strictly positive definite, p.d, spd, s.p.d, "
        "symmetric positive definite",
        "nsd": "negative semidefinite, negative semi-definite, n.s.d",
        "nd": "negative definite",
        "indefinite": "indefinite",
        "singular": "singular, not invertible, rank-deficient, rank deficient",
        "invertible": "invertible, nonsingular, non-singular, regular",
        "symmetric": "symmetric",
        "diagonal": "diagonal",
        "identity": "the identity, the identity matrix, identity",
        "nonnegative": "nonnegative, non-negative, at least zero",
        "positive": "positive, strictly positive",
        "nonpositive": "nonpositive, non-positive",
        "negative": "negative, strictly negative",
        "zero": "zero, equal to zero",
        "unique": "unique",
        "bounded below": "bounded below, bounded from below",
        "not bounded below": "unbounded below, unbounded from below, not bounded below",
        "increasing": "increasing, monotonically increasing",
        "decreasing": "decreasing, monotonically decreasing",
        "even": "even",
        "odd": "odd",
        "differentiable": "differentiable, continuously differentiable, smooth",
        "twice differentiable": "twice differentiable, twice continuously differentiable",
        "continuous": "continuous",
        "lipschitz": "lipschitz, lipschitz continuous",
        "stationary": "stationary, a stationary point, a critical point",
        "constant": "constant",
    }
)
# Full verbs that claim by themselves: "attains its minimum", "vanishes".
CLAIMING = _table(
    {
        "attained": "attains its minimum, attains a minimum, has a minimiser, has a minimizer, attains its infimum",
        "not attained": "has no minimiser, has no minimizer, has no global minimiser, has no global minimizer, "
        "does not attain its minimum, does not attain its infimum, does not have a minimiser, does not have a "
        "minimizer",
        "unique": "has a unique minimiser, has a unique minimizer, has a unique minimum, has exactly one minimiser, "
        "has exactly one minimizer, has at most one minimiser, has at most one minimizer, is the unique minimiser, "
        "is the unique minimizer, is the unique global minimiser, is the unique global minimizer, "
        "is the only minimiser, is the only minimizer",
        "zero": "vanishes, vanish",
        "exists": "exists, always exists",
    }
)
BLOCKS = _table(
    {
        "separate": "in each block, separately, in each argument, in each factor, in each of, blockwise, biconvex, "
        "in every block, in each variable, in each parameter, separately convex, blockwise convex, block-wise",
        "joint": "jointly, jointly convex, jointly concave, in all variables, simultaneously",
    }
)
SUBJECTLESS = frozenset(
    [
        "convex",
        "strictly convex",
        "strongly convex",
        "concave",
        "psd",
        "pd",
        "nsd",
        "nd",
        "indefinite",
        "unique",
        "attained",
    ]
)
# Words that say that a sentence claims something which must not be passed over.
PROPERTY_WORDS = frozenset(
    [*ADJECTIVES, *ABSTRACT, "minimiser", "minimizer", "eigenvalue", "eigenvalues", "determinant", "trace"]
) - {"smooth", "regular", "diagonal", "linear", "constant", "identity", "even", "odd", "unique", "increasing", "the identity"}
# Small words that do not part "of" or "in" from its formula.
TRANSPARENT = frozenset("the a all some every any each such that perturbation class true block blocks".split())
# Idioms with a preposition, which say nothing of a formula.
IDIOMS = frozenset(
    [
        "at once",
        "at least",
        "at most",
        "at first",
        "at all",
        "at hand",
        "at last",
        "at the same time",
        "for example",
        "for instance",
        "for short",
        "for brevity",
        "for simplicity",
        "for convenience",
        "for now",
        "on the other hand",
        "on the one hand",
        "on average",
        "as well as",
        "as well",
        "look at",
        "looking at",
        "arrive at",
        "arrives at",
        "and so on",
        "no matter",
    ]
)
LONGEST_PHRASE = 8
