"""Questions of their own about a loss: strict, strong, quasiconvex, log-convex, log-concave, blocks.

replies      what a verdict says of a property: yes, no, exactly when, depends, unknown
logarithm    f > 0 on the domain, and the problem of log f
blocks       some parameters, while the others are data
flattened    strongly convex with no modulus, where it was asked
answered     a question that is answered: parts, each of them a verdict with its certificate
settling     the same with its files, and the object that says all of it
"""
