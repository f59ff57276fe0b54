"""A formula with the atoms of CVXPY that its user would choose: quadratic forms, log-sum-exp, norms, entropies, quotients."""

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy


class Atoms(ast.NodeTransformer):
    """Rewrites every part that is an atom of CVXPY in other words."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """log(1 + exp(z)), log(exp(a) + exp(b)), sqrt(a**2 + b**2)."""
        match node:
            case ast.Call(ast.Name("log"), [ast.BinOp(_, ast.Add(), _) as whole]):
                exponents = [_exponent(part) for part in _summands(whole)]
                if all(part is not None for part in exponents):
                    return _call("log_sum_exp", [self.visit(part) for part in exponents if part is not None])
            case ast.Call(ast.Name("sqrt"), [ast.BinOp(_, ast.Add(), _) as whole]):
                roots = [_root(part) for part in _summands(whole)]
                if all(part is not None for part in roots):
                    return _call("norm", [self.visit(part) for part in roots if part is not None])
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """x*log(x), x*log(x/y), x**2/y, c/x."""
        match node:
            case ast.BinOp(x, ast.Mult(), ast.Call(ast.Name("log"), [ast.BinOp(z, ast.Div(), y)])) if _same(x, z):
                return _call("rel_entr", [self.visit(x), self.visit(y)])
            case ast.BinOp(x, ast.Mult(), ast.Call(ast.Name("log"), [z])) if _same(x, z):
                return _call("negative_entropy", [self.visit(x)])
            case ast.BinOp(ast.BinOp(x, ast.Pow(), ast.Constant(2)), ast.Div(), y) if not isinstance(y, ast.Constant):
                return _call("quad_over_lin", [self.visit(x), self.visit(y)])
            case ast.BinOp(ast.Constant() as c, ast.Div(), y) if not isinstance(y, ast.Constant):
                return ast.BinOp(c, ast.Mult(), _call("inv_pos", [self.visit(y)]))
        return self.generic_visit(node)


def _call(name: str, parts: list[ast.AST]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), parts, [])


def _same(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) == ast.dump(other)


def _summands(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_summands(node.left), *_summands(node.right)]
    return [node]


def _exponent(node: ast.AST) -> ast.AST | None:
    match node:
        case ast.Call(ast.Name("exp"), [inner]):
            return inner
        case ast.Constant(1):
            return ast.Constant(0)
    return None


def _root(node: ast.AST) -> ast.AST | None:
    match node:
        case ast.BinOp(base, ast.Pow(), ast.Constant(2)):
            return base
        case ast.Constant(c) if c >= 0:
            return ast.Constant(c**0.5)
    return None


def expression(text: str, names: Mapping[str, Any]) -> Any:
    """The CVXPY expression."""
    import cvxpy as cp

    variables = [name for name, value in names.items() if isinstance(value, cp.Variable)]
    matrix = _quadratic(text, variables, names)
    if matrix is not None:
        return cp.quad_form(cp.hstack([names[name] for name in variables]), matrix)
    words = {
        "exp": cp.exp,
        "log": cp.log,
        "sqrt": cp.sqrt,
        "abs": cp.abs,
        "max": cp.maximum,
        "min": cp.minimum,
        "inv_pos": lambda y: 1 / y if y.is_nonpos() else cp.inv_pos(y),
        "quad_over_lin": cp.quad_over_lin,
        "rel_entr": cp.rel_entr,
        "pi": np.pi,
        "negative_entropy": lambda x: -cp.entr(x),
        "log_sum_exp": lambda *v: cp.log_sum_exp(cp.hstack(v)),
        "norm": lambda *v: cp.norm(cp.hstack(v)),
    }
    tree = ast.fix_missing_locations(Atoms().visit(ast.parse(text, mode="eval")))
    return eval(compile(tree, "formula", "eval"), {"__builtins__": {}}, {**words, **names})  # noqa: S307 - our own corpus


def _quadratic(text: str, variables: list[str], names: Mapping[str, Any]) -> Any:
    """Half of the Hessian of a polynomial of degree two in the variables alone; None for others."""
    symbols = {name: sympy.Symbol(name) for name in names}
    words = {"abs": sympy.Abs, "max": sympy.Max, "min": sympy.Min}
    poly = sympy.parse_expr(text, local_dict={**symbols, **words}).as_poly(*(symbols[name] for name in variables))
    if poly is None or poly.total_degree() != 2 or len(variables) < len(names):
        return None
    return np.array(sympy.hessian(poly.as_expr(), [symbols[name] for name in variables]) / 2, float)
