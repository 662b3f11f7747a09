Definitions.
A = [a-
Rules.
{B}+ : {token, here}.
(a : skip_token.
Erlang code.
