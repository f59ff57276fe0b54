"""How a loss is decided, as values: one file for each kind of argument, told by the exposition of the same name.

Every argument has a `name`, the name of its file.
"""
