"""From the command line to a Problem: which loss, in which variant, with which data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symconvex.cli.misuse import misused
from symconvex.errors import DataError, LossError, ShapeError, SymconvexError, UsageError
from symconvex.problem import Problem, Shape

MODEL_OPTIONS = ("layers", "widths", "activation", "biases", "labels", "classes", "centres", "tied", "loss")
OWN_OPTIONS = ("wrt", "shape", "sets", "where")
NARROW_FIRST = ("sign", "binary", "count", "unit", "positive", "nonnegative", "real")  # the sets of data
FOLDER = re.compile(r"[A-Za-z][\w-]{0,40}\Z", re.ASCII)
NAME = re.compile(r"[A-Za-z]\w*\Z", re.ASCII)
COUNT = re.compile(r"[1-9]\d{0,5}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: a model with its options, or a loss of one's own with its declarations."""

    model: str | None
    options: Mapping[str, str]
    formula: str | None
    wrt: tuple[str, ...]
    shapes: tuple[str, ...]
    sets: tuple[str, ...]
    where: tuple[str, ...]
    data: Path | None
    name: str | None = None

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The blocks of parameters: one for each --wrt where there are several."""
        found = tuple(map(_names, self.wrt))
        return found if len(found) > 1 else ()


def read_question(given: Mapping[str, Any]) -> Question:
    """Sort out the parameters of a command: a model with its options, or a formula with its declarations.

    Fails    UsageError when it is neither, or both
    """
    chosen = {name: given[name] for name in MODEL_OPTIONS if given[name] is not None}
    formula, model = given["formula"], given["model"]
    own = formula is not None
    if own == (model is not None):
        raise _no_question(formula, model, chosen.get("loss"))
    if own and chosen:
        raise _misplaced(f"--{next(iter(chosen))}", "a model", "a loss of your own, --formula")
    if own and not given["wrt"]:
        raise misused(
            "a loss of your own needs --wrt",
            expected="the names that it is minimised over",
            got="--formula without --wrt",
            hint="--wrt w, or --wrt w,b for several",
        )
    if not own and (there := [name for name in OWN_OPTIONS if given[name]]):
        raise _misplaced(f"--{there[0].replace('sets', 'set')}", "a loss of your own, --formula", f"the model {model}")
    options = {name: _as_text(value) for name, value in chosen.items()}
    wrt, shapes, sets, where = (tuple(given[name]) for name in OWN_OPTIONS)
    return Question(model, options, formula, wrt, shapes, sets, where, given["data"], _name(given.get("name")))


def _name(given: str | None) -> str | None:
    if given is None or FOLDER.match(given):
        return given
    raise misused(
        "this name cannot be used",
        expected="a letter, then letters, digits, - and _, at most 41 in all",
        got=given,
        hint="--name my-loss",
    )


def _no_question(formula: str | None, model: str | None, loss: str | None) -> UsageError:
    own = '--formula "x**2" --wrt x' if loss in {None, "squared", "logistic"} else f'--formula "{loss}" --wrt w'
    return misused(
        "name one MODEL, or give a loss of your own",
        expected='a model such as logistic, or --formula "..." with --wrt',
        got=f"the model {model} and --formula" if model else "neither" if loss is None else "--loss without a model",
        hint=f"leave {model} or --formula out" if formula and model else f"{own}; symconvex models lists the models",
    )


def _misplaced(option: str, of: str, on: str) -> UsageError:
    """An option beside what it does not belong to."""
    expected, got = f"options of {on.partition(',')[0]}", f"{option} beside {on}"
    return misused(f"{option} belongs to {of}", expected=expected, got=got, hint=f"leave {option} out")


def _as_text(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"


def problem_of(question: Question) -> Problem:
    """The problem that the question is about."""
    problem = _problem(question)
    if question.data is None:
        return problem
    try:
        return _with_file(problem, question.data)
    except DataError as fault:
        raise _fitting(fault, question, problem, question.data) from None


def _problem(question: Question) -> Problem:
    return _own_loss(question) if question.model is None else _model_loss(question.model, question.options)


def _with_file(problem: Problem, path: Path) -> Problem:
    from symconvex.data import read_csv, with_data

    return with_data(problem, read_csv(path, problem))


def _fitting(fault: DataError, question: Question, problem: Problem, path: Path) -> DataError:
    """The error of a data file, with the option that makes it fit, where one of the choices does."""
    for hint, other in _others(question, problem):
        try:
            _with_file(_problem(other), path)
        except SymconvexError:
            continue
        return DataError(fault.what, where=fault.where, expected=fault.expected, got=fault.got, hint=hint)
    return fault


def _others(question: Question, problem: Problem) -> Iterator[tuple[str, Question]]:
    """The same question with one more option, or one set of data in place of another, and how that is written."""
    if question.model is not None:
        from symconvex.models import find

        for option in find(question.model).options:
            for choice in option.choices:
                options = {**question.options, option.name: choice}
                yield f"--{option.name} {choice}", replace(question, options=options)
        return
    for symbol in problem.data:
        for within in (name for name in NARROW_FIRST if symbol.within not in ("real", name)):
            kept = tuple(text for text in question.sets if not re.match(rf"{symbol.name} *[=:]", text))
            said = f"--set {symbol.name}={within} in place of --set {symbol.name}={symbol.within}"
            yield said, replace(question, sets=(*kept, f"{symbol.name}={within}"))


def folder_of(question: Question) -> str:
    """The name of the folder of its proof: the same question, the same folder."""
    from symconvex.models import find
    from symconvex.store import folder_name, formula_name

    data = {} if question.data is None else {"data": question.data.stem}
    if question.name is not None:
        return question.name
    if question.model is None:
        said = (*question.wrt, *question.shapes, *question.sets, *question.where)
        return folder_name(formula_name(question.formula or "", said), data)
    default = {option.name: option.default for option in find(question.model).options}
    told = {name: value for name, value in question.options.items() if value != default.get(name)}
    return folder_name(question.model, {**told, **data})


def _model_loss(name: str, options: Mapping[str, str]) -> Problem:
    from symconvex.models import find

    return find(name).problem(options)


def _own_loss(question: Question) -> Problem:
    from symconvex.language.state import state

    return state(
        question.formula or "",
        wrt=[name for text in question.wrt for name in _names(text)],
        shapes={name: _shape(name, sizes) for name, sizes in _pairs("--shape", question.shapes)},
        sets=dict(_pairs("--set", question.sets)),
        where=question.where,
        name=question.name or "loss",
    )


def _pairs(option: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """NAME=VALUE, every name once; a colon is as good as =."""
    seen: set[str] = set()
    for text in texts:
        name, value = (part.strip() for part in (*re.split("[=:]", text, maxsplit=1), "")[:2])
        if not re.search("[=:]", text) or re.search(r"[^\w]", name) or not name or re.search("[=:]", value):
            raise _unreadable(option, text, repr(text[:60]))
        if name in seen:
            raise _unreadable(option, text, f"{name} for the second time")
        seen.add(name)
        yield name, value


# What people write of a name, and the set that says it.
SAID = (
    (re.compile(r"(\w+) *>= *0"), "nonnegative"),
    (re.compile(r"(?:0 *<=? *)(\w+) *<=? *1"), "unit"),
    (re.compile(r"(\w+) *(?:in|∈) *[{(\[] *-1 *, *1"), "sign"),
    (re.compile(r"(\w+) *(?:in|∈) *[{(\[] *0 *, *1"), "binary"),
    (re.compile(r"(\w+) *>"), "positive"),
)


def _unreadable(option: str, text: str, got: str) -> LossError:
    several = re.findall(r"(\w+) *[=:] *(\([^)]*\)|\[[^]]*\]|[\w, ]*?)(?=[,; ]*\w+ *[=:]|[,; ]*$)", text)
    said = next(((found[1], word) for pattern, word in SAID if (found := pattern.match(text))), ("lam", "positive"))
    if len(several) > 1:
        hint = "one for each name: " + " ".join(f"{option} {name}={_bare(value)}" for name, value in several)
    else:
        hint = f"{option} X=n,d" if option == "--shape" else f"{option} {'='.join(said)}"
    expected = "NAME=VALUE, once for each name"
    where = f"{option} {text[:60]}"
    return LossError("a declaration cannot be read", where=where, expected=expected, got=got, hint=hint)


def _bare(sizes: str) -> str:
    return re.sub(r"[()\[\] ]", "", sizes).strip(",")


def _names(text: str) -> tuple[str, ...]:
    """The names in x,y or x y."""
    return tuple(text.replace(",", " ").split())


def _shape(name: str, sizes: str) -> Shape:
    """Names and numbers as they were written, n,d or (n, d); whether they make sense is decided where shapes are
    checked.

    Fails    LossError on what is no list with commas
    """
    if sizes[:1] + sizes[-1:] in ("()", "[]"):
        sizes = sizes[1:-1].strip().removesuffix(",")
    words = [word.strip() for word in sizes.split(",")] if sizes else []
    if any(re.search(r"[^\w-]", word) for word in words):
        parts = re.split(r"\s+x\s+|\s+by\s+|[^\w]+", sizes)
        hint = f"--shape {name}={','.join(filter(None, parts))}"
        expected = "sizes with commas between them"
        raise LossError(
            "a shape cannot be read", where=f"--shape {name}={sizes}", expected=expected, got=sizes, hint=hint
        )
    return tuple(int(word) if re.fullmatch(r"\d{1,9}", word, re.ASCII) else word for word in words)


def size_names(problem: Problem) -> tuple[str, ...]:
    """The named sizes of a problem in order of appearance."""
    sizes = [size for symbol in (*problem.parameters, *problem.data) for size in symbol.shape]
    return tuple(dict.fromkeys(size for size in sizes if isinstance(size, str)))


def read_sizes(text: str | None, problem: Problem) -> dict[str, int]:
    """Numbers for named sizes: "n=2,d=3".

    Fails    LossError when it cannot be read, ShapeError when the problem has no such size
    """
    sizes: dict[str, int] = {}
    known = size_names(problem)
    for part in [] if text is None else text.split(","):
        name, _, value = (word.strip() for word in part.partition("="))
        if not (NAME.match(name) and COUNT.match(value)) or name in sizes:
            raise LossError(
                "a size cannot be read",
                where=f"--size {(text or '')[:60]}",
                expected="NAME=NUMBER with a whole number from 1 to 999999, once for each name",
                got=repr(part[:60]),
                hint="--size n=2,d=2",
            )
        if name not in known:
            raise ShapeError(
                f"{problem.name} has no size called {name}",
                where=f"--size {(text or '')[:60]}",
                expected=f"sizes among {', '.join(known)}" if known else "no sizes, for there are none",
                got=part[:60],
                hint=f"--size {_sizes_meant(text or '', known)}" if known else "leave --size out",
            )
        sizes[name] = int(value)
    return sizes


def _sizes_meant(text: str, known: tuple[str, ...]) -> str:
    """A number for every size: as it was given, or one that was given under another name, or 2."""
    given = dict(re.findall(r"([A-Za-z]\w*) *= *([1-9]\d{0,5})(?!\d)", text))
    spare = [value for name, value in given.items() if name not in known]
    return ",".join(f"{name}={given[name] if name in given else spare.pop(0) if spare else 2}" for name in known)
