%% poly(X) = X * X + 1.5; inverse(X) = 1.0 / X; negate(X) = -X, each after fconv of its argument.
{module, op_asm_float_check}.
{exports, [{inverse,1},{negate,1},{poly,1}]}.
{attributes, []}.
{labels, 7}.

{function, poly, 1, 2}.
  {label,1}.
    {func_info,{atom,op_asm_float_check},{atom,poly},1}.
  {label,2}.
    {fconv,{x,0},{fr,0}}.
    {fmove,{float,1.5},{fr,1}}.
    fclearerror.
    {bif,fmul,{f,0},[{fr,0},{fr,0}],{fr,0}}.
    {bif,fadd,{f,0},[{fr,0},{fr,1}],{fr,0}}.
    {fcheckerror,{f,0}}.
    {test_heap,{alloc,[{words,0},{floats,1}]},0}.
    {fmove,{fr,0},{x,0}}.
    return.

{function, inverse, 1, 4}.
  {label,3}.
    {func_info,{atom,op_asm_float_check},{atom,inverse},1}.
  {label,4}.
    {fconv,{x,0},{fr,0}}.
    {fmove,{float,1.0},{fr,1}}.
    fclearerror.
    {bif,fdiv,{f,0},[{fr,1},{fr,0}],{fr,2}}.
    {fcheckerror,{f,0}}.
    {test_heap,{alloc,[{words,0},{floats,1}]},0}.
    {fmove,{fr,2},{x,0}}.
    return.

{function, negate, 1, 6}.
  {label,5}.
    {func_info,{atom,op_asm_float_check},{atom,negate},1}.
  {label,6}.
    {fconv,{x,0},{fr,0}}.
    fclearerror.
    {bif,fnegate,{f,0},[{fr,0}],{fr,0}}.
    {fcheckerror,{f,0}}.
    {test_heap,{alloc,[{words,0},{floats,1}]},0}.
    {fmove,{fr,0},{x,0}}.
    return.
