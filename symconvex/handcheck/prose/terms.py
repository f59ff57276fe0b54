"""What sentences speak of, and what they say of it: nouns, properties, and verbs that claim by themselves."""

from collections.abc import Mapping


def phrases(text: str) -> frozenset[str]:
    """Phrases separated by commas."""
    return frozenset(one.strip() for one in text.split(","))


def table(rows: Mapping[str, str]) -> Mapping[str, str]:
    """Phrases separated by commas, each with what it means."""
    return {phrase.strip(): meaning for meaning, phrases in rows.items() for phrase in phrases.split(",")}


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
    [
        "proves",
        "prove",
        "proving",
        "shows",
        "showing",
        "establishes",
        "establish",
        "establishing",
        "implies",
        "imply",
        "implying",
        "gives",
        "yields",
        "yield",
        "shown",
        "proved",
        "proven",
        "established",
        "means",
        "follows",
        "follow",
        "guarantees",
        "ensures",
    ]
)
NOUNS = table(
    {
        "hessian": "hessian, hessian matrix, hessians, curvature matrix, matrix of second derivatives",
        "gradient": "gradient, gradient vector",
        "second derivative": "second derivative, second derivatives, second directional derivative, curvature",
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
ADJECTIVES = table(
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
CLAIMING = table(
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
BLOCKS = table(
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
) - {
    "smooth",
    "regular",
    "diagonal",
    "linear",
    "constant",
    "identity",
    "even",
    "odd",
    "unique",
    "increasing",
    "the identity",
}
