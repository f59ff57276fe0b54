"""Words of other libraries that have no meaning here, or no proof, and what to write instead.

Source   NIST DLMF, sections 5.11 (log gamma, digamma) and 5.12 (beta)
"""

import re
from collections.abc import Mapping, Sequence

from symconvex.problem import Problem

# Functions of which nothing is known here, and what is close to their values for x, y > 0.
UNPROVED: Mapping[str, str] = {
    "lgamma": "({x} - 1/2)*log({x}) - {x} + log(2*pi)/2",
    "gamma": "exp(({x} - 1/2)*log({x}) - {x})*(2*pi)**(1/2)",
    "factorial": "exp(({x} + 1/2)*log({x}) - {x})*(2*pi)**(1/2)",
    "digamma": "log({x}) - 1/(2*{x})",
    "trigamma": "1/{x} + 1/(2*{x}**2)",
    "betaln": "({x} - 1/2)*log({x}) + ({y} - 1/2)*log({y}) - ({x} + {y} - 1/2)*log({x} + {y}) + log(2*pi)/2",
    "beta": "",
    "polygamma": "",
    "zeta": "",
    "erfinv": "",
    "lambertw": "",
    "sinc": "",
}
# Letters that proofs write for functions, and what the language calls these.
LETTERS: Mapping[str, str] = {"sigma": "sigmoid", "Phi": "normcdf", "phi": "normpdf"}
JUMPS = "what jumps has no proof here; a smooth step is sigmoid(x)"
SYMMETRIC = (
    "of a symmetric matrix write each entry once: [[a, b], [b, c]], in a, b, c, "
    'with --where "a > 0" --where "a*c - b**2 > 0"'
)
OF_MATRIX = re.compile(r"\b(?:det|log_?det|inv|inverse|solve)\b")
INSTEAD: Mapping[str, str] = {
    "svd": "the sum of the singular values is norm(W, 'nuc'), the largest norm(W, 2)",
    "svdvals": "the sum of the singular values is norm(W, 'nuc'), the largest norm(W, 2)",
    "slogdet": "write logdet(A) for slogdet(A)[1]",
    "cholesky": SYMMETRIC,
    "eig": "of a symmetric matrix write eigvalsh(S), lambda_max(S) or lambda_min(S)",
    "eigh": "write eigvalsh(S), lambda_max(S) or lambda_min(S)",
    "eigvals": "of a symmetric matrix write eigvalsh(S), lambda_max(S) or lambda_min(S)",
    "eigvalsh_tridiagonal": "write eigvalsh(S), lambda_max(S) or lambda_min(S)",
    "cond": "write lambda_max(S)/lambda_min(S)",
    "pinv": "write inv(A.T @ A) @ A.T",
    "lstsq": "write sum((A @ x - b)**2) and ask for x",
    "argmax": "a place jumps from one entry to another; the largest entry is max(x), a smooth choice softmax(x)",
    "argmin": "a place jumps from one entry to another; the smallest entry is min(x), a smooth choice softmax(-x)",
    "argsort": "a place jumps from one entry to another; the largest entry is max(x), the smallest min(x)",
    "sort": "the largest entry is max(x), the smallest min(x)",
    "median": "the median is the best m of sum(abs(x - m)): ask for that",
    "quantile": "a quantile is the best m of sum(max(q*(x - m), (q - 1)*(x - m))): ask for that",
    "round": JUMPS,
    "rint": JUMPS,
    "floor": JUMPS,
    "ceil": JUMPS,
    "trunc": JUMPS,
    "mod": JUMPS,
    "count_nonzero": "a count jumps; sum(abs(x)) is its convex stand-in",
    "kron": "outer(a, b) holds all products of entries of two vectors",
    "matrix_power": "write A @ A",
    "expm": "declare the matrix that it is as data",
    "logm": "declare the matrix that it is as data",
    "fft": "a linear map: declare its matrix as data F and write F @ x",
    "rfft": "a linear map: declare its matrix as data F and write F @ x",
    "dct": "a linear map: declare its matrix as data F and write F @ x",
    "interp": "write the pieces: where(x < 0, 0, x)",
    "trapz": "write sum((y[1:] + y[:-1])/2)",
    "tensordot": "write A @ B, or sum(A*B) for every entry",
    "swapaxes": "write A.T",
    "permute": "write A.T",
    "batch_norm": "write (X - mean(X, axis=0))/std(X, axis=0)",
    "dropout": "declare its zeros and ones as data M and write M*X",
}


def close_to(name: str, args: Sequence[str]) -> str:
    """What to write for a function without a proof, with the arguments as they stand in the text."""
    close, inner = UNPROVED[name], dict(zip("xy", args, strict=False))
    if set(inner) != {letter for letter in "xy" if f"{{{letter}}}" in close}:
        return "where its argument is data any numbers stand for it: declare them as data"
    return f"close to it where {' and '.join(f'{arg} > 0' for arg in args)} is {close.format(**inner)}"


def symmetric_instead(problem: Problem) -> str:
    """What to write for the determinant or the inverse of a matrix of parameters: nothing says that it is symmetric."""
    square = any(len(p.shape) == 2 and p.shape[0] == p.shape[1] for p in problem.parameters)
    return SYMMETRIC if square and OF_MATRIX.search(problem.text) else ""
