"""A registry is a folder: one value a file, found by its file name, checked when it is loaded."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from symconvex.errors import CatalogueError


class Named(Protocol):
    """A value that knows the name it is found by."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def collect(package: str, constant: str, kind: type[T]) -> Mapping[str, T]:
    """Read `constant` from every public module of `package`, keyed by its name.

    A file name has an underscore where the name has a hyphen.

    Fails    when a file lacks the constant, or the constant has another kind or another name
    """
    found: dict[str, T] = {}
    path = importlib.import_module(package).__path__
    for info in sorted(pkgutil.iter_modules(path), key=lambda module: module.name):
        if not info.name.startswith("_"):
            value = load(package, info.name, constant, kind)
            found[value.name] = value
    return MappingProxyType(found)


def load(package: str, file: str, constant: str, kind: type[T]) -> T:
    """The value of one file."""
    where = f"{package}.{file}"
    value = getattr(importlib.import_module(where), constant, None)
    if isinstance(value, kind) and value.name.replace("-", "_") == file:
        return value
    got = f"{constant} named {value.name!r}" if isinstance(value, kind) else type(value).__name__
    raise CatalogueError(
        f"{file}.py does not keep the promise of its folder",
        where=where,
        expected=f"{constant} = {kind.__name__}(name={file.replace('_', '-')!r}, ...)",
        got=got,
        hint=f"define {constant} under that name, or rename the file; {kind.__module__} says what a {kind.__name__} is",
    )
