"""Published formulas as pure functions: numpy in, numpy out, no input or output."""
