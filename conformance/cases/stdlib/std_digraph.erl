%% A graph is made from edges and deleted again in every call.
-module(std_digraph).
-export([shape/1, paths/3, components/1, order/1, change/1, reach/2, cyclic_forbidden/1, tree/1]).

with_graph(Edges, Options, F) ->
    G = digraph:new(Options),
    try
        [digraph:add_vertex(G, V) || {A, B} <- Edges, V <- [A, B]],
        [digraph:add_edge(G, A, B) || {A, B} <- Edges],
        F(G)
    after
        digraph:delete(G)
    end.

with_graph(Edges, F) -> with_graph(Edges, [], F).

shape(Edges) ->
    with_graph(Edges, fun(G) ->
                              {lists:sort(digraph:vertices(G)), digraph:no_edges(G), digraph:no_vertices(G),
                               [{V, digraph:in_degree(G, V), digraph:out_degree(G, V)}
                                || V <- lists:sort(digraph:vertices(G))],
                               [lists:sort(digraph:out_neighbours(G, V)) || V <- lists:sort(digraph:vertices(G))]}
                      end).

paths(Edges, A, B) ->
    with_graph(Edges, fun(G) ->
                              {digraph:get_short_path(G, A, B), is_list(digraph:get_path(G, A, B)),
                               digraph:get_short_cycle(G, A)}
                      end).

components(Edges) ->
    with_graph(Edges, fun(G) ->
                              Sort = fun(Parts) -> lists:sort([lists:sort(P) || P <- Parts]) end,
                              {Sort(digraph_utils:components(G)), Sort(digraph_utils:strong_components(G)),
                               Sort(digraph_utils:cyclic_strong_components(G)),
                               lists:sort(digraph_utils:loop_vertices(G))}
                      end).

order(Edges) ->
    with_graph(Edges, fun(G) ->
                              {digraph_utils:is_acyclic(G), valid(digraph_utils:topsort(G), Edges),
                               digraph_utils:is_tree(G), digraph_utils:is_arborescence(G)}
                      end).

valid(false, _) -> false;
valid(Order, Edges) ->
    Position = maps:from_list(lists:zip(Order, lists:seq(1, length(Order)))),
    lists:all(fun({A, B}) -> maps:get(A, Position) < maps:get(B, Position) end, Edges).

change(Edges) ->
    with_graph(Edges, fun(G) ->
                              digraph:add_vertex(G, extra, label),
                              E = digraph:add_edge(G, extra, extra, {weight, 5}),
                              Edge = digraph:edge(G, E),
                              digraph:del_edge(G, E),
                              Missing = digraph:add_edge(G, extra, nowhere),
                              {setelement(1, Edge, edge), digraph:vertex(G, extra), Missing,
                               digraph:del_vertex(G, extra), digraph:vertex(G, extra), digraph:no_edges(G)}
                      end).

reach(Edges, From) ->
    with_graph(Edges, fun(G) ->
                              {lists:sort(digraph_utils:reachable([From], G)),
                               lists:sort(digraph_utils:reaching([From], G)),
                               lists:sort(digraph_utils:reachable_neighbours([From], G))}
                      end).

cyclic_forbidden([{A, B} | Rest]) ->
    with_graph([{A, B}], [acyclic], fun(G) ->
                                            [begin
                                                 digraph:add_vertex(G, X),
                                                 digraph:add_vertex(G, Y),
                                                 case digraph:add_edge(G, X, Y) of
                                                     {error, Reason} -> {refused, Reason};
                                                     _ -> added
                                                 end
                                             end || {X, Y} <- Rest]
                                    end).

tree(Depth) ->
    Edges = [{N div 2, N} || N <- lists:seq(2, (1 bsl Depth) - 1)],
    with_graph(Edges, fun(G) ->
                              {digraph_utils:is_tree(G), digraph_utils:arborescence_root(G),
                               length(digraph_utils:postorder(G)), hd(digraph_utils:preorder(G)) > 0}
                      end).
