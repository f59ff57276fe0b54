"""What one loss family tells the rest of the program."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from symconvex.pages._card import card, table
from symconvex.problem import Problem, Symbol


@dataclass(frozen=True, slots=True)
class Option:
    """A choice a model offers, such as --activation; without choices its value is free text."""

    name: str
    default: str
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Published:
    """Gradient and curvature as the source prints them, in the loss language, to compare against; kinks left out.

    gradient     parameter -> expression of its shape
    curvature    the quadratic form of the Hessian, q(theta; v) = v' H v, where the direction of a
                 parameter P is written v_P and has the shape of P
    hessian      the Hessian matrix as text in NumPy syntax with diag(.) and eye(.), for one vector
                 parameter; empty otherwise
    """

    gradient: Mapping[str, str]
    curvature: str
    hessian: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One loss family. The files of the catalogue build it with `family` of _family.py.

    name         that of its file, with - for _
    summary      one line for `symconvex models`
    options      what `--NAME` may choose; a name that no model had before also gets a line in cli/options.py
    problem      options by name -> Problem; raises ModelError on what it does not take
    published    the same options -> what the source prints
    verdict      expected for all data: "convex" or "neither"; by options
    condition    the exact condition for convexity in Python syntax: "X == 0", "False" when it never is convex,
                 None when it always is
    source       where loss, gradient and Hessian are stated, with section or equation
    also         what others call it; a name that is not one of ours is answered by ours
    notes        remarks by subject ("strict", "kinks"), for who reads the file; the program does not use them
    """

    name: str
    summary: str
    options: tuple[Option, ...]
    problem: Callable[[Mapping[str, str]], Problem]
    published: Callable[[Mapping[str, str]], Published]
    verdict: Callable[[Mapping[str, str]], str]
    condition: Callable[[Mapping[str, str]], str | None]
    source: str
    notes: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """Everything that `symconvex models -v` says, the declarations, and what is proved."""
        problem, options = self.problem({}), [f"{o.name} = {o.default or 'none'}: {o.help}" for o in self.options]
        declared = [_declared(symbol) for symbol in (*problem.parameters, *problem.data)]
        rows = [
            ("loss", problem.text),
            ("in", ", ".join(symbol.name for symbol in problem.parameters)),
            ("names", "\n".join(declared)),
            ("verdict", self.verdict({})),
            ("convex iff", self.condition({}) or ""),
            ("options", "\n".join(options)),
            ("source", self.source),
        ]
        return card(f"{self.name}: {self.summary}", rows)


def _declared(symbol: Symbol) -> str:
    shape = (
        f"({', '.join(map(str, symbol.shape))}{',' if len(symbol.shape) == 1 else ''})" if symbol.shape else "number"
    )
    return f"{symbol.name}: {shape}{'' if symbol.within == 'real' else f', {symbol.within}'}"


class ModelTable(Mapping[str, Model]):
    """All models by name; a table where it is shown."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models

    def __getitem__(self, name: str) -> Model:
        return self._models[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def _rows(self) -> list[tuple[str, str, str]]:
        return [(model.name, model.problem({}).text, model.summary) for model in self._models.values()]

    def __repr__(self) -> str:
        width = max(map(len, self._models))
        return "\n".join(f"{name:<{width}}  {loss}" for name, loss, _ in self._rows())

    def _repr_html_(self) -> str:
        return table(("model", "loss", "what it is"), self._rows())
