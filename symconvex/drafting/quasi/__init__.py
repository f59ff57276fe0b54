"""Quasiconvexity: parts of a certificate that show it.

writing     a derivative as A m with A >= 0 and m nondecreasing, written as lines
one         one number: the factors of f' by their signs
monotone    one number, kinks too: f' keeps one sign as it stands
kinked      one affine form, kinks: f' = A B' with a convex B that turns where f does
composed    a monotone function of a convex term
slopes      several numbers: what is left of the derivative when a factor A > 0 is taken off
"""
