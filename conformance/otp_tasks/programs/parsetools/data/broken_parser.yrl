Nonterminals a b.
Terminals x x.
Rootsymbol c.
a -> x y : '$3'.
a -> .
b ->
