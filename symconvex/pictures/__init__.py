"""Pictures of evidence, drawn by matplotlib (the extra `plot`) without a display; each file first gathers its data.

verdict    a chord that refutes, the loss around it; a function of one number with its second derivative
sample     histograms of eigenvalues
"""
