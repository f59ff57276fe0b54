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
        "that is, in other words, i.e, as a consequence, in particular",
        "because": "because, since, using, by, due to, owing to, noting that, and since, and because",
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
        "as soon as",
        "on",
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
        "exactly when",
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
        "at the origin",
        "at every stationary point",
        "at any minimiser",
        "at every global minimum",
    ]
)
EXISTING = frozenset(
    ["there is", "there exists", "there are", "there exist", "there is a", "there exists a", "we can find"]
)
VERBS = frozenset(
    ["is", "are", "be", "becomes", "remains", "was", "being", "equals", "reads", "stays", "must be", "being a"]
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
        "nowhere",
        "fails to be",
        "need not be",
        "no",
    ]
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
        "diagonal entries": "diagonal entries, diagonal elements, both diagonal entries, diagonal",
        "off-diagonal entries": "off-diagonal entries, off-diagonal elements",
        "minors": "leading principal minors, principal minors, leading minors",
        "minimiser": "minimiser, minimizer, global minimiser, global minimizer, minimum, solution, optimum",
        "loss": "loss, objective, cost, cost function, objective function, loss function, criterion, log-likelihood, "
        "negative log-likelihood, likelihood",
        "function": "function, map, mapping",
        "bracket": "bracket, expression, term, factor, coefficient",
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
        "quasiconvex": "quasiconvex, quasi-convex",
        "affine": "affine, linear",
        "psd": "positive semidefinite, positive semi-definite, psd, nonnegative definite, non-negative definite, "
        "positive semi definite",
        "pd": "positive definite, positive-definite, strictly positive definite",
        "nsd": "negative semidefinite, negative semi-definite",
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
        "unique": "has a unique minimiser, has a unique minimizer, has a unique minimum, has exactly one minimiser",
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
LONGEST_PHRASE = 6
