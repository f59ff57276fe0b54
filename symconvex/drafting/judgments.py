"""Judgments and hypotheses of the kernel as values: the only place outside the kernel where they are made."""

from symconvex.kernel.statement import Given, Judgment
from symconvex.kernel.term import Index, Sym, Term


def positive(term: Term) -> Judgment:
    """term > 0"""
    return Judgment("positive", "", term)


def nonneg(term: Term) -> Judgment:
    """term >= 0"""
    return Judgment("nonneg", "", term)


def sign(kind: str, term: Term) -> Judgment:
    """positive or nonneg"""
    return Judgment(kind, "", term)


def definite(term: Term) -> Judgment:
    """term > 0 unless the direction is zero"""
    return Judgment("definite", "", term)


def curvature(term: Term) -> Judgment:
    """The term is the second derivative of the loss along the direction."""
    return Judgment("curvature", "", term)


def affine(term: Term) -> Judgment:
    """Affine in the parameters."""
    return Judgment("affine", "", term)


def convex(term: Term) -> Judgment:
    """Convex in the parameters."""
    return Judgment("convex", "", term)


def strict(term: Term) -> Judgment:
    """Strictly convex in the parameters."""
    return Judgment("strict", "", term)


def gap(word: str, term: Term) -> Judgment:
    """If the loss is convex (concave, quasiconvex), then term <= 0."""
    return Judgment("gap", word, term)


def loss(word: str, constant: Term | None = None) -> Judgment:
    """A claim about the loss."""
    return Judgment("loss", word, constant)


def is_zero(name: str) -> Given:
    """Every entry of the data is 0."""
    return Given("zero", name, "", None)


def is_nonzero(name: str, witness: Index) -> Given:
    """The row at the witness is not 0."""
    return Given("nonzero", name, str(witness), None)


def injective_affine(matrix: str) -> Given:
    """[X 1] has full column rank."""
    return Given("injective_affine", matrix, "", None)


def null_affine(matrix: str, vector: str) -> Given:
    """The matrix takes the vector, which is not 0, to equal numbers."""
    return Given("null_affine", matrix, vector, None)


def injective(matrix: str) -> Given:
    """Full column rank."""
    return Given("injective", matrix, "", None)


def null(matrix: str, vector: str) -> Given:
    """The matrix takes the vector, which is not 0, to 0."""
    return Given("null", matrix, vector, None)


def spectral(bound: str, matrix: str) -> Given:
    """The bound is the largest eigenvalue of X'X."""
    return Given("spectral", matrix, bound, None)


def spectral_least(bound: str, matrix: str) -> Given:
    """The bound is the smallest eigenvalue of X'X."""
    return Given("spectral_least", matrix, bound, None)


def attained(vector: str, bound: str, matrix: str) -> Given:
    """The vector is an eigenvector for the bound."""
    return Given("attained", matrix, vector, Sym(bound))


def real(name: str) -> Given:
    """The name is a number."""
    return Given("real", "", name, None)


def given_positive(term: Term) -> Given:
    """term > 0"""
    return Given("positive", "", "", term)


def given_nonneg(term: Term) -> Given:
    """term >= 0"""
    return Given("nonneg", "", "", term)
