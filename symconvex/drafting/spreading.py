"""Sums opened and joined, so that parts that are convex together stand together.

(sum_i a_i) b  =  sum_i a_i b,      sum_i a_i + sum_j b_j  =  sum_i (a_i + b_i)  over the same size
"""

from collections.abc import Iterator, Sequence

from symconvex.drafting.draft import Draft
from symconvex.drafting.patterns import bound
from symconvex.drafting.profile import factors, mentions
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Mul, Size, Sum, Term


def spread(draft: Draft, term: Term) -> Iterator[Term]:
    """A product with one of its sums opened, where two factors at least contain parameters."""
    args, names = factors(term), frozenset(draft.parameters)
    if not isinstance(term, Mul) or sum(mentions(arg, names) for arg in args) < 2:
        return
    for k, arg in enumerate(args):
        rest = (*args[:k], *args[k + 1 :])
        if isinstance(arg, Sum):
            taken = t.free_indices(term) | bound(rest)
            index = arg.index if arg.index not in taken else draft.index(arg.size, taken | bound([arg.body]))
            yield Sum(index, arg.size, t.mul(*rest, t.reindex(arg.body, {arg.index: index})))
        elif isinstance(arg, Add):
            yield t.add(*(t.mul(*rest, part) for part in arg.args))


def joined(draft: Draft, args: Sequence[Term], waiting: Sequence[bool]) -> tuple[Term, ...] | None:
    """The summands with sums over one size made one, if possible only those that wait; None when there are no two."""
    some = [arg for arg, waits in zip(args, waiting, strict=True) if waits]
    whole = _joined(draft, some)
    return _joined(draft, args) if whole is None else (*whole, *(arg for arg in args if arg not in some))


def _joined(draft: Draft, args: Sequence[Term]) -> tuple[Term, ...] | None:
    found, rest = dict[Size, list[Sum]](), list[Term]()
    for arg in args:
        opened = _opened(draft, arg)
        if opened is None:
            rest.append(arg)
        else:
            found.setdefault(opened.size, []).append(opened)
    if all(len(sums) < 2 for sums in found.values()):
        return None
    whole = list[Term]()
    for size, sums in found.items():
        index = next((s.index for s in sums if all(_fits(s.index, other) for other in sums)), None)
        index = index or draft.index(size, frozenset().union(*(bound([s]) | t.free_indices(s) for s in sums)))
        whole.append(Sum(index, size, t.add(*(t.reindex(s.body, {s.index: index}) for s in sums))))
    return (*whole, *rest)


def _fits(index: str, total: Sum) -> bool:
    return index == total.index or index not in t.free_indices(total.body) | bound([total.body])


def _opened(draft: Draft, term: Term) -> Sum | None:
    """A sum with its factors inside."""
    if isinstance(term, Sum):
        return term
    sums = [arg for arg in factors(term) if isinstance(arg, Sum)]
    if len(sums) != 1:
        return None
    (total,) = sums
    rest = [arg for arg in factors(term) if arg is not total]
    taken = t.free_indices(term) | bound(rest)
    index = total.index if total.index not in taken else draft.index(total.size, taken | bound([total.body]))
    return Sum(index, total.size, t.mul(*rest, t.reindex(total.body, {total.index: index})))
