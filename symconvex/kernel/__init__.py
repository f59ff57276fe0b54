"""The kernel: what a certificate is, what Accepted means, and the table of steps. SPEC.md says it all.

A certificate states a problem (sizes, data in their sets, parameters, a domain, a loss) and proves theorems about it in
parts. A part has hypotheses, an example in which they hold, and numbered lines; each line names a step, the lines
it uses, and its conclusion.

    from symconvex.kernel.check import check
    check(certificate)  ->  Accepted(statement, theorems, steps, exact) | Rejected(part, step, rule, reason)
                            raises Malformed

Accepted means: for all sizes at least their least values, all data in their sets for which the domain is not empty, and
all hypotheses of a theorem, its claims hold of the loss on the domain. Nothing else in symconvex decides anything.

    step           gives
    -----------------------------------------------------------------------------------------------
    constant       the sign of a term without symbols, by ball arithmetic
    fact           the sign that a set, a size, a hypothesis, the domain or the range of a function says
    power          A^r > 0 from A > 0
    combine        a sum of products of lines and squares
    quadratic      A u^2 + 2 B u w + C w^2 >= 0 from A, C, A C - B^2 >= 0
    sum            a line for every index, summed
    instance       a line for every z, read at a term
    tangent        phi(b) - phi(a) - phi'(a) (b - a) >= 0 from phi'' >= 0
    definite       a sum of weighted squares that vanishes only for the direction 0
    cases          shown under A >= 0 and under -A >= 0, hence shown
    growth         a sign at the end of an interval, and the sign of the slope on it
    box            the sign of a term on a box, by ball arithmetic
    differentiate  the second derivative of the loss along a direction
    curvature      convex, concave, affine, strictly, strongly, smooth: from the sign of that
    at_point       what the second derivative at one point refutes
    affine         no second derivative, by structure
    second_order   the sign of the second derivative of a term: it is convex, or strictly convex
    compose        a convex function of affine, convex or concave terms
    quasi          quasiconvex: a slope that changes its sign once along lines, or a monotone function of a convex term
    same           two bounds that meet at a convex term
    conclude       the convex term is the loss
    chord          what convexity says of a chord
    flat           what convexity says of a line along which the loss is bounded
    refute         gaps that would be <= 0 have a sum that is > 0

    file           holds                                          imports from
    -----------------------------------------------------------------------------------------------
    content        a value whose hash is computed once
    term           the term language, text and substitution              content
    functions      one table: derivative, range, ball             term
    polynomial     rational polynomials, no rewriting             term
    statement      problem, hypotheses, judgments, arrays         functions
    reading        JSON to a statement and its parts              statement
    calculus       derivatives, what must be defined              functions
    normal         the exact normal form                          polynomial, statement
    enclose        ball arithmetic                                functions, statement
    example        one case in which all that is assumed holds    enclose, reading
    context        what a step may look at                        normal, calculus, reading, enclose
    arguments      the arguments of steps, by one table           context
    signs  intervals  curvature  structure  refutation            the steps
    iff            hypotheses of which one holds in every case    normal, statement
    check          the door
"""
