"""How fast the reference VM is, beside a real `erl` in the same run. `python -m bench --help`."""
