"""LaTeX as people type it: tokens with their lines, macros written out, signs named."""
