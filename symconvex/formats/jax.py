"""Derivatives as functions on JAX arrays, which may be compiled, mapped and differentiated further."""

from functools import partial

from symconvex.formats._code import COMMON, Library, closed_code, entries_code
from symconvex.formats._format import Format

OWN = "def _{name}({args}):\n    return jax.{call}\n"
CALLS = {
    "relu": ("z", "nn.relu(z)"),
    "sigmoid": ("z", "nn.sigmoid(z)"),
    "softplus": ("z", "nn.softplus(z)"),
    "normcdf": ("z", "scipy.stats.norm.cdf(z)"),
    "normpdf": ("z", "scipy.stats.norm.pdf(z)"),
    "erf": ("z", "scipy.special.erf(z)"),
    "erfc": ("z", "scipy.special.erfc(z)"),
    "logsumexp": ("z, axis=None", "nn.logsumexp(z, axis=axis)"),
    "softmax": ("z, axis=None", "nn.softmax(z, axis=axis)"),
}

JAX = Library(
    imports="import jax\nimport jax.numpy as {np}\nimport jax.scipy",
    alias="jnp",
    direct={
        **{name: name for name in ("abs", "cos", "cosh", "exp", "exp2", "expm1", "log", "log10", "log1p", "log2")},
        **{name: name for name in ("sign", "sin", "sinh", "sqrt", "square", "tan", "tanh")},
        **{f"a{name}": f"arc{name}" for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh")},
        "max": "maximum",
        "min": "minimum",
    },
    written={
        **COMMON,
        **{name: OWN.format(name=name, args=args, call=call) for name, (args, call) in CALLS.items()},
        "step": "def _step(z):\n    return {np}.where(z > 0, 1.0, 0.0)\n",
    },
    made=")",
)

FORMAT = Format("jax", partial(closed_code, library=JAX), partial(entries_code, library=JAX))
