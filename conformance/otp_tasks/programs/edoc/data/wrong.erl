%% @doc Not <b>closed.
-module(wrong).
-export([f/1, g/0]).

%% @spec f(X -> ok
f(X) -> X.

%% @doc One.
%% @doc Two.
%% @nothing here
g() -> ok.
