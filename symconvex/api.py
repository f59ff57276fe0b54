"""What a Python program asks: prove, derive, sample, verify.

A question is a text with declarations, a Problem, the name of a model with its options, or a SymPy formula.
"""

import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from symconvex.errors import DataError, LossError, ModelError
from symconvex.language.given import Names, check_table, names_of, shape_of
from symconvex.problem import Problem, Shape

if TYPE_CHECKING:
    import sympy

    from symconvex.asking.answered import Answered
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.replay import Kept, Replay
    from symconvex.search.sampling import Sampling
    from symconvex.verdict import Verdict

Question: TypeAlias = "str | Problem | sympy.Basic"
Choice: TypeAlias = str | int | bool | Sequence[str | int]

BUDGET = 60.0
SHOWN = 60  # signs of a formula that a hint repeats
MAX_BITS = 1_000
NUMBER = re.compile(r"[+-]?(\d{1,300}/\d{1,300}|(\d{1,300}\.?\d{0,300}|\.\d{1,300})([eE][+-]?\d{1,3})?)\Z", re.ASCII)


@overload
def prove(loss: Question, /, *, ask: None = None, **given: Any) -> "Verdict":
    """The verdict about the loss."""


@overload
def prove(loss: Question, /, *, ask: str, **given: Any) -> "Answered":
    """The answer to one of the questions."""


def prove(
    loss: Question,
    /,
    *,
    wrt: Names = (),
    shapes: Mapping[str, Shape] = {},
    sets: Mapping[str, str] = {},
    positive: "Sequence[str | sympy.Basic]" = (),
    where: "Sequence[str | sympy.Basic]" = (),
    least: Mapping[str, int] = {},
    values: Mapping[str, object] = {},
    budget: float = BUDGET,
    ask: str | None = None,
    **options: Choice,
) -> "Verdict | Answered":
    """Is the loss convex in the names of `wrt`, for all data in their sets and all sizes?

        f((1 - t) a + t b) <= (1 - t) f(a) + t f(b)    for all a, b in the domain, 0 <= t <= 1

    The answer is Proved, Refuted, Depends or Undecided. The first three exist only with a certificate that the kernel
    has replayed.

    loss        a text in NumPy syntax, a Problem, the name of a model, or a SymPy formula: in symbols, in sums over
                indexed bases, or in matrix symbols
    wrt         the parameters: "w", "U, V", or a sequence of names
    shapes      name -> shape: {"X": ("n", "d")}; without shapes the text is a formula in scalars
    sets        name -> what its entries are: real (unless said), positive, nonnegative, sign, binary, unit, count; of a
                square matrix of the data also: psd, pd, symmetric
    positive    expressions that are > 0 on the domain, affine in the parameters
    where       comparisons that hold on the domain: ["0 < x < 1"], likewise affine
    least       name of a size -> its smallest value, 1 unless said
    values      name of data -> numbers, nested lists or an array; other data are arbitrary
    budget      seconds
    ask         a question of its own: strict, strong, quasiconvex, log-convex, log-concave, blocks. Then an Answered is
                returned: `answer`, `replies`, and `parts`, each with a verdict
    options     of a model: widths=(2, 2, 1), biases=True

    Shapes   as declared; the loss is a scalar
    Domain   all real parameters, or where every expression of `positive` is > 0 and `where` holds
    Source   Boyd & Vandenberghe 2004, section 3.1
    Fails    LossError, ModelError, DataError or NotYet on a question that cannot be read, or a budget that is no time

    >>> verdict = prove("sum(log(1 + exp(-y*(X@w))))", wrt="w", shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",)})
    >>> verdict.answer
    'convex'
    >>> prove("logistic").strict_when
    'rank(X) == d'
    >>> prove("mlp", widths=(2, 2, 1)).condition
    'X == 0'
    >>> prove("x*log(x)", wrt="x", positive=["x"]).answer
    'convex'
    >>> prove("logistic", ask="strict").answer
    'exactly when rank(X) == d'
    """
    asked = _problem(loss, wrt, shapes, sets, positive, least, values, options, where)
    seconds = _above_zero("budget", budget, 20)
    if ask is None:
        from symconvex.decide import decide

        return decide(asked, budget=seconds)
    from symconvex.asking.answered import ask as answered

    return answered(asked, ask, budget=seconds)


