"""Is a function of another library convex? It is traced into the loss language, and decided there."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symconvex.decide import decide
from symconvex.language.given import check_table, names_of, shape_of
from symconvex.problem import Shape

if TYPE_CHECKING:
    from symconvex.verdict import Verdict

BUDGET = 60.0


def prove_function(
    function: Callable[..., Any],
    /,
    *,
    wrt: str | Sequence[str] = (),
    shapes: Mapping[str, Shape | str] = {},
    sets: Mapping[str, str] = {},
    library: str | None = None,
    budget: float = BUDGET,
) -> "Verdict":
    """Is a JAX or PyTorch function convex in some of its arguments, for all sizes?

    The function is traced, not run: by the jaxpr at symbolic sizes, or by torch.fx, whose graph has no sizes. What is
    proved is about the text that was traced, `verdict.problem.text`, in real arithmetic.

    wrt       the arguments over which it is minimised: "w", "U, V", or a sequence of names
    shapes    of the arguments: {"X": ("n", "d"), "w": ("d",)}; those that have none are numbers, which is
              noted
    sets      what the entries of an argument are, as for `prove`
    library   "jax" or "torch", where the function does not tell
    budget    seconds

    Shapes   as declared; the value is a scalar
    Domain   as `prove`
    Fails    as `prove`; NotYet at what the loss language lacks, with the line of the function
    """
    from symconvex.bridges.tracing import problem_of_function

    for word, table in (("shapes", shapes), ("sets", sets)):
        check_table(word, table)
    given = {name: shape_of(name, shape) for name, shape in shapes.items()}
    problem = problem_of_function(function, wrt=names_of(wrt), shapes=given, sets=sets, library=library)
    return decide(problem, budget=budget)
