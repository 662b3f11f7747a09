%% A position that is a bignum is no position, even in an empty list.
-module(found_key_position).

-export([find/2]).

find(Position, Tuples) ->
    [
        try lists:F(b, Position, Tuples) of
            Value -> Value
        catch
            Class:Reason -> {Class, Reason}
        end
     || F <- [keyfind, keymember, keysearch]
    ].