def derive(
    loss: Question,
    /,
    *,
    wrt: Names = (),
    shapes: Mapping[str, Shape] = {},
    sets: Mapping[str, str] = {},
    **options: Choice,
) -> "Derivation":
    """Gradient, Hessian and the second derivative along a line, in matrix form for every size.

        q(theta; v) = d^2/dt^2 f(theta + t v) at t = 0

    Shapes   the gradient has the shape of its parameter, the Hessian of a vector (d,) is (d, d)
    Domain   where the loss is smooth; kinks are left out
    Source   Griewank & Walther 2008, Evaluating Derivatives, sections 3.2 and 5.1
    Fails    LossError, ModelError or NotYet on a question that cannot be read

    >>> [name for name, gradient in derive("ridge").gradient]
    ['w']
    """
    from symconvex.calculus.closed.derivation import derive as differentiate

    return differentiate(_problem(loss, wrt, shapes, sets, (), {}, {}, options))


def sample(
    loss: Question,
    /,
    *,
    sizes: Mapping[str, int] = {},
    points: int = 10_000,
    seed: int = 0,
    jobs: int = 1,
    scale: float = 1.0,
    wrt: Names = (),
    shapes: Mapping[str, Shape] = {},
    sets: Mapping[str, str] = {},
    positive: "Sequence[str | sympy.Basic]" = (),
    where: "Sequence[str | sympy.Basic]" = (),
    values: Mapping[str, object] = {},
    **options: Choice,
) -> "Sampling":
    """How often the Hessian has a negative eigenvalue at random points. It suggests and never proves.

    sizes     name of a size -> number; 3 for those that are neither named nor decided by values
    scale     standard deviation of the normal draws of the parameters
    jobs      processes at a time; the result is the same

    Shapes   as declared
    Domain   points outside the domain are counted as skipped, negative eigenvalues that may be rounding as unsure
    Source   Sylvester's law of inertia; Golub & Van Loan 2013, Matrix Computations, section 8.1.5
    Fails    as prove; ShapeError when sizes and values disagree

    >>> sample("logistic", sizes={"n": 5, "d": 2}, points=100, seed=1).negative
    0
    """
    from symconvex.search.sampling import sample as draw
    from symconvex.search.sampling import small_sizes

    asked = _problem(loss, wrt, shapes, sets, positive, {}, values, options, where)
    check_table("sizes", sizes)
    _above_zero("points", points, 1000)
    _above_zero("scale", scale, 1.0)
    return draw(
        asked,
        sizes=small_sizes(asked, sizes),
        points=int(points),
        seed=seed,
        scale=scale,
        jobs=int(_above_zero("jobs", jobs, 1)),
    )


def verify(certificates: "Kept | Iterable[Kept]", /) -> "Mapping[Path, Replay]":
    """Replay the certificate in a file, or every one below a folder, or a certificate itself, with the kernel alone.

    certificates    a path, or what a verdict has as its `certificate`; or several of them. One that is in no file is
                    called certificate, or certificate 2 as the second of several

    Each entry says what became of a file: outcome accepted, refused or unreadable; text, the loss, and setting and
    theorems as sentences with all that they assume; accepted, the same as values of the kernel; or the reason. That
    nothing was searched for makes it independent of how the proof was found.

    Source   symconvex/kernel/SPEC.md, section 10
    Fails    CertificateError on what is neither, and on a path that is not there; of several paths each has its entry

    >>> [entry.outcome for entry in verify(prove("x**2", wrt="x").certificate).values()]
    ['accepted']
    """
    from symconvex.replay import ReplayTable, replay_given

    return ReplayTable(replay_given(certificates))


def _problem(
    loss: Question,
    wrt: Names,
    shapes: Mapping[str, Shape],
    sets: Mapping[str, str],
    positive: "Sequence[str | sympy.Basic]",
    least: Mapping[str, int],
    values: Mapping[str, object],
    options: Mapping[str, Choice],
    where: "Sequence[str | sympy.Basic]" = (),
) -> Problem:
    """The problem that is asked about, for the given data only where values are given."""
    from symconvex.data import with_data
    from symconvex.language.state import state

    names = names_of(wrt)
    for word, table in (("shapes", shapes), ("sets", sets), ("least", least), ("values", values)):
        check_table(word, table)
    shapes = {name: shape_of(name, shape) for name, shape in shapes.items()}
    declared = {"wrt": names, "shapes": shapes, "sets": sets, "positive": positive, "where": where, "least": least}
    if isinstance(loss, Problem):
        _refuse({**declared, **options})
        problem = loss
    elif isinstance(loss, str) and not names and not shapes:
        _refuse(declared)
        problem = _modelled(loss, options)
    else:
        _refuse(options)
        above, compared = ([given] if isinstance(given, str) else [*given] for given in (positive, where))
        (text, *told), found, assumed = _sympy_read((loss, *above, *compared), shapes)
        shapes, sets = {**found, **shapes}, {**assumed, **sets}
        above, compared = told[: len(above)], told[len(above) :]
        problem = state(text, wrt=names, shapes=shapes, sets=sets, positive=above, where=compared, least=least)
    return with_data(problem, {name: exact(value, name) for name, value in values.items()}) if values else problem


