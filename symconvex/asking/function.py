"""Is a function of another library convex? It is traced into the loss language, and decided there."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symconvex.decide import decide
from symconvex.problem import Shape

if TYPE_CHECKING:
    from symconvex.verdict import Verdict

BUDGET = 60.0


def prove_function(
    function: Callable[..., Any],
    /,
    *,
    wrt: str | Sequence[str],
    shapes: Mapping[str, Shape | str],
    sets: Mapping[str, str] = {},
    library: str | None = None,
    budget: float = BUDGET,
) -> "Verdict":
    """Is a JAX or PyTorch function convex in some of its arguments, for all sizes?

    The function is traced, not run: by the jaxpr at symbolic sizes, or by torch.fx, whose graph has no sizes. What is
    proved is about the text that was traced, `verdict.problem.text`, in real arithmetic.

    wrt       the arguments over which it is minimised: "w", "U, V", or a sequence of names
    shapes    of the arguments: {"X": ("n", "d"), "w": ("d",)}; those that have none are numbers
    sets      what the entries of an argument are, as for `prove`
    library   "jax" or "torch", where the function does not tell
    budget    seconds

    Shapes   as declared; the value is a scalar
    Domain   as `prove`
    Fails    as `prove`; NotYet at what the loss language lacks, with the line of the function
    """
    from symconvex.bridges.tracing import problem_of_function

    given = {name: tuple(_sizes(shape)) for name, shape in shapes.items()}
    names = tuple(wrt.replace(",", " ").split()) if isinstance(wrt, str) else tuple(wrt)
    return decide(problem_of_function(function, wrt=names, shapes=given, sets=sets, library=library), budget=budget)


def _sizes(shape: Shape | str) -> Sequence[str | int]:
    return shape.replace(",", " ").split() if isinstance(shape, str) else shape
