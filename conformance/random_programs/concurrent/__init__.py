"""Random concurrent programs: processes, signals, timers, names and tables.

A program is made of processes that do numbered steps (`programs.py`, with one module for each
subject of steps). `erl` and the reference VM run it many times, under many schedules, and every
outcome of the VM has to be one that `erl` can show (`judge.py`).
"""
