%% @author Ann Example <ann@example.org> [http://example.org/~ann]
%% @copyright 2001-2024 Ann Example
%% @version 1.0
%% @since 0.9
%% @reference See <a href="http://example.org/shapes">a book</a>.
%%
%% @doc Shapes, <em>round</em> and others.
%%
%% == Use ==
%% Start with {@link area/1}, or with ```
%%   1> shapes:area({circle, 1.0}).
%%   3.14 < 4
%% '''
%% === More ===
%% A list:
%% <ul><li>one `code'</li><li>{@section Use}</li></ul>
%% Wiki: [http://example.org/], ``quoted `code' here'', {@type shape()}, {@module} &amp; others.
%%
%% @todo draw them
%% @see lists
%% @see area/1. The area
-module(shapes).
-export([area/1, grow/2, new/3, new/2, old/0, hidden/0, with_type/1, undocumented/2]).
-export_type([shape/0, point/0, opaque/1]).

-record(point, {x = 0 :: integer(), y = 0 :: integer()}).

-type point() :: #point{}.
%% A place.
-type shape() :: {circle, Radius :: float()} | {square, float()} | {points, [point(), ...]}.
% What can be drawn.
-opaque opaque(T) :: {T, #{atom() => T, binary := [T]}}.
-type private(T) :: fun((...) -> ok) | fun((integer(), T) -> T) | <<_:8, _:_*4>> | 1..10 | -5 | none.

%% @type old_style() = integer() | list(integer()). An old type.

%% @doc Computes an area. This sentence is the summary; this is not.
%% @param Shape the shape
%% @returns a number
%% @throws {bad, term()} | none
%% @equiv grow(Shape, 1)
-spec area(Shape :: shape()) -> float() | private(1).
area(S) -> grow(S, 1).

%% @doc Grows.
%%
%% Second paragraph with an entity: &#955;, and text in Greek: αβγ.
%% @see area/1
%% @see //kernel/file:open/2
%% @since 1.0
-spec grow(S, Factor) -> S when S :: shape(), Factor :: number().
grow(S, _) -> S.

%% @spec (A::atom(), B::{ok, Value}, C::#{}) -> old_style()
%%       Value = integer()
new(_A, {ok, V}, _) -> V.

%% @equiv new(A, B, [])
new(A, B) -> new(A, B, []).

%% @deprecated Please use {@link new/2} instead.
old() -> ok.

%% @hidden
hidden() -> ok.

%% @private
%% @doc For us.
-spec with_type(opaque(T)) -> [T] when T :: tuple() | map() | pid().
with_type({T, _}) -> [T].

undocumented([_ | _] = List, #point{x = X}) -> {List, X}.
