%% Each function answers yes when the test holds and no when it jumps.
{module, op_asm_branches}.
{exports, [{boolean,1},{bits,1},{equal,2},{different,2},{less,2},{number,1},{fun_of,1},
           {exchange,2},{choose,1}]}.
{attributes, []}.
{labels, 37}.

{function, equal, 2, 2}.
  {label,1}.
    {func_info,{atom,op_asm_branches},{atom,equal},2}.
  {label,2}.
    {test,is_eq,{f,4},[{x,0},{x,1}]}.
    {test,is_eq_exact,{f,3},[{x,0},{x,1}]}.
    {move,{atom,exactly},{x,0}}.
    return.
  {label,3}.
    {move,{atom,numerically},{x,0}}.
    return.
  {label,4}.
    {move,{atom,no},{x,0}}.
    return.

{function, different, 2, 6}.
  {label,5}.
    {func_info,{atom,op_asm_branches},{atom,different},2}.
  {label,6}.
    {test,is_ne_exact,{f,8},[{x,0},{x,1}]}.
    {test,is_ne,{f,7},[{x,0},{x,1}]}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,7}.
    {move,{atom,only_in_type},{x,0}}.
    return.
  {label,8}.
    {move,{atom,no},{x,0}}.
    return.

{function, less, 2, 10}.
  {label,9}.
    {func_info,{atom,op_asm_branches},{atom,less},2}.
  {label,10}.
    {test,is_lt,{f,11},[{x,0},{x,1}]}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,11}.
    {test,is_ge,{f,12},[{x,1},{x,0}]}.
    {move,{atom,equal},{x,0}}.
    return.
  {label,12}.
    {move,{atom,no},{x,0}}.
    return.

{function, number, 1, 14}.
  {label,13}.
    {func_info,{atom,op_asm_branches},{atom,number},1}.
  {label,14}.
    {test,is_number,{f,16},[{x,0}]}.
    {jump,{f,15}}.
  {label,15}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,16}.
    {move,{atom,no},{x,0}}.
    return.

{function, boolean, 1, 18}.
  {label,17}.
    {func_info,{atom,op_asm_branches},{atom,boolean},1}.
  {label,18}.
    {test,is_boolean,{f,20},[{x,0}]}.
    {jump,{f,19}}.
  {label,19}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,20}.
    {move,{atom,no},{x,0}}.
    return.

{function, bits, 1, 22}.
  {label,21}.
    {func_info,{atom,op_asm_branches},{atom,bits},1}.
  {label,22}.
    {test,is_bitstr,{f,25},[{x,0}]}.
    {test,is_binary,{f,23},[{x,0}]}.
    {jump,{f,24}}.
  {label,23}.
    {move,{atom,odd_bits},{x,0}}.
    return.
  {label,24}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,25}.
    {move,{atom,no},{x,0}}.
    return.

{function, fun_of, 1, 27}.
  {label,26}.
    {func_info,{atom,op_asm_branches},{atom,fun_of},1}.
  {label,27}.
    {move,{literal,fun lists:reverse/1},{x,1}}.
    {test,is_function2,{f,29},[{x,1},{x,0}]}.
    {jump,{f,28}}.
  {label,28}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,29}.
    {move,{atom,no},{x,0}}.
    return.

{function, exchange, 2, 31}.
  {label,30}.
    {func_info,{atom,op_asm_branches},{atom,exchange},2}.
  {label,31}.
    {swap,{x,0},{x,1}}.
    {test_heap,4,2}.
    {put_list,{x,0},nil,{x,0}}.
    {put_list,{x,1},{x,0},{x,0}}.
    return.

{function, choose, 1, 33}.
  {label,32}.
    {func_info,{atom,op_asm_branches},{atom,choose},1}.
  {label,33}.
    {select_val,{x,0},{f,36},{list,[{atom,a},{f,35},{atom,b},{f,34},{atom,c},{f,35}]}}.
  {label,34}.
    {move,{atom,second},{x,0}}.
    return.
  {label,35}.
    {move,{atom,yes},{x,0}}.
    return.
  {label,36}.
    {move,{atom,no},{x,0}}.
    return.
