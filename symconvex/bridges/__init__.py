"""From and to other libraries: one file for each library and direction, loaded when it is asked for."""
