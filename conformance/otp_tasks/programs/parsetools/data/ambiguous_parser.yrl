Nonterminals e s.
Terminals x '+' 'if' else.
Rootsymbol s.
Expect 2.
s -> e.
s -> 'if' s.
s -> 'if' s else s.
e -> e '+' e : {'$1', '$3'}.
e -> x.
