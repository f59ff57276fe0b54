"""What a person declares: the loss and its name, shapes, sets and traits of names, and local definitions.

J(w) = sum(softplus(X @ w) - y * (X @ w))     the loss, in the loss language; its parameters in brackets
X: n, d                                       a shape
y: n in binary                                a shape and a set
lam: positive                                 a number and its set
S: n, n symmetric psd                         traits
p = sigmoid(X @ w)                            a definition
x_i: columns of X                             what x_i means; without it the rows
K >= 2                                        the least value of a size
model logistic labels=sign                    a model of the catalogue
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from symconvex.errors import LossError
from symconvex.language.read import names_in, parse_expression
from symconvex.problem import SETS, Expr, Problem, Shape, Symbol

MAX_LINES = 200
MAX_TEXT = 20_000
TRAITS = ("symmetric", "psd", "pd", "full-rank", "one-hot", "nonzero", "closed", "direction", "invertible")
HEAD = re.compile(r"([A-Za-z]\w{0,40})\s*\(\s*([A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)*)\s*\)\Z", re.ASCII)
NAME = re.compile(r"[A-Za-z]\w{0,40}\Z", re.ASCII)
SAMPLES = re.compile(r"([A-Za-z]\w*?)_[a-z]\s*:\s*(rows|columns)\s+of\s+([A-Za-z]\w*)\Z", re.ASCII)
LEAST = re.compile(r"([A-Za-z]\w*)\s*>=\s*(\d{1,2})\Z", re.ASCII)
INDEX = re.compile(r"index\s+(?:of|over)\s+([A-Za-z]\w*)\Z", re.ASCII)
COMMENT = re.compile(r"^\s*%+\s*symconvex:?(.*)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A declared name: shape, set of its entries, traits."""

    name: str
    shape: Shape = ()
    within: str = "real"
    traits: frozenset[str] = frozenset()
    index_of: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that is declared.

    heads         names of the loss; empty: any name that nothing else has
    parameters    what it is minimised over
    names         symbols by name
    definitions   names with a meaning in the loss language, in order
    samples       x -> (X, 0) when x_i is row i of X, (X, 1) for column i
    least         smallest values of sizes
    problem       the loss as a Problem, for the prover
    """

    heads: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    names: Mapping[str, Named] = field(default_factory=dict)
    loss: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    problem: Problem | None = None

    def sizes(self) -> tuple[str, ...]:
        """Named sizes in order of appearance."""
        found = [s for named in self.names.values() for s in (*named.shape, named.index_of) if s and isinstance(s, str)]
        return tuple(dict.fromkeys(found))

    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(Symbol(n.name, n.shape, n.within) for n in self.names.values())


def comment_block(tex: str) -> str:
    """The lines of `% symconvex:` comments of a file."""
    found, inside = [], False
    for line in tex.splitlines():
        match = COMMENT.match(line)
        if match:
            found.append(match[1])
            inside = True
        elif inside and line.lstrip().startswith("%"):
            found.append(line.lstrip().lstrip("%"))
        else:
            inside = False
    return "\n".join(found)


def read_declarations(text: str, base: Declared | None = None) -> Declared:
    """Read declaration lines on top of what is declared already.

    Fails    LossError on a line that is none of the forms above
    """
    declared = base or Declared()
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    if len(lines) > MAX_LINES:
        raise _unreadable(f"{len(lines)} lines", f"at most {MAX_LINES} lines")
    for line in lines:
        for part in filter(None, (piece.strip() for piece in line.split(";"))):
            declared = _with_line(declared, part)
    return declared


def _with_line(declared: Declared, line: str) -> Declared:
    if line.startswith(("model ", "model:")):
        return from_model(declared, line[6:].split())
    samples, least = SAMPLES.match(line), LEAST.match(line)
    if samples:
        pair = (samples[3], 0 if samples[2] == "rows" else 1)
        return replace(declared, samples={**declared.samples, samples[1]: pair})
    if least:
        return replace(declared, least={**declared.least, least[1]: int(least[2])})
    colon, equals = line.find(":"), line.find("=")
    if colon > 0 and (equals < 0 or colon < equals):
        return _with_names(declared, line[:colon], line[colon + 1 :])
    if equals > 0:
        return _with_formula(declared, line[:equals].strip(), line[equals + 1 :].strip())
    raise _unreadable(line, "J(w) = formula, NAME: SHAPE in SET, or NAME = formula")


def _with_names(declared: Declared, names: str, meaning: str) -> Declared:
    added = dict(declared.names)
    for name in (part.strip() for part in names.split(",")):
        if not NAME.match(name):
            raise _unreadable(f"{names}: {meaning}", "a name before the colon")
        added[name] = _named(name, meaning)
    return replace(declared, names=added)


def _named(name: str, meaning: str) -> Named:
    """Read "n, d in binary symmetric"; a word that is a set or a trait is no size."""
    index = INDEX.match(meaning.strip())
    if index:
        return Named(name, index_of=index[1])
    within, traits, sizes = "real", set(), list[str | int]()
    for word in meaning.replace(",", " ").replace("(", " ").replace(")", " ").split():
        if word in SETS:
            within = word
        elif word in TRAITS:
            traits.add(word)
        elif word.isdigit() and len(word) < 4:
            sizes.append(int(word))
        elif NAME.match(word) and word not in ("in", "a", "scalar", "number"):
            sizes.append(word)
    if len(sizes) > 2:
        raise _unreadable(f"{name}: {meaning}", "at most two sizes")
    return Named(name, tuple(sizes), within, frozenset(traits))


def _with_formula(declared: Declared, left: str, right: str) -> Declared:
    head = HEAD.match(left)
    if head:
        parameters = tuple(part.strip() for part in head[2].split(","))
        names = dict(declared.names)
        return replace(declared, heads=(head[1],), parameters=parameters, loss=right, names=names)
    if NAME.match(left):
        return replace(declared, definitions={**declared.definitions, left: right})
    raise _unreadable(f"{left} = {right}", "J(w) or a name on the left")


def from_model(declared: Declared, words: Iterable[str]) -> Declared:
    """A model of the catalogue with its options."""
    from symconvex.catalogue import load
    from symconvex.models._model import Model

    name, *rest = words
    model = load("symconvex.models", name.replace("-", "_"), "MODEL", Model)
    problem = model.problem(dict(part.split("=", 1) for part in rest if "=" in part))
    return from_problem(declared, problem)


def from_problem(declared: Declared, problem: Problem) -> Declared:
    """What a problem declares; names that are declared already keep their meaning."""
    symbols = (*problem.parameters, *problem.data)
    names = {s.name: Named(s.name, s.shape, s.within) for s in symbols}
    return replace(
        declared,
        names={**names, **declared.names},
        parameters=tuple(s.name for s in problem.parameters),
        loss=problem.text,
        problem=problem,
        least={**problem.least, **declared.least},
    )


def completed(declared: Declared) -> Declared:
    """Names that formulas use without a declaration are numbers."""
    texts = (declared.loss, *declared.definitions.values())
    used = dict.fromkeys(name for text in texts if text for name in names_in(text))
    known = {*declared.names, *declared.definitions, *declared.sizes()}
    names = dict(declared.names)
    for name in (*declared.parameters, *used):
        if name not in known:
            names[name] = Named(name)
    return replace(declared, names=names)


def problem_of(declared: Declared, wrt: tuple[str, ...] = ()) -> Problem | None:
    """The loss as the prover wants it: definitions written out, domains stated."""
    from symconvex.language.state import state

    if (declared.problem is not None and not wrt) or not declared.loss:
        return declared.problem
    chosen_parameters = wrt or declared.parameters
    text = written_out(declared.loss, declared.definitions)
    used = set(names_in(text)) | set(chosen_parameters)
    chosen = {name: named for name, named in declared.names.items() if name in used}
    positive = [name for name in chosen_parameters if chosen[name].within == "positive"]
    return state(
        text,
        wrt=list(chosen_parameters),
        shapes={name: named.shape for name, named in chosen.items()},
        sets={name: n.within for name, n in chosen.items() if n.within != "real" and name not in positive},
        positive=positive,
        least=dict(declared.least),
        name="loss",
    )


def written_out(text: str, definitions: Mapping[str, str]) -> str:
    """A formula with the names of definitions replaced by what they mean."""
    for _ in definitions:
        for name in names_in(text):
            if name in definitions and len(text) < MAX_TEXT:
                text = re.sub(rf"\b{name}\b", _replacement(definitions[name]), text)
    return text


def _replacement(text: str) -> str:
    """A bracketed formula as a replacement that re.sub takes literally."""
    return "(" + text.replace("\\", r"\\") + ")"


def shaped_expressions(declared: Declared) -> Iterator[tuple[str, Expr]]:
    """Every definition, and the loss under the name "", as a typed tree; definitions may stand in any order.

    Fails    UnknownName, LossError or ShapeError, for the first one that cannot be read
    """
    symbols = {symbol.name: symbol for symbol in declared.symbols()}
    waiting = dict(declared.definitions)
    while waiting:
        ready = [name for name, text in waiting.items() if not any(n in waiting for n in names_in(text))]
        for name in ready or list(waiting):
            expr = parse_expression(waiting.pop(name), symbols=tuple(symbols.values()))
            symbols[name] = Symbol(name, expr.shape)
            yield name, expr
    if declared.loss:
        yield "", parse_expression(declared.loss, symbols=tuple(symbols.values()))


def _unreadable(got: str, expected: str) -> LossError:
    return LossError(
        "a declaration cannot be read",
        where="the declarations",
        expected=expected,
        got=repr(got[:80]),
        hint="J(w) = sum((X @ w - y)**2)/2; X: n, d; w: d; y: n; lam: positive",
    )
