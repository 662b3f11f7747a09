%% What an error says when several arguments are wrong, or options are read one by one.
-module(found_argument_order).
-export([run/3]).

run(Module, Function, Arguments) ->
    try apply(Module, Function, Arguments) of
        Value when is_reference(Value) -> a_reference;
        Value -> Value
    catch
        Class:Reason:Trace ->
            {M, F, A, _} = hd(Trace),
            {Class, Reason, M, F, A}
    end.
