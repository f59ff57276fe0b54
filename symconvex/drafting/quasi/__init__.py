"""Quasiconvexity: parts of a certificate that show it.

writing     a derivative as A M with A >= 0 and M nondecreasing, written as lines
one         one number: the factors of f' by their signs
composed    a monotone function of a convex term
slopes      several numbers: what is left of the derivative when a factor A > 0 is taken off
peaks       three points on a line, the middle one the highest or the lowest
"""
