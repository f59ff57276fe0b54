"""The exact normal form: two terms with the same normal form are equal wherever both are defined.

A normal form is a polynomial with rational coefficients in *atoms*: entries of symbols, deltas,
exponentials, inverses, roots, other functions, and finite sums. What makes it strong:

  exponentials   exp(a + b) = exp(a) exp(b); tanh, sigmoid, softplus are rewritten in them
  inverses       1/P is an atom with P * (1/P) = 1 used as a rewriting rule
  sums           distributed over +, factors pulled out, products of sums flattened, deltas
                 eliminated, bound indices renamed canonically
  data           y * y = 1 for y in {-1, 1}; y * y = y for y in {0, 1}

Equal normal forms prove equality. Different ones prove nothing. SPEC.md, section 4, has the rules.
"""

from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.polynomial import ONE, UNIT, Poly, content, divided, leading, plus, primes, scaled
from symconvex.kernel.products import is_exp
from symconvex.kernel.statement import pick
from symconvex.kernel.sums import Sums
from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Num, Pow, Sum, Sym, Term

TWO = Fraction(2)


class Normal(Sums):
    """Normal forms of all terms."""

    __slots__ = ()

    def equal(self, left: Term, right: Term) -> bool:
        """Are the two shown to be equal?"""
        return left == right or not self.poly(t.sub(left, right))

    def mentions(self, term: Term, names: frozenset[str]) -> bool:
        """Does the normal form contain a symbol or function with one of these names?"""
        for key in dict.fromkeys(key for mono in self.poly(term) for key, _ in mono):
            self.budget.walk(self.atoms[key])
            if any(isinstance(part, Sym | Fn) and part.name in names for part in t.subterms(self.atoms[key])):
                return True
        return False

    def poly(self, term: Term) -> Poly:
        """The normal form of a term; never changed after it is made."""
        known = self.memo.get(term)
        if known is None:
            known = self.memo[term] = self._poly(term)
            self.budget.spend(5 + len(known) // 4)
        return known

    def _poly(self, term: Term) -> Poly:
        match term:
            case Num(value):
                return {UNIT: value} if value else {}
            case Sym(name, _) if name in self.facts.zero:
                return {}
            case Sym(name, indices) if name in self.facts.values and all(isinstance(i, int) for i in indices):
                return self.poly(Num(pick(self.facts.values[name], indices)))
            case Sym():
                return self.atom(term, ONE)
            case Dim(size):
                return {UNIT: Fraction(size)} if isinstance(size, int) else self.atom(term, ONE)
            case Delta(left, right):
                return self._delta(left, right)
            case Add(args):
                total: Poly = {}
                for arg in args:
                    plus(total, self.poly(arg))
                return total
            case Mul(args):
                result: Poly = {UNIT: ONE}
                for arg in args:
                    result = self.times(result, self.poly(arg))
                return result
            case Pow(base, exponent):
                return self.power(self.poly(base), exponent)
            case Sum(index, int(size), body) if self.facts.values:
                return self._written_out(index, size, body)
            case Sum(index, size, body):
                return self.sum(index, size, self.poly(body))
            case Fn(name, args):
                return self._function(name, [self.poly(arg) for arg in args])

    def _written_out(self, index: str, size: int, body: Term) -> Poly:
        total: Poly = {}
        for k in range(size):
            self.budget.spend(10)
            plus(total, self.poly(t.reindex(body, {index: k})))
        return total

    def _delta(self, left: Index, right: Index) -> Poly:
        if left == right:
            return {UNIT: ONE}
        if isinstance(left, int) and isinstance(right, int):
            return {}
        first, second = sorted((left, right), key=str)
        return self.atom(Delta(first, second), ONE)

    def _function(self, name: str, args: list[Poly]) -> Poly:
        arg = args[0]
        match name:
            case "exp":
                return self._exp(arg)
            case "log":
                return self._log(arg)
            case "sigmoid":
                return plus({UNIT: ONE}, self.power(plus({UNIT: ONE}, self._exp(arg)), -ONE), -ONE)
            case "tanh":
                squared = self._exp(scaled(arg, TWO))
                return plus({UNIT: ONE}, self.power(plus({UNIT: ONE}, squared), -ONE), -TWO)
            case "softplus":
                return self._log(plus({UNIT: ONE}, self._exp(arg)))
            case "abs":
                return plus(scaled(self.kink("relu", arg), TWO), arg, -ONE)
            case "max":
                best = arg
                for other in args[1:]:
                    best = plus(dict(other), self.kink("relu", plus(dict(best), other, -ONE)))
                return best
            case "relu" | "step":
                return self.kink(name, arg)
            case "sin" | "cos" | "normpdf":
                return self._symmetric(name, arg)
            case "normcdf" if not arg:
                return {UNIT: Fraction(1, 2)}
        return self.atom(Fn(name, tuple(self.term(part) for part in args)), ONE)

    def _exp(self, arg: Poly) -> Poly:
        """exp of a sum as a product; exp(k log A) = A^k for whole k."""
        result: Poly = {UNIT: ONE}
        for mono, c in arg.items():
            atom = self.atoms[mono[0][0]] if len(mono) == 1 and mono[0][1] == 1 else None
            if isinstance(atom, Fn) and atom.name == "log" and c.denominator == 1:
                factor = self.power(self.poly(atom.args[0]), c)
            else:
                factor = self.atom(Fn("exp", (self.mono_term(mono, ONE),)), c)
            result = self.times(result, factor)
        return result

    def _log(self, arg: Poly) -> Poly:
        """log(exp(a) Q) = a + log Q and log(c Q) = log c + log Q for numbers c > 0, c written in primes."""
        if not arg:
            raise t.Refused("a logarithm of zero")
        common = {key: e for key, e in content(arg).items() if is_exp(self.atoms[key])}
        result: Poly = {}
        for key, e in common.items():
            plus(result, self.poly(t.children(self.atoms[key])[0]), e)
        rest = {divided(mono, common): c for mono, c in arg.items()}
        c = abs(rest[leading(rest)])
        for prime, count in primes(c).items():
            plus(result, self.atom(Fn("log", (t.number(prime),)), ONE), Fraction(count))
        rest = scaled(rest, 1 / c)
        return result if rest == {UNIT: ONE} else plus(result, self.atom(Fn("log", (self.term(rest),)), ONE))

    def _symmetric(self, name: str, arg: Poly) -> Poly:
        """sin(-u) = -sin(u), cos(-u) = cos(u), normpdf(-u) = normpdf(u)."""
        if not arg and name in ("sin", "cos"):
            return {} if name == "sin" else {UNIT: ONE}
        sign = ONE if not arg or arg[leading(arg)] > 0 else -ONE
        atom = self.atom(Fn(name, (self.term(scaled(arg, sign)),)), ONE)
        return scaled(atom, sign) if name == "sin" else atom
