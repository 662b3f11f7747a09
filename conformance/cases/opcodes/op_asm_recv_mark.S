%% find(Noise, Wanted) sends Noise to itself, marks, sends Wanted and receives only Wanted.
%% miss(Noise, Wanted) sends Noise behind the mark, and waits for Wanted in vain.
{module, op_asm_recv_mark}.
{exports, [{find,2},{miss,2}]}.
{attributes, []}.
{labels, 11}.

{function, find, 2, 2}.
  {label,1}.
    {func_info,{atom,op_asm_recv_mark},{atom,find},2}.
  {label,2}.
    {allocate,1,2}.
    {move,{x,1},{y,0}}.
    {move,{x,0},{x,1}}.
    {bif,self,{f,0},[],{x,0}}.
    send.
    {recv_mark,{f,3}}.
    {bif,self,{f,0},[],{x,0}}.
    {move,{y,0},{x,1}}.
    send.
    {recv_set,{f,3}}.
  {label,3}.
    {loop_rec,{f,5},{x,0}}.
    {test,is_eq_exact,{f,4},[{x,0},{y,0}]}.
    remove_message.
    {test_heap,3,1}.
    {put_tuple2,{x,0},{list,[{atom,found},{x,0}]}}.
    {deallocate,1}.
    return.
  {label,4}.
    {loop_rec_end,{f,3}}.
  {label,5}.
    {wait_timeout,{f,3},{integer,50}}.
    timeout.
    {move,{atom,missed},{x,0}}.
    {deallocate,1}.
    return.

{function, miss, 2, 7}.
  {label,6}.
    {func_info,{atom,op_asm_recv_mark},{atom,miss},2}.
  {label,7}.
    {allocate,1,2}.
    {move,{x,1},{y,0}}.
    {move,{x,0},{x,1}}.
    {recv_mark,{f,8}}.
    {bif,self,{f,0},[],{x,0}}.
    send.
    {recv_set,{f,8}}.
  {label,8}.
    {loop_rec,{f,10},{x,0}}.
    {test,is_eq_exact,{f,9},[{x,0},{y,0}]}.
    remove_message.
    {test_heap,3,1}.
    {put_tuple2,{x,0},{list,[{atom,found},{x,0}]}}.
    {deallocate,1}.
    return.
  {label,9}.
    {loop_rec_end,{f,8}}.
  {label,10}.
    {wait_timeout,{f,8},{integer,5}}.
    timeout.
    {move,{atom,missed},{x,0}}.
    {deallocate,1}.
    return.
