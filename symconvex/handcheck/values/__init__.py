"""Values at instances: sizes and numbers chosen, relations compared."""
