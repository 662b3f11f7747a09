"""ETS: tables of tuples that outlive function calls, and match specifications."""
