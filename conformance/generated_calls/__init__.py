"""Calls of built-in functions, made from their types, put to `erl` and to the reference VM."""
