"""What a person declares: the loss and its name, shapes, sets and traits of names, and local definitions.

J(w) = sum(softplus(X @ w) - y * (X @ w))     the loss, in the loss language; its parameters in brackets
X: n, d                                       a shape
y: n in binary                                a shape and a set
lam: positive                                 a number and its set
S: n, n symmetric psd                         traits
p = sigmoid(X @ w)                            a definition
x_i: columns of X                             what x_i means; without it the rows
0 < x < 1                                     a condition: where the loss is spoken of
K >= 2                                        the least value of a size
model logistic labels=sign                    a model of the catalogue
phi = tanh                                    the name of a function
parameters: w, b                              what the loss is minimised over, where it is not said with it

`pieces` and `named` say how people may write them. Formulas that are not in the loss language are read as mathematics.
"""

import ast
import difflib
import importlib
import pkgutil
import re
from collections.abc import Iterable
from dataclasses import replace

from symconvex.errors import LossError, ModelError
from symconvex.handcheck.meaning.named import NAME, told
from symconvex.handcheck.meaning.pieces import (
    BARE,
    LOSS,
    OVER,
    RANKED,
    REMARK,
    ROWS,
    SAID,
    WRT,
    mathematics,
    multiplied,
    pieces,
)
from symconvex.handcheck.text.declared import Declared, Named, described
from symconvex.language.vocabulary import is_function
from symconvex.problem import Problem, Symbol

MAX_LINES = 200
# Letters that losses have; a function of another letter beside one of these is no loss.
LOSSES = ("J", "L", "f", "F", "ell", "l", "E", "C", "R", "Q", "NLL", "LL")
USUAL = ("w", "theta", "beta", "W", "x", "z", "u", "U", "v", "V", "b")
HEADS = (*LOSSES, "phi", "Phi")
HEAD = re.compile(r"([A-Za-z]\w{0,40})\s*\(\s*([A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)*)\s*\)\Z", re.ASCII)
SAMPLES = re.compile(r"([A-Za-z]\w*?)_[a-z]\s*:\s*(rows|columns)\s+of\s+([A-Za-z]\w*)\Z", re.ASCII)
LEAST = re.compile(r"([A-Za-z]\w*)\s*>=\s*(\d{1,9})\Z", re.ASCII)
EQUATION = re.compile(r"(?<![<>!=])=(?!=)")
# "x > 0" and "0 < x < 1" say of a name what a set says.
ABOVE = re.compile(r"(?:([A-Za-z]\w*)\s*(>=?)\s*0|0\s*(<=?)\s*([A-Za-z]\w*)(\s*<\s*1)?)\Z", re.ASCII)
WHERE = re.compile(r"\A(?:where|with|for|on|the|domain)\b[\s:]*(?:(?:the\s+)?domain\b[\s:]*)?", re.IGNORECASE)
ENTRY = re.compile(r"([A-Za-z]\w*?)_\{?([a-z])\}?\Z", re.ASCII)


def read_declarations(text: str, base: Declared | None = None) -> Declared:
    """Read declaration lines on top of what is declared already.

    Fails    LossError on a line that is none of the forms above
    """
    declared = base or Declared()
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    if len(lines) > MAX_LINES:
        raise _unreadable(f"{len(lines)} lines", f"at most {MAX_LINES} lines")
    found = [piece for line in lines for piece in pieces(line)]
    lefts = [EQUATION.split(piece)[0].rstrip(" :") for piece in found if EQUATION.search(piece)]
    heads = [head[1] for left in lefts if (head := HEAD.match(left))]
    bare = [left for left in lefts if left in LOSSES] if not (heads or declared.loss) else []
    loss = next((head for head in heads if head in LOSSES), (*heads, *bare, "")[0])
    for piece in sorted(found, key=_is_about_entries):
        declared = _with_piece(declared, piece, loss)
    return declared


def _is_about_entries(piece: str) -> bool:
    """What is said of y_i, and of a rank, is read after what is said of y."""
    if RANKED.match(piece):
        return True
    said = SAID.match(piece) or BARE.match(piece)
    return said is not None and ENTRY.match(said[1].split(",")[0].strip()) is not None


