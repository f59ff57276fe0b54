"""What to try for a loss that cannot be read, found with all that is declared: the hint of an error that works.

Xw - y, with X and w declared            X @ w - y
\\sum_i (x_i^\\top w - y_i)^2              sum((x[i].T @ w - y[i])**2 for i in range(n)); x: (n, d), w: (d,), y: (n,)
X @ w, with w: (n,) by mistake           w: (d,)
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from symconvex.errors import LossError, ShapeError, SymconvexError, UnknownName
from symconvex.language.apart import WORD, apart, factors, product
from symconvex.language.fitting import fitting, refitted
from symconvex.language.letters import ALONE
from symconvex.language.mending import sum_over, whole
from symconvex.language.place import Place, written
from symconvex.language.read import parse_expression, require_scalar
from symconvex.language.syntax import clean, parse_syntax
from symconvex.language.vocabulary import names_in, reserved
from symconvex.problem import Shape, Symbol

COUNTED = re.compile(r"\brange\((\w+)\)")


@dataclass(frozen=True, slots=True)
class Declarations:
    """What a question declares: its parameters, shapes and sets."""

    wrt: Sequence[str]
    shapes: Mapping[str, Shape]
    sets: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """Every name that is declared, the sizes in shapes apart."""
        return list(dict.fromkeys((*self.shapes, *self.wrt, *self.sets)))

    def reads(self, formula: str, shapes: Mapping[str, Shape]) -> bool:
        """Is the formula one number with these shapes?"""
        try:
            names = {*names_in(formula, shapes), *self.names}
            sizes = {size for shape in shapes.values() for size in shape}
            symbols = [Symbol(name, tuple(shapes.get(name, ()))) for name in names if name not in sizes]
            require_scalar(parse_expression(formula, symbols=tuple(symbols)), formula)
        except SymconvexError:
            return False
        return {*self.wrt} <= names and not {*shapes} - names


def advised(problem: LossError, text: str, given: Declarations) -> LossError:
    """The error with a hint that was tried out, where one was found; else the same error."""
    line = clean(text)
    split = apart(line, _factors(line, given), _guessed(given, line))
    formula, slip = _formula(split, problem)
    if not formula:
        return problem if split == line or slip is None else _with_hint(problem, slip.hint)
    if formula == line:
        said = _declared(problem, formula, given)
        return _with_hint(problem, said) if said else problem
    formula = _counted(formula, given)
    found = {} if given.reads(formula, given.shapes) else _fitted(formula, given)
    missing = f"; {_declare(found)}" if found else ""
    if slip is None or (split != line and isinstance(problem, UnknownName)):
        return _glued(line, formula, missing, given)
    hint = slip.hint.partition("; in all: ")[0]
    if hint.startswith("write sum("):
        hint = f"write {formula}"
    elif formula not in hint:
        hint = f"{hint}; in all: {formula}"
    return _with_hint(problem, hint + missing)


def _formula(split: str, problem: LossError) -> tuple[str, LossError | None]:
    """The formula that is meant, and what is wrong with the way in which it is written, if anything is."""
    try:
        parse_syntax(split)
    except LossError as slip:
        return whole(split), slip
    return (whole(split), problem) if "^" in split or sum_over(split) else (split, None)


def _factors(line: str, given: Declarations) -> list[str]:
    """The names of which products may be made: those declared, and capital letters beside them."""
    words = [found[0] for found in WORD.finditer(line) if found[0] not in given.names and not reserved(found[0])]
    capitals = {letter for word in words for letter in word if letter.isupper()}
    return (
        [*given.names, *sorted(capitals - {*given.names, "T"})] if _holds(words, given.names, capitals) else given.names
    )


def _holds(words: Collection[str], names: Collection[str], capitals: Collection[str]) -> bool:
    """Is there a word that is made of a declared name and of capital letters?"""
    found = [factors(word, [*names, *capitals]) or [] for word in words]
    return any({part.removesuffix(".T") for part in parts} & {*names} for parts in found)


def _guessed(given: Declarations, line: str) -> Mapping[str, Shape]:
    """Shapes for writing a product: a capital letter that has none is a matrix, and what it multiplies a vector."""
    capitals: dict[str, Shape] = {
        letter: ("n", "d") for letter in line if letter.isupper() and letter not in given.shapes
    }
    vectors: dict[str, Shape] = {name: ("d",) for name in given.wrt if capitals and name not in given.sets}
    return {**capitals, **vectors, **given.shapes}


def _counted(formula: str, given: Declarations) -> str:
    """The formula, with a size over which a loop runs that is one of those declared."""
    sizes = list(dict.fromkeys(str(size) for shape in given.shapes.values() for size in shape))
    counted = COUNTED.search(formula)
    if counted is None or counted[1] in sizes:
        return formula
    others = [COUNTED.sub(f"range({size})", formula) for size in sizes]
    return next((other for other in others if given.reads(other, given.shapes)), formula)


def _declared(problem: LossError, formula: str, given: Declarations) -> str:
    """Which shapes to declare, where the error is about names or shapes and the formula reads with others."""
    if isinstance(problem, UnknownName):
        return _missing(problem, formula, given)
    if not isinstance(problem, ShapeError) or _helps(problem, formula, given):
        return ""
    names = [*(name for name in given.wrt if name in given.shapes), *(n for n in given.shapes if n not in given.wrt)]
    found = _fitted(formula, given) or refitted(
        names, given.shapes, names_in(formula), lambda shapes: given.reads(formula, shapes)
    )
    return _declare(found) if found else ""


def _missing(problem: UnknownName, formula: str, given: Declarations) -> str:
    """Which shape to declare of a name that has none; a number, an array, or either."""
    if problem.hint.startswith("did you mean"):
        return ""
    name = problem.got.removeprefix("no shape for ")
    found = _fitted(formula, given, name)
    if {*found} - {name} or not found:
        return _declare(found) if found else ""
    number = given.reads(formula, {**given.shapes, name: ()})
    options = f"declare {name}: (), on the command line --shape {name}= or --set {name}=positive"
    if not found[name]:
        return options
    return f"{options}; for an array {_declare(found)}" if number and name.islower() else _declare(found)


def _fitted(formula: str, given: Declarations, asked: str = "") -> Mapping[str, Shape]:
    """Shapes for the names that have none; a letter that may stay a number is left out, but for the one asked for."""
    try:
        used = names_in(formula, given.names)
    except LossError:
        return {}
    counted = COUNTED.findall(formula)
    sizes = {*counted, *(size for shape in given.shapes.values() for size in shape)}
    free = [name for name in used if name not in given.shapes and name not in sizes and not reserved(name)]
    free = [name for name in free if name not in ALONE or name == asked]
    if {*given.names} - {*used}:
        return {}
    found = fitting(free, given.shapes, used, lambda shapes: given.reads(formula, shapes), counted)
    return {name: shape for name, shape in found.items() if shape or not name.islower() or name == asked}


def _helps(problem: LossError, formula: str, given: Declarations) -> bool:
    """Does the formula read with what the error suggests in place of the part at which it points?"""
    line, _, marks = problem.where.partition("\n")
    meant = re.search(r"\b(write|is written) (.+)$", problem.hint)
    if meant is None or line != formula or "^" not in marks:
        return False
    if meant[1] == "is written":  # X @ w, wherever there is X*w
        slip = re.escape(meant[2]).replace(r"\ @\ ", r" *\* *")
        return given.reads(re.sub(slip, meant[2], line), given.shapes)
    start, end = marks.index("^"), len(marks.rstrip())
    return given.reads(f"{line[:start]}{meant[2]}{line[end:]}", given.shapes)


def _declare(shapes: Mapping[str, Shape]) -> str:
    said = ", ".join(f"{name}: {written(shape)}" for name, shape in shapes.items())
    options = " ".join(f"--shape {name}={','.join(map(str, shape))}" for name, shape in shapes.items())
    return f"declare {said}, on the command line {options}"


def _glued(line: str, formula: str, missing: str, given: Declarations) -> LossError:
    """The error of a name that is a product of others."""
    names = _factors(line, given)
    found = next((found for found in WORD.finditer(line) if factors(found[0], names)), None)
    if found is None:  # only a transpose was glued to its neighbour
        return UnknownName("a sign is missing", where=line[:200], expected="products with *, or @ of arrays",
                           got="names side by side", hint=f"write {formula}{missing}")  # fmt: skip
    meant = product(factors(found[0], names) or [], _guessed(given, line))
    alone = f"write {meant} for {found[0]}"
    return UnknownName(
        f"the name {found[0]} is not declared",
        where=Place(line, found.span()).show(),
        expected=f"one of {', '.join(given.names)}, with a sign between two of them",
        got=found[0],
        hint=f"{alone}; in all: {formula}{missing}" if formula != meant else f"{alone}{missing}",
    )


def _with_hint(problem: LossError, hint: str) -> LossError:
    return type(problem)(problem.what, where=problem.where, expected=problem.expected, got=problem.got, hint=hint)
