"""What one loss family tells the rest of the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symconvex.problem import Problem


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