def _with_piece(declared: Declared, piece: str, loss: str) -> Declared:
    if piece == "model" or piece.startswith(("model ", "model:")):
        return from_model(declared, piece[6:].split())
    if remark := REMARK.search(piece):
        declared = replace(declared, unread=(*declared.unread, remark[1]))
        piece = piece[: remark.start()]
    samples, least, named, over = SAMPLES.match(piece), LEAST.match(piece), LOSS.match(piece), WRT.match(piece)
    if samples:
        return _with_samples(declared, samples[1], samples[3], 0 if samples[2] == "rows" else 1)
    if least and int(least[2]):
        number = max(int(least[2]), declared.least.get(least[1], 1))
        return replace(declared, least={**declared.least, least[1]: number})
    if over:
        return _with_parameters(declared, tuple(map(str.strip, over[1].split(","))))
    if ranked := RANKED.match(piece):
        return _with_rank(declared, ranked[1] or ranked[3], ranked[2], piece)
    if is_condition(condition := WHERE.sub("", piece)):
        return with_condition(declared, condition)
    equals, colon = EQUATION.search(piece), piece.find(":")
    if named:
        return _with_formula(declared, piece[named.end() :], loss, called=True)
    if equals and not 0 < colon < equals.start() - 1:
        return _with_formula(declared, piece, loss)
    said = SAID.match(piece) or BARE.match(piece)
    if said is None:
        return _without(declared, piece)
    for name in (part.strip() for part in said[1].split(",")):
        declared = _with_name(declared, name, " ".join(said.groups()[1:]))
    return declared