def _with_wrt(text: str) -> str:
    """The call that names a parameter: a letter of the formula where all are numbers."""
    letters = re.findall(r"(?<![\w.])[A-Za-z_]\w*(?![\w.(])", text)
    if not letters or "@" in text or "[" in text or len(text) > SHOWN:
        return 'prove("sum((X@w)**2)", wrt="w", shapes={"X": ("n", "d"), "w": ("d",)})'
    return f'prove("{text}", wrt="{letters[0]}")'


def _modelled(name: str, options: Mapping[str, Choice]) -> Problem:
    from symconvex.models import find, retold

    if not name.replace("-", "").replace("_", "").isalnum():
        raise LossError(
            "no parameter is named",
            where=name[:200],
            expected="the names in which the loss may be convex",
            got="no wrt",
            hint=_with_wrt(name),
        )
    try:
        return find(name).problem({option.replace("_", "-"): _word(value, option) for option, value in options.items()})
    except ModelError as problem:
        raise retold(problem, '{}="{}"') from None


def _word(value: Choice, option: str) -> str:
    """The value of an option as it is written on the command line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and all(isinstance(entry, str | int) for entry in value):
        return ",".join(map(str, value))
    if not isinstance(value, str | int):
        raise ModelError(
            f"the option {option} cannot be that",
            where=f"{option}={value!r}"[:200],
            expected="a word, a number, several of them, or yes and no",
            got=type(value).__name__,
            hint=f"leave {option} out for what the model has",
        )
    return str(value)


def _refuse(given: Mapping[str, object]) -> None:
    """What says nothing here must not be given."""
    for name, value in given.items():
        if value not in ((), {}, []):
            raise LossError(
                f"{name} has no meaning here",
                where=f"{name}={value!r}"[:200],
                expected="wrt, shapes and sets with a text; options with the name of a model",
                got=name,
                hint=f"leave {name} out",
            )


def _above_zero(word: str, value: float, usual: float) -> float:
    """The argument, which is a finite number above zero."""
    if isinstance(value, int | float) and math.isfinite(value) and value > 0:
        return value
    raise LossError(
        f"{word} is no number above 0",
        where=f"{word}={value!r}"[:200],
        expected="a finite number above 0",
        got=repr(value)[:60],
        hint=f"{word}={usual}",
    )


def _is_sympy(value: object) -> bool:
    """Without SymPy having been loaded there is no SymPy formula."""
    library = sys.modules.get("sympy")
    return library is not None and isinstance(value, library.Basic)


def _sympy_read(
    parts: Sequence[object], shapes: Mapping[str, Shape]
) -> "tuple[list[str], Mapping[str, Shape], Mapping[str, str]]":
    """The texts of formulas and comparisons, with shapes and sets of the names in those that are SymPy's."""
    for part in parts:
        if not isinstance(part, str) and not _is_sympy(part):
            raise LossError(
                "this is no formula",
                where=repr(part)[:200],
                expected="a text, a Problem, the name of a model or a SymPy formula",
                got=type(part).__name__,
                hint='prove_function(f, wrt="x", shapes={"x": ()})' if callable(part) else 'prove("x**2", wrt="x")',
            )
    formulas = [part for part in parts if not isinstance(part, str)]
    if not formulas:
        return [part for part in parts if isinstance(part, str)], {}, {}
    from symconvex.bridges.from_sympy import read_sympy

    reading = read_sympy(formulas, shapes)
    told = iter(reading.texts)
    return [part if isinstance(part, str) else next(told) for part in parts], reading.shapes, reading.sets


def exact(value: object, name: str) -> object:
    """Numbers, nested lists of them or an array as nested tuples of rationals; 0.1 is one tenth.

    Fails    DataError on what is no finite number
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(exact(entry, name) for entry in value)
    text = value if isinstance(value, int | Fraction) else str(value)
    if isinstance(text, str) and not NUMBER.match(text):
        raise _no_number(name, text)
    try:
        number = Fraction(text)
    except ZeroDivisionError:
        raise _no_number(name, str(text)) from None
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_BITS:
        raise _no_number(name, "a number of several hundred digits")
    return number


def _no_number(name: str, got: str) -> DataError:
    return DataError(
        f"a value of {name} is no number",
        where=f"the values of {name}",
        expected="finite numbers of moderate length, such as 3, 0.25 or 1/3",
        got=got[:60],
        hint="leave incomplete samples out",
    )
