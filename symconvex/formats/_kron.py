"""The Hessian of a matrix parameter as text: a sum over the samples of Kronecker products."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from symconvex.formats._rows import TEX, Look, Row
from symconvex.language.printing.texwords import size_tex
from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.closed.kronecker import Summand

INDEX = "i"


def kronecker_rows(derivation: "Derivation", look: Look, formula: Callable[[Expr], str]) -> Iterator[Row]:
    """hess = sum(kron(diag(P[i]) - outer(P[i], P[i]), outer(X[i], X[i])) for i in range(n)), where it has this form."""
    summands = derivation.kronecker
    if not summands:
        return
    write = _in_tex if look is TEX else _in_numpy
    yield look.hessian, write(summands, formula, derivation.problem.parameters[0].shape)


def kronecker_note(derivation: "Derivation") -> str:
    """In which order the entries of the parameter are taken; empty without such a Hessian."""
    (name, *_), known = [symbol.name for symbol in derivation.problem.parameters], derivation.kronecker
    return f"the Hessian is taken in the rows of {name} one behind the other" if known else ""


def _in_numpy(summands: "tuple[Summand, ...]", formula: Callable[[Expr], str], shape: tuple[object, ...]) -> str:
    rows, size = shape

    def row(expr: Expr) -> str:
        text = formula(expr)
        return f"{text}[{INDEX}]" if expr.op == "name" else f"({text})[{INDEX}]"

    def block(part: "Summand") -> str:
        if part.weights is None:
            return f"eye({rows})"
        return f"outer({row(part.weights)}, {row(part.weights)})" if part.rank_one else f"diag({row(part.weights)})"

    inputs = next((part.inputs for part in summands if part.inputs is not None), None)
    blocks = [(formula(part.scale), block(part)) for part in summands if part.inputs is not None]
    texts = list[str]()
    if inputs is not None:
        over = inputs.shape[0]
        texts.append(
            f"sum(kron({_added(blocks, '*')}, outer({row(inputs)}, {row(inputs)})) for {INDEX} in range({over}))"
        )
    texts += [f"{formula(part.scale)}*eye({rows}*{size})" for part in summands if part.inputs is None]
    return " + ".join(texts)


def _in_tex(summands: "tuple[Summand, ...]", formula: Callable[[Expr], str], _shape: tuple[object, ...]) -> str:
    def row(expr: Expr) -> str:
        text = formula(expr)
        return f"{text}_{{{INDEX}}}" if expr.op == "name" else f"({text})_{{{INDEX}}}"

    def block(part: "Summand") -> str:
        if part.weights is None:
            return "I"
        vector = row(part.weights)
        return f"{vector} {vector}^{{\\mathsf T}}" if part.rank_one else f"\\operatorname{{diag}}({vector})"

    inputs = next((part.inputs for part in summands if part.inputs is not None), None)
    blocks = [(formula(part.scale), block(part)) for part in summands if part.inputs is not None]
    texts = list[str]()
    if inputs is not None:
        x, n = row(inputs), size_tex(inputs.shape[0])
        inner = _added(blocks, "\\,")
        inner = f"\\bigl({inner}\\bigr)" if len(blocks) > 1 else inner
        texts.append(f"\\sum_{{{INDEX}=1}}^{{{n}}} {inner} \\otimes {x} {x}^{{\\mathsf T}}")
    texts += [f"{formula(part.scale)}\\, I" for part in summands if part.inputs is None]
    return " + ".join(texts)


def _added(blocks: list[tuple[str, str]], times: str) -> str:
    """s A - t B."""
    text = ""
    for scale, block in blocks:
        sign, factor = ("-", scale[1:]) if scale.startswith("-") else ("+", scale)
        shown = block if factor == "1" else f"{factor}{times}{block}"
        text += f" {sign} {shown}" if text else (shown if sign == "+" else f"-{shown}")
    return text
