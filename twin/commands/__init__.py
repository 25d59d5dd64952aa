"""The command line, one module per kind of verb; `twin.__main__` starts it."""
