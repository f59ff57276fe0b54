"""JAX functions in the loss language: the jaxpr, equation by equation, at symbolic sizes.

Every number is real here: what guards against overflow (a maximum that is taken out of a log-sum-exp, a test for nan)
is read as what it is without rounding.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from symconvex.bridges.jax_parts import alone, part
from symconvex.bridges.jax_values import Value, column, elementwise, joined_log, materialised, product, spread
from symconvex.bridges.traced import Trace, decimal, failing, not_said
from symconvex.problem import Shape

SAME = {
    "exp": "exp", "log": "log", "log1p": "log1p", "expm1": "expm1", "tanh": "tanh", "logistic": "sigmoid",
    "abs": "abs", "sign": "sign", "sqrt": "sqrt", "square": "square", "sin": "sin", "cos": "cos", "tan": "tan",
    "asin": "asin", "acos": "acos", "atan": "atan", "sinh": "sinh", "cosh": "cosh", "asinh": "asinh",
    "acosh": "acosh", "atanh": "atanh", "erf": "erf", "erfc": "erfc", "exp2": "exp2",
}  # fmt: skip
BINARY = {"add": " + ", "add_any": " + ", "sub": " - ", "mul": "*", "div": "/"}
TEMPLATES = {
    "neg": "(-{})",
    "not": "(~{})",
    "pow": "({}**{})",
    "rsqrt": "(1/sqrt({}))",
    "clamp": "min(max({1}, {0}), {2})",
}
COMPARED = {"lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= "}
HOLDS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
NUMBER = re.compile(r"-?\d+|\(-\d+\)", re.ASCII)
# What JAX calls by a name that nobody writes.
WRITTEN = {
    "gather": "indexing by an array, or by a place that is computed",
    "dynamic_slice": "a slice at a place that is computed",
    "slice": "this slice",
    "scatter": "setting entries with .at[...]",
    "scatter-add": "adding to entries with .at[...]",
    "reduce_prod": "a product over an axis",
    "rev": "a reversed array of named size",
    "concatenate": "joining matrices, or arrays of named size",
    "scan": "a loop by lax.scan",
    "while": "a loop",
    "cond": "a choice by lax.cond",
    "iota": "arange, or a slice with a step: iota of JAX,",
}
JOINED = {"and": " & ", "or": " | "}
CALLS = (
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "custom_jvp_call",
    "custom_vjp_call",
    "custom_vjp_call_jaxpr",
    "checkpoint",
    "remat",
    "remat2",
)
INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")
LIKE = ("stop_gradient", "copy", "copy_p", "optimization_barrier", "reduce_precision")
MOST_CONSTANTS = 400


def trace(function: Callable[..., Any], names: Sequence[str], shapes: Mapping[str, Shape]) -> Trace:
    """The text of a function; its sizes are symbols, so that it is the function at every size >= 1.

    Fails    NotYet at an operation that the language lacks, or at a decision that depends on a size; LossError at a
             function that fails
    """
    import jax

    sizes = dict.fromkeys(str(size) for name in names for size in shapes[name] if isinstance(size, str))
    symbols = dict(zip(sizes, jax.export.symbolic_shape(", ".join(sizes)) if sizes else (), strict=True))
    with _double():
        arrays = [
            jax.ShapeDtypeStruct(tuple(symbols.get(str(size), size) for size in shapes[name]), np.float64)
            for name in names
        ]
        try:
            closed = jax.make_jaxpr(function)(*arrays)
        except (_undecided_size(), jax.errors.TracerBoolConversionError) as error:
            raise not_said(
                "a decision that depends on a size or a value", str(getattr(function, "__name__", "")), str(error)
            ) from error
        except Exception as error:
            raise failing(function, error, [(name, shapes[name]) for name in names]) from error
    reading = JaxReading()
    inputs = [Value(name, shapes[name], shapes[name]) for name in names]
    outs = reading.run(closed.jaxpr, closed.consts, inputs)
    if len(outs) != 1:
        raise not_said(
            "a function with several results", str(getattr(function, "__name__", "")), f"{len(outs)} results"
        )
    note = f"traced by JAX {jax.__version__} at symbolic sizes, in real arithmetic"
    return Trace(materialised(outs[0]), note)


def _undecided_size() -> type[Exception]:
    """What JAX raises where a comparison of sizes has no answer; older versions have it in another place."""
    import jax

    name = "InconclusiveDimensionOperation"
    found: type[Exception] = getattr(jax.errors, name) if hasattr(jax.errors, name) else getattr(jax.core, name)
    return found


def _double() -> AbstractContextManager[Any]:
    """Numbers with sixteen digits, as Python has them."""
    import jax

    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else nullcontext()


@dataclass(slots=True)
class JaxReading:
    """Values of the variables of a jaxpr; `where` is the line that calls it."""

    known: dict[Any, Value] = field(default_factory=dict)
    where: str = ""

    def run(self, jaxpr: Any, consts: Sequence[Any], inputs: Sequence[Value]) -> list[Value]:
        """The results of a jaxpr at these inputs."""
        inside = JaxReading(where=self.where)
        inside.known |= dict(zip(jaxpr.constvars, map(_constant, consts), strict=True))
        inside.known |= dict(zip(jaxpr.invars, inputs, strict=True))
        for equation in jaxpr.eqns:
            values = [inside.value(variable) for variable in equation.invars]
            for variable, value in zip(equation.outvars, inside.results(equation, values), strict=True):
                inside.known[variable] = value
        return [inside.value(variable) for variable in jaxpr.outvars]

    def value(self, variable: Any) -> Value:
        """What a variable or a literal is."""
        if hasattr(variable, "val"):
            return _constant(variable.val)
        return self.known[variable]

    def results(self, equation: Any, values: list[Value]) -> list[Value]:
        """What an equation gives."""
        name, params = equation.primitive.name, equation.params
        if name in CALLS:
            inner = next(params[word] for word in INNER if word in params)
            jaxpr, consts = (inner.jaxpr, inner.consts) if hasattr(inner, "consts") else (inner, ())
            return JaxReading(where=_line(equation) or self.where).run(jaxpr, consts, values)
        shape = _shape(equation.outvars[0].aval.shape)
        found = _entrywise(name, params, values, shape, equation) or _arranged(name, params, values, shape)
        if found is None and equation.invars:
            found = part(name, params, values, shape, equation.invars[0].aval.shape)
        if found is None:
            what = WRITTEN.get(name, f"the operation {name} of JAX")
            raise not_said(what, _line(equation) or self.where, str(equation.primitive))
        return [replace_trace(found, name, values)]


def replace_trace(value: Value, name: str, values: Sequence[Value]) -> Value:
    """The value with what it was made of."""
    return value.made_by(name, tuple(values), value.axes)


def _entrywise(name: str, params: Any, values: list[Value], shape: Shape, equation: Any) -> Value | None:
    """An operation on entries in the same place."""
    whole = str(equation.outvars[0].aval.dtype).startswith(("int", "uint"))
    if name in LIKE:
        return values[0]
    if name in SAME:
        return elementwise(f"{SAME[name]}({{}})", values, shape)
    if name in BINARY and not (whole and name == "div"):
        return joined_log(name, values, shape) or elementwise(f"({{}}{BINARY[name]}{{}})", values, shape)
    if name in COMPARED and all(NUMBER.fullmatch(value.text) for value in values):
        return Value(str(HOLDS[name](*(Fraction(value.text.strip("()")) for value in values))), (), shape)
    if name in COMPARED:
        return elementwise(f"({{}}{COMPARED[name]}{{}})", values, shape)
    if name in JOINED:
        return elementwise(f"({{}}{JOINED[name]}{{}})", values, shape)
    if name in TEMPLATES:
        return elementwise(TEMPLATES[name], values, shape)
    match name:
        case "max" | "min":
            return _extreme(name, values, shape)
        case "integer_pow":
            return elementwise(f"({{}}**{decimal(params['y'])})", values, shape)
        case "ne" if values[0] is values[1]:
            return Value("False", (), shape)
        case "is_finite":
            return Value("True", (), shape)
        case "select_n" if values[0].text in ("True", "False"):
            return values[2 if values[0].text == "True" else 1]
        case "select_n" if len(values) == 3:
            return elementwise("where({0}, {2}, {1})", values, shape)
        case "convert_element_type" if str(equation.invars[0].aval.dtype) == "bool":
            return elementwise("where({}, 1, 0)", values, shape)
        case "convert_element_type" if not whole or not str(equation.invars[0].aval.dtype).startswith("float"):
            return values[0]
    return None


def _extreme(name: str, values: list[Value], shape: Shape) -> Value:
    """The larger or smaller of two, of which an infinite one does not count."""
    least = "(-inf)" if name == "max" else "inf"
    others = [value for value in values if value.text != least]
    return others[0] if len(others) == 1 else elementwise(f"{name}({{}}, {{}})", values, shape)


def _arranged(name: str, params: Any, values: list[Value], shape: Shape) -> Value | None:
    """Products, sums along axes, and other shapes."""
    match name:
        case "dot_general":
            return product(values[0], values[1], params["dimension_numbers"], shape)
        case "reduce_sum" | "reduce_max" | "reduce_min":
            axes, word = tuple(params["axes"]), name.removeprefix("reduce_")
            inner = materialised(values[0])
            if len(values[0].shape) > 2:
                return None
            along = "" if len(axes) == len(values[0].shape) else f", axis={axes[0]}"
            return Value(f"{word}({inner}{along})", shape, shape, axes=axes)
        case "transpose" if len(shape) == 2:
            turned = tuple(params["permutation"]) == (1, 0)
            return Value(f"({materialised(values[0])}).T" if turned else values[0].text, shape, shape)
        case "broadcast_in_dim":
            return spread(values[0], shape, tuple(params["broadcast_dimensions"]))
        case "reshape" | "squeeze" | "expand_dims":
            return alone(values[0], shape) or column(values[0], shape)
        case "dim_as_value":
            return Value(f"({params['dim']})", (), ())
    return None


def _shape(shape: Sequence[Any]) -> Shape:
    return tuple(size if isinstance(size, int) else str(size) for size in shape)


def _constant(value: Any) -> Value:
    """A number, or a small array of numbers."""
    array = np.asarray(value)
    if array.size > MOST_CONSTANTS or array.ndim > 2:
        raise not_said("a large array that is no argument", "the constants of the function", f"shape {array.shape}")
    if array.dtype == bool and array.ndim == 0:
        return Value(str(bool(array)), (), ())
    shape = _shape(array.shape)
    return Value(_listed(array.tolist()) if shape else decimal(float(array)), shape, shape)


def _listed(value: Any) -> str:
    return f"[{', '.join(map(_listed, value))}]" if isinstance(value, list) else decimal(value)


def _line(equation: Any) -> str:
    """Where the function says it."""
    from jax._src import source_info_util  # there is no public name for it

    return str(source_info_util.summarize(equation.source_info))
