"""The catalogue of loss families: one file each, read when it is first asked for."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symconvex.errors import ModelError
    from symconvex.models._model import Model


@cache
def models() -> "Mapping[str, Model]":
    """Every model by name; a table where it is shown."""
    from symconvex.catalogue import collect
    from symconvex.models._model import Model, ModelTable

    return ModelTable(collect("symconvex.models", "MODEL", Model))


def names() -> tuple[str, ...]:
    """The models by their file names; none is loaded."""
    return tuple(sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[!_]*.py")))


def find(name: str) -> "Model":
    """One model; the others are not loaded.

    Fails    ModelError when there is none of this name
    """
    from symconvex.catalogue import load
    from symconvex.models._model import Model

    known = names()
    if name in known:
        return load("symconvex.models", name.replace("-", "_"), "MODEL", Model)
    import difflib
    import re

    from symconvex.errors import ModelError

    word = name.lower().rpartition("/")[2].replace("_", "-").replace(" ", "-")
    meant = [model.name for model in models().values() if word in model.also]
    near = meant or difflib.get_close_matches(word, known, 1, 0.5)
    own = "" if re.fullmatch(r"[\w. /-]+", name) else f'a loss of your own is --formula "{name[:60]}" --wrt x'
    raise ModelError(
        f"there is no model called {name[:60]!r}",
        where="the name of the model",
        expected=f"one of {', '.join(known)}",
        got=name[:60],
        hint=own or (f"did you mean {near[0]}?" if near else "symconvex models lists them"),
    )


def retold(problem: "ModelError", way: str) -> "ModelError":
    """The error, with every option written otherwise than --NAME VALUE: "--option {}={}" is the way of check."""
    import re

    from symconvex.errors import ModelError

    def told(found: "re.Match[str]") -> str:
        if found[1] == "model" and way.startswith("--"):  # no option of a model
            return found[0]
        return way.format(found[1], found[2]) if found[2] else way.partition("=")[0].format(found[1])

    def said(text: str) -> str:
        return re.sub(r"--([a-z][a-z-]*)(?: (?!out\b|cannot\b|has\b)([\w.,-]*\w))?", told, text)

    what, expected, got, hint = map(said, (problem.what, problem.expected, problem.got, problem.hint))
    return ModelError(what, where=problem.where, expected=expected, got=got, hint=hint)
