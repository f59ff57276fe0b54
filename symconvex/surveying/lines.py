"""What is asked in a line of a survey: a JSON object that declares a loss as `symconvex prove` has it declared."""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from symconvex.errors import LossError, SymconvexError
from symconvex.problem import Problem, Shape

Name: TypeAlias = str | int
Entry: TypeAlias = dict[str, object]

FIELDS = ("id", "loss", "wrt", "shapes", "sets", "where", "ask", "note")  # a note says nothing of the question
# What is often written for one of them.
OTHERS = {
    "shape": "shapes", "dims": "shapes", "set": "sets", "assumptions": "sets", "domain": "where", "positive": "where",
    "constraint": "where", "constraints": "where", "bounds": "where", "subject_to": "where", "condition": "where",
    "formula": "loss", "f": "loss", "function": "loss", "objective": "loss", "expr": "loss", "vars": "wrt",
    "variables": "wrt", "params": "wrt", "parameters": "wrt", "property": "ask", "question": "ask", "name": "id",
    "comment": "note", "notes": "note", "source": "note", "answer": "note",
}  # fmt: skip
EXAMPLE = (
    '{"id": "ridge", "loss": "sum((X@w - y)**2)", "wrt": ["w"], "shapes": {"X": ["n", "d"], "w": ["d"], "y": ["n"]}}'
)
MAX_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """One problem as it was declared."""

    id: Name
    loss: str
    wrt: tuple[str, ...]
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    ask: str | None = None

    def problem(self) -> Problem:
        """The problem that is meant.

        Fails    LossError and its kinds, as `symconvex prove` does
        """
        from symconvex.language.state import state

        return state(self.loss, wrt=self.wrt, shapes=self.shapes, sets=self.sets, where=self.where)


def read_lines(lines: Iterable[str | Mapping[str, object]]) -> Iterator[Asked | Entry]:
    """Every line that is not blank: what it asks, or the entry that says why it cannot be read.

    A line without an id is called by its number, "line 3"; so is one whose id was there before.
    """
    seen: set[Name] = set()
    for number, line in enumerate(lines, 1):
        if isinstance(line, str) and not line.strip():
            continue
        name: Name = f"line {number}"
        try:
            given = _parsed(line, name)
            name = _name_of(given, name)
            if name in seen:
                twice, name = name, f"line {number}"
                raise _unreadable(f"the id {twice!r} occurs twice", name, "an id for each", "one that was there")
            seen.add(name)
            yield _asked(given, name)
        except SymconvexError as problem:
            yield {"id": name, "error": problem.fields(), "seconds": 0.0}


def _parsed(line: str | Mapping[str, object], name: Name) -> Mapping[str, object]:
    try:
        given = json.loads(line, object_pairs_hook=_once) if isinstance(line, str) else line
    except (ValueError, RecursionError) as problem:
        raise _unreadable("a line of the survey is no JSON", name, "one JSON object", str(problem)) from None
    if not isinstance(given, Mapping):
        raise _unreadable("a line of the survey is no object", name, "one JSON object", repr(given))
    return given


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return found


def _name_of(given: Mapping[str, object], name: Name) -> Name:
    found = given.get("id", name)
    if isinstance(found, str | int) and not isinstance(found, bool):
        return found
    raise _unreadable("an id is a text or a number", name, "a text or a whole number", repr(found))


def _asked(given: Mapping[str, object], name: Name) -> Asked:
    for key in given:
        if key not in FIELDS:
            meant = OTHERS.get(key) or next(iter(difflib.get_close_matches(key, FIELDS, 1, 0.75)), "")
            hint = f"did you mean {meant!r}?" if meant else 'leave it out; what is for people goes into "note"'
            raise _unreadable(f"a survey has no field {key[:60]!r}", name, ", ".join(FIELDS), key, hint)
    loss = given.get("loss")
    if not isinstance(loss, str):
        raise _unreadable("the loss is missing", name, '"loss": a text in NumPy syntax', repr(loss))
    return Asked(
        name,
        loss,
        _texts(given, "wrt", name),
        {key: _shape(key, value, name) for key, value in _table(given, "shapes", name).items()},
        {key: _text(key, value, name) for key, value in _table(given, "sets", name).items()},
        _texts(given, "where", name),
        _question(given, name),
    )


def _question(given: Mapping[str, object], name: Name) -> str | None:
    from symconvex.asking.answered import QUESTIONS

    value = given.get("ask")
    if value is None:
        return None
    if isinstance(value, str) and value in QUESTIONS:
        return value
    raise _unreadable("there is no such question", name, f'"ask": one of {", ".join(QUESTIONS)}', repr(value))


def _texts(given: Mapping[str, object], key: str, name: Name) -> tuple[str, ...]:
    value = given.get(key) or ()
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split()) if key == "wrt" else (value,)
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise _unreadable(f"{key!r} is a list of texts", name, f'"{key}": a list of texts', repr(value))


def _table(given: Mapping[str, object], key: str, name: Name) -> Mapping[str, object]:
    value = given.get(key) or {}
    if isinstance(value, Mapping) and all(isinstance(part, str) for part in value):
        return value
    raise _unreadable(f"{key!r} is an object", name, f'"{key}": an object with a value for each name', repr(value))


def _shape(key: str, value: object, name: Name) -> Shape:
    sizes = value.replace(",", " ").split() if isinstance(value, str) else [value] if isinstance(value, int) else value
    if isinstance(sizes, list | tuple) and all(type(size) in (int, str) for size in sizes):
        return tuple(sizes)
    raise _unreadable(f"the shape of {key} is a list of sizes", name, '["n", "d"], or [] for a number', repr(value))


def _text(key: str, value: object, name: Name) -> str:
    if isinstance(value, str):
        return value
    raise _unreadable(f"the set of {key} is a word", name, '"positive"', repr(value))


def _unreadable(what: str, name: Name, expected: str, got: str, hint: str = EXAMPLE) -> LossError:
    return LossError(what, where=f"problem {name}"[:MAX_SHOWN], expected=expected, got=got[:MAX_SHOWN], hint=hint)
