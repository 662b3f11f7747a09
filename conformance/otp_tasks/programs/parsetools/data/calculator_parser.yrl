%% Sums with names, priorities and calls of functions.
Nonterminals program statement expression negative arguments.
Terminals integer float name compare 'let' '+' '-' '*' '/' '^' '(' ')' ',' '=' ';'.
Rootsymbol program.
Endsymbol '$end'.
Expect 0.

Nonassoc 50 compare.
Left 100 '+' '-'.
Left 200 '*' '/'.
Right 300 '^'.
Unary 400 negative.

program -> statement : ['$1'].
program -> statement ';' program : ['$1' | '$3'].
statement -> 'let' name '=' expression : {bind, text('$2'), '$4'}.
statement -> expression : '$1'.
expression -> expression '+' expression : {'+', '$1', '$3'}.
expression -> expression '-' expression : {'-', '$1', '$3'}.
expression -> expression '*' expression : {'*', '$1', '$3'}.
expression -> expression '/' expression : {'/', '$1', '$3'}.
expression -> expression '^' expression : {'^', '$1', '$3'}.
expression -> expression compare expression : {text('$2'), '$1', '$3'}.
expression -> negative : '$1'.
negative -> '-' expression : {minus, '$2'}.
expression -> '(' expression ')' : '$2'.
expression -> name '(' arguments ')' : {call, text('$1'), '$3'}.
expression -> name '(' ')' : {call, text('$1'), []}.
expression -> name : known(text('$1'), line('$1')).
expression -> integer : text('$1').
expression -> float : text('$1').
arguments -> expression : ['$1'].
arguments -> expression ',' arguments : ['$1' | '$3'].

Erlang code.

text({_, _, Text}) -> Text.

line(Token) -> element(2, Token).

known("nothing", Line) -> return_error(Line, "nothing has no value");
known(Name, _) -> {name, Name}.
