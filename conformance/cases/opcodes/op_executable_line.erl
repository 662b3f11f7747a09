%% The instruction does nothing unless the runtime system counts lines.
-module(op_executable_line).
-export([walk/1, pick/2]).

walk([H | T]) ->
    X = H * 2,
    [X | walk(T)];
walk([]) ->
    [].

pick(A, B) ->
    case A of
        B -> same;
        _ when A > B -> more;
        _ ->
            try
                B - A
            catch
                error:R -> R
            end
    end.
