"""The abstract machine: processes, code, primitives and exceptions."""
