"""Exact conditions on real data: in which cases a loss is convex, and in which it is not.

curve       the second derivative as a common factor > 0 times a small matrix R, whose minors have to be >= 0
bands       a minor in one quantity of known range, as C_0 p^d + C_1 p^(d-1) q + ... with C_k in the data only
forms       a form is >= 0 where its principal minors are
signs       signs of polynomials in the data, from the hypotheses of a case
directions  directions in terms of the data in which a form may be negative
witnesses   points and directions at which a minor is negative
search      the cases: split by the signs of C_k and of discriminants until each is proved or refuted
"""
