"""Check a derivation: a text or a file in, an answer out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from symconvex.errors import DerivationError, LossError, ModelError, printable
from symconvex.handcheck.judging.judge import DEFAULT
from symconvex.handcheck.meaning.declare import from_model, is_condition, joined, with_condition, with_loss
from symconvex.handcheck.meaning.named import word_of
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.showing._checked import Checked
from symconvex.handcheck.showing._telling import told
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.text.source import NOTEBOOK, Source, source_of
from symconvex.models import retold

MOST_BYTES, MOST_OF_NOTEBOOK = 200_000, 20_000_000
ENDINGS = (".tex", ".ltx", ".latex", ".md", ".markdown", ".txt", NOTEBOOK)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}\Z")
STDIN, TEXT = "<stdin>", "<text>"


def check(
    derivation: "str | Path",
    /,
    *,
    model: str | None = None,
    formula: str | None = None,
    wrt: str | Sequence[str] = (),
    shapes: Mapping[str, object] = {},
    sets: Mapping[str, str] = {},
    where: str | Sequence[str] = (),
    name: str | None = None,
    declare: str = "",
    budget: float = DEFAULT,
    **options: object,
) -> Checked:
    """Is a hand derivation right? A verdict for every relation and claim.

    derivation    the text itself, LaTeX or Markdown; or a file: .tex, .md, .ipynb
    model         the name of a model that declares loss and data; its options follow as arguments: labels="sign"
    formula       a loss of your own in NumPy syntax
    wrt           what it is minimised over: "w", "w, b", or several names
    shapes        name -> shape: {"X": ("n", "d"), "w": "d"}
    sets          name -> set or trait: {"lam": "positive", "A": "symmetric"}
    where         conditions, the domain: "0 < x < 1", "b - A@x > 0"
    name          the letter of the loss in the derivation; J unless said
    declare       further declarations, as in a comment of the derivation: "p = sigmoid(X@w); y: n in binary"
    budget        seconds of computing; what is not reached in them is not decided

    A text may declare all of this in its own comments: `% symconvex: model logistic`.

    Source   kernel/SPEC.md for what is proven; what is only tested held at every instance that was tried
    Fails    DerivationError when the text cannot be read at all; LossError, ModelError, UnknownName, ShapeError on
             what is declared

    >>> checked = check(r"$J'(w) = 2w$, so $J''(w) = 3$.", formula="w**2", wrt="w")
    >>> checked.outcome
    'false'
    >>> [one.verdict for one in checked.relations]
    ['proven', 'false']
    >>> checked.first.column
    19
    """
    if model is not None and formula is not None:
        raise LossError(
            "name a model, or give a formula of your own",
            where=f"model={model!r}, formula={formula!r}"[:200],
            expected="one of the two",
            got="both",
            hint="leave model or formula out",
        )
    words = [f"{key.replace('_', '-')}={_word(value)}" for key, value in options.items()]
    names = [part for part in re.split(r"[,\s]+", wrt) if part] if isinstance(wrt, str) else [*wrt]
    told_shapes = {key: _sizes(shape) for key, shape in shapes.items()}
    try:
        declared = declaration(model, words, formula, name, names, told_shapes, sets, where)
    except ModelError as problem:
        raise retold(problem, '{}="{}"') from None
    return checked_source(_source(derivation), declared, declare, budget)


def checked_source(source: Source, declared: Declared, declarations: str = "", seconds: float = DEFAULT) -> Checked:
    """The answer about a source.

    Fails    as `check`
    """
    return told(check_text(source.latex, declared, declarations, seconds), source)


def declaration(
    model: str | None,
    options: Iterable[str],
    formula: str | None,
    name: str | None,
    wrt: Sequence[str],
    shapes: Mapping[str, Sequence[str]],
    sets: Mapping[str, str],
    where: str | Sequence[str] = (),
) -> Declared:
    """What is declared from outside of the text.

    Fails    LossError on names, sizes and words that cannot be read; ModelError on the model
    """
    name = name and name.removeprefix("\\")  # \ell is written as the text writes it
    for word in (*wrt, *([name] if name is not None else [])):
        if not WORD.match(word):
            what = "the name of the loss cannot be read" if word == name else "a parameter cannot be read"
            raise _wrong(what, "what is declared", "one letter or word", word, 'wrt="w, b", name="L"')
    declared, heads = Declared(), () if name is None else (name,)
    if model is not None:
        declared = replace(from_model(declared, [model, *options]), heads=heads)
    for key, sizes in shapes.items():
        if len(sizes) > 2:
            shape = ",".join(sizes)
            raise _wrong("a shape cannot be read", f"the shape of {key}", "at most two sizes", shape, f"{key}=n,d")
        shaped = Named(key, tuple(_size(key, word) for word in sizes))
        declared = replace(declared, names={**declared.names, key: joined(declared, shaped)})
    for key, words in sets.items():
        for word in words.replace(",", " ").split():
            declared = replace(declared, names={**declared.names, key: joined(declared, word_of(key, word))})
    for condition in (where,) if isinstance(where, str) else where:
        if not is_condition(condition):
            example = '"0 < x < 1", "b - A@x > 0"'
            raise _wrong(
                "a condition cannot be read", "where", "formulas compared by <, <=, > or >=", condition, example
            )
        declared = with_condition(declared, condition)
    return declared if formula is None else with_loss(declared, heads or ("J",), tuple(wrt), formula)


def read_source(path: Path) -> Source:
    """The source in a regular file; a pipe or a device would be read without end.

    Fails    DerivationError when there is none, or too much
    """
    name = str(path)
    if not path.is_file():
        got = "no file but a pipe or a device" if path.exists() and not path.is_dir() else "no file"
        raise _unread(name, "the file cannot be read", "a text file", got, "check the path")
    with path.open("rb") as file:
        return source_of(name, text_of(file, name))


def text_of(file: BinaryIO, name: str) -> str:
    """The text of an open file, if it is not too long."""
    most = MOST_OF_NOTEBOOK if name.endswith(NOTEBOOK) else MOST_BYTES
    content = file.read(most + 1)
    if len(content) > most:
        hint = "check one derivation at a time"
        raise _unread(name, "the file is too long", f"at most {most} bytes", "more", hint)
    return content.decode("utf-8-sig", errors="replace")


def _source(derivation: "str | Path") -> Source:
    """The file of this name, or the text itself."""
    if isinstance(derivation, Path):
        return read_source(derivation)
    short = len(derivation) < 260 and not re.search(r"[\n$\\]", derivation)
    if short and derivation.endswith(ENDINGS):
        return read_source(Path(derivation))
    return source_of(TEXT, derivation)


def _sizes(shape: object) -> tuple[str, ...]:
    """The sizes of a shape as it is written in Python: ("n", "d"), "n, d" or 3."""
    parts = (
        re.split(r"[,\s]+", shape) if isinstance(shape, str) else shape if isinstance(shape, list | tuple) else [shape]
    )
    return tuple(str(part) for part in parts if part != "")


def _word(value: object) -> str:
    """An option of a model as it is written on the command line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _size(name: str, word: str) -> int | str:
    if re.fullmatch(r"[1-9]\d{0,8}", word, re.ASCII):
        return int(word)
    if WORD.match(word):
        return word
    expected = "a name, or a whole number from 1"
    raise _wrong("a size cannot be read", f"the shape of {name}", expected, word, f"{name}=n,d")


def _wrong(what: str, where: str, expected: str, got: str, hint: str) -> LossError:
    return LossError(what, where=where[:200], expected=expected, got=repr(got[:60]), hint=hint)


def _unread(name: str, what: str, expected: str, got: str, hint: str) -> DerivationError:
    return DerivationError(what, where=printable(name), expected=expected, got=got, hint=hint)