def is_condition(text: str) -> bool:
    """Are formulas of the loss language compared by size? Of entries y_i is spoken otherwise."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return False
    names = (part.id for part in ast.walk(tree) if isinstance(part, ast.Name))
    compares = isinstance(tree, ast.Compare) and all(
        isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE) for op in tree.ops
    )
    return compares and not any(ENTRY.match(name) for name in names)


def with_condition(declared: Declared, text: str) -> Declared:
    """A set for the one name that is > 0, >= 0, or between 0 and 1; else a condition on all names in it."""
    said = ABOVE.match(text.strip())
    if said is not None and (name := said[1] or said[4]):
        strict = "=" not in (said[2] or said[3])
        within = "unit" if said[5] and strict else "" if said[5] else "positive" if strict else "nonnegative"
        known = declared.names.get(name, Named(name)).within
        exact = declared.problem is not None and name in _symbols(declared.problem)
        if within and not exact and known in ("real", within) and name not in declared.definitions:
            return replace(declared, names={**declared.names, name: joined(declared, Named(name, within=within))})
    return replace(declared, where=(*declared.where, text.strip()))


def _with_samples(declared: Declared, letter: str, matrix: str, axis: int) -> Declared:
    if declared.samples.get(letter, (matrix, axis)) != (matrix, axis):
        raise contradiction(f"{letter}_i", "the other of rows and columns", f"of {matrix}")
    return replace(declared, samples={**declared.samples, letter: (matrix, axis)})


def _without(declared: Declared, piece: str) -> Declared:
    """What is not understood is a line of the answer; what may rest on it is not called false."""
    return replace(declared, unread=(*declared.unread, piece))


def _with_rank(declared: Declared, name: str, size: str | None, piece: str) -> Declared:
    """A matrix of full column rank: its rank is the number of its columns."""
    shape = declared.names[name].shape if name in declared.names else ()
    if len(shape) != 2 or (size is not None and size != str(shape[1])):
        return _without(declared, piece)
    ranked = Named(name, traits=frozenset(("full-rank",)))
    return replace(declared, names={**declared.names, name: joined(declared, ranked)})


def _with_parameters(declared: Declared, names: tuple[str, ...]) -> Declared:
    if declared.parameters and set(declared.parameters) != set(names):
        raise contradiction("what is minimised over", ", ".join(declared.parameters), ", ".join(names))
    return replace(declared, parameters=declared.parameters or names)


def _with_name(declared: Declared, name: str, meaning: str) -> Declared:
    entry = ENTRY.match(name)
    if rows := ROWS.search(meaning):
        declared = _with_samples(declared, rows[2] or name.lower(), name, 0 if rows[1] == "rows" else 1)
    try:
        new, left = told(entry[1] if entry else name, ROWS.sub("", meaning))
    except LossError as problem:
        return _without(
            declared, f"{name}: {meaning.strip()} ({problem.what}; try {problem.hint}; expected {problem.expected})"
        )
    declared = replace(declared, unread=(*declared.unread, f"{name}: {' '.join(left)}")) if left else declared
    if entry and len(new.shape) == 1:
        return _with_sample(declared, entry[1], new)
    known = declared.names.get(new.name)
    if entry and not new.shape and (known is None or not known.shape):
        new = replace(new, shape=(_samples_of(declared),))
    return replace(declared, names={**declared.names, new.name: joined(declared, new)})


def _samples_of(declared: Declared) -> str | int:
    """The size that counts samples: the first axis of data."""
    data = (named.shape for name, named in declared.names.items() if name not in declared.parameters)
    return next((shape[0] for shape in data if len(shape) == 2), "n")


def _with_sample(declared: Declared, letter: str, new: Named) -> Declared:
    """x_i in R^d are the rows of X, or its columns where its first size is d."""
    matrix = letter if len(declared.names.get(letter, new).shape) == 2 else letter[:1].upper() + letter[1:]
    known = declared.names.get(matrix)
    if known is not None and len(known.shape) == 2 and known.shape[0] == new.shape[0] != known.shape[1]:
        return _with_samples(declared, letter, matrix, 1)
    whole = replace(new, name=matrix, shape=(known.shape[0] if known and known.shape else "n", *new.shape))
    return replace(declared, names={**declared.names, matrix: joined(declared, whole)})


def joined(declared: Declared, told: Named) -> Named:
    """What is said of a name together with what was said before; the symbols of a model have said everything.

    Fails    LossError when the two contradict each other
    """
    known = declared.names.get(told.name)
    if told.name in declared.definitions:
        raise contradiction(told.name, declared.definitions[told.name], described(told))
    if known is None:
        return told
    exact = declared.problem is not None and told.name in _symbols(declared.problem)
    other_shape = told.shape not in ((), known.shape) and (known.shape or exact)
    other_set = told.within not in ("real", known.within) and (known.within != "real" or exact)
    if other_shape or other_set:
        raise contradiction(told.name, described(known), described(told))
    within = told.within if known.within == "real" else known.within
    index = told.index_of or known.index_of
    return Named(told.name, known.shape or told.shape, within, known.traits | told.traits, index)


def _symbols(problem: Problem) -> dict[str, Symbol]:
    return {symbol.name: symbol for symbol in (*problem.parameters, *problem.data)}


def _with_formula(declared: Declared, text: str, loss: str, *, called: bool = False) -> Declared:
    """A loss J(w) = ..., a function phi = tanh or phi(z) = ..., or a definition p = ..."""
    over = OVER.search(text) if called else None
    text = text[: over.start()] if over else text
    equals = EQUATION.search(text)
    left = text[: equals.start()].rstrip(" :") if equals else ""
    right = multiplied(text[equals.end() :].strip() if equals else text.strip())
    if called and not equals and over is None and (signed := HEAD.match(right)):  # "loss J(theta)": the text says which
        declared = _with_parameters(declared, tuple(map(str.strip, signed[2].split(","))))
        return replace(declared, heads=declared.heads or (signed[1],))
    head = HEAD.match(left)
    parameters = tuple(part.strip() for part in (over[1] if over else head[2] if head else "").split(",") if part)
    if called or left == loss or (head and (head[1] == loss or head[1] in LOSSES)):
        heads = (head[1],) if head else (left,) if left else ()
        return with_loss(declared, heads, parameters, right)
    if head:
        return replace(declared, written=(*declared.written, mathematics(text)))
    if not NAME.match(left):
        return _without(declared, text)
    if is_function(right):
        return replace(declared, names={**declared.names, left: joined(declared, Named(left, (right,)))})
    if left in declared.names and declared.loss:
        raise contradiction(left, described(declared.names[left]), text)
    known = declared.definitions.get(left, right)
    if not _is_same(known, right):
        raise contradiction(left, f"{left} = {known}", text)
    return replace(declared, definitions={**declared.definitions, left: right})


def with_loss(declared: Declared, heads: tuple[str, ...], parameters: tuple[str, ...], text: str) -> Declared:
    """The declarations with a loss; there is only one.

    Fails    LossError when another one, or other parameters, are declared already
    """
    if not declared.loss:
        return replace(declared, heads=heads, parameters=parameters or declared.parameters, loss=text, problem=None)
    said = f"{(*heads, *declared.heads, 'J')[0]}({', '.join(parameters or declared.parameters)}) = {text}"
    if not _is_same(declared.loss, text) or (parameters and set(parameters) != set(declared.parameters)):
        raise contradiction("the loss", loss_text(declared), said)
    if heads and declared.heads and heads != declared.heads:
        raise contradiction("the letter of the loss", loss_text(declared), said)
    return replace(declared, heads=declared.heads or heads)


def loss_text(declared: Declared) -> str:
    """The loss with its letter and its parameters."""
    return f"{(*declared.heads, 'J')[0]}({', '.join(declared.parameters)}) = {declared.loss}"


def _is_same(text: str, other: str) -> bool:
    return "".join(text.split()) == "".join(other.split())


def from_model(declared: Declared, words: Iterable[str]) -> Declared:
    """A model of the catalogue with its options.

    Fails    ModelError when there is no such model, or it does not take the options
    """
    from symconvex.catalogue import load
    from symconvex.models._model import Model

    name, *rest = [*words] or [""]
    model = load("symconvex.models", _catalogued(name).replace("-", "_"), "MODEL", Model)
    pairs = [part.partition("=") for part in rest]
    wrong = next((part for part, (key, _, value) in zip(rest, pairs, strict=True) if not (key and value)), None)
    if wrong is not None or len({key for key, _, _ in pairs}) < len(pairs):
        raise ModelError(
            f"the options of {name} cannot be read",
            where=f"model {' '.join([name, *rest])}"[:80],
            expected="NAME=VALUE, once for each name: " + ", ".join(option.name for option in model.options),
            got=repr((wrong or " ".join(rest))[:60]),
            hint=f"symconvex models -v, or {name} without options",
        )
    return from_problem(declared, model.problem({key: value for key, _, value in pairs}))


def _catalogued(name: str) -> str:
    """The name itself, when it is that of a model; nothing else is ever loaded."""
    path = importlib.import_module("symconvex.models").__path__
    files = (info.name for info in pkgutil.iter_modules(path))
    known = sorted(file.replace("_", "-") for file in files if not file.startswith("_"))
    if name in known:
        return name
    near = difflib.get_close_matches(name.lower().replace("_", "-"), known, n=1, cutoff=0.5)
    raise ModelError(
        f"there is no model called {name[:60]!r}",
        where="--model, or a model in a declaration",
        expected=f"one of {', '.join(known)}",
        got=name[:60] or "no name",
        hint=f"--model {near[0]}" if near else "symconvex models",
    )


def from_problem(declared: Declared, problem: Problem) -> Declared:
    """What a problem declares.

    Fails    LossError when something else is declared already
    """
    if declared.problem is not None and declared.problem != problem:
        raise contradiction("the model", loss_text(declared), problem.text)
    parameters = tuple(symbol.name for symbol in problem.parameters)
    told = with_loss(replace(declared, problem=None), (), parameters, problem.text)
    names = {name: Named(name, symbol.shape, symbol.within) for name, symbol in _symbols(problem).items()}
    exact = replace(told, names=names, problem=problem)
    names |= {name: joined(exact, named) for name, named in declared.names.items()}
    if taken := next((name for name in names if name in declared.definitions), ""):
        raise contradiction(taken, f"{taken} = {declared.definitions[taken]}", described(names[taken]))
    sizes = (*problem.least, *declared.least)
    least = {size: max(problem.least.get(size, 1), declared.least.get(size, 1)) for size in sizes}
    return replace(exact, names=names, least=least)


def contradiction(what: str, first: str, second: str) -> LossError:
    """Two declarations that cannot both hold."""
    return LossError(
        f"{what} is declared twice, and differently",
        where="the command line, --declare and the comments of the file",
        expected=f"{first[:200]}   as said first",
        got=second[:200],
        hint="take one of the two out; what the command line says comes first",
    )


def _unreadable(got: str, expected: str) -> LossError:
    return LossError(
        "a declaration cannot be read",
        where="the declarations",
        expected=expected,
        got=repr(got[:80]),
        hint="J(w) = sum((X @ w - y)**2)/2; X: n, d; w: d; y: n; lam: positive",
    )
