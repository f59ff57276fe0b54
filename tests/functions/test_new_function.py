"""A function is one file: put into the folder, it is known to language, derivatives, prover, sampler and checker."""

from pathlib import Path

import pytest
from support.scratch import scratch_copy

SOFTABS = '''
"""The length of (1, z)."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.hypot(1.0, z)


def ball(z: Any) -> Any:
    return (1 + z * z).sqrt()


FUNCTION = Function(
    name="softabs",
    meaning="sqrt(1 + z**2)",
    derivative="z/softabs(z)",
    domain="real",
    range=("1", "inf"),
    attained=("1",),
    monotone="neither",
    curvature="convex",
    smooth=True,
    latex="\\\\operatorname{{softabs}}({})",
    letter="s",
    numpy=values,
    enclosure=ball,
    source="Charbonnier et al. 1994, section 3",
    at_zero="1",
)
'''

SWISH3 = (
    SOFTABS.replace("softabs", "steep")
    .replace("np.hypot(1.0, z)", "np.log1p(np.exp(3.0*z))")
    .replace("(1 + z * z).sqrt()", "(1 + (3*z).exp()).log()")
    .replace("sqrt(1 + z**2)", "log(1 + exp(3*z))")
    .replace("z/steep(z)", "3*sigmoid(3*z)")
    .replace('at_zero="1"', 'at_zero="log(2)"')
)

QUESTIONS = """
import symconvex as sc

shapes = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
loss = "sum(NAME(X @ w - y))"
print(sc.derive(loss, wrt="w", shapes=shapes).gradient[0][1] is not None)
print(sc.prove("NAME(x) + x**2" if "NAME" == "softabs" else loss, wrt="x" if "NAME" == "softabs" else "w",
               shapes={} if "NAME" == "softabs" else shapes).answer)
print(sc.prove("-NAME(x)*x**2", wrt="x").answer)
seen = sc.sample(loss, wrt="w", shapes=shapes, points=100, seed=1)
print(seen.negative, seen.points)
print(sc.check(r"$J(x) = \\operatorname{NAME}(x)$ and $J'(x) = SLOPE$.", wrt="x").outcome)
print(sc.check(r"$J(x) = \\operatorname{NAME}(x)$ and $J'(x) = 2 \\cdot SLOPE$.", wrt="x").outcome)
"""


@pytest.mark.parametrize(("name", "source", "slope", "answers"), [
    ("softabs", SOFTABS, r"\frac{x}{\sqrt{1 + x^2}}", {"convex", "undecided"}),
    ("steep", SWISH3, r"3\sigma(3x)", {"convex"}),
])  # fmt: skip
def test_a_new_file_is_all_that_a_new_function_needs(
    name: str, source: str, slope: str, answers: set[str], tmp_path: Path
) -> None:
    scratch = scratch_copy(tmp_path)
    scratch.add(f"functions/{name}.py", source)
    run = scratch.python(QUESTIONS.replace("NAME", name).replace("SLOPE", slope))
    assert run.returncode == 0, run.stderr
    derived, convex, other, sampled, right, wrong = run.stdout.splitlines()
    assert derived == "True"
    assert convex in answers
    assert other not in ("convex", "undecided")
    assert sampled == "0 100"
    assert (right, wrong) == ("proven", "false")
