%% Pages made from the remarks in modules: our own, with every tag, and a module of OTP.
-module(enigma_edoc).
-export([main/0]).

main() ->
    %% What is logged comes from another process, and so anywhere between what is shown.
    ok = logger:remove_handler(default),
    Options = [{dir, "pages"}, {private, true}, {todo, true}, {overview, "overview.edoc"}, {preprocess, false},
               {title, "Shapes"}, {window_network, false}],
    show(files, fun() -> edoc:files(["shapes.erl"], Options) end),
    show(public, fun() -> edoc:files(["shapes.erl"], [{dir, "public"}, {pretty_printer, erl_pp}, {sort_functions, false}]) end),
    show(real, fun() -> edoc:files(["prettypr.erl"], [{dir, "real"}]) end),
    show(chunk, fun() -> chunk() end),
    show(wrong, fun() -> edoc:files(["wrong.erl"], [{dir, "wrong"}]) end),
    show(missing, fun() -> edoc:files(["missing.erl"], [{dir, "missing"}]) end),
    show(tree, fun() ->
        {Module, Doc} = edoc:get_doc("shapes.erl", [{private, true}]),
        {Module, erlang:phash2(Doc), edoc_lib:get_first_sentence([{xmlText, [], 1, [], "One. Two.", text}])}
    end),
    show(read, fun() -> unicode:characters_to_binary(edoc:read("shapes.erl")) end),
    show(comments, fun() -> edoc:read_comments("wrong.erl") end).

show(What, Do) ->
    Shown = try Do() catch Class:Reason -> {Class, Reason} end,
    io:format("~tp:~n    ~tp~n", [What, Shown]).

%% The same as data, which newer shells show.
chunk() ->
    edoc:files(["shapes.erl"], [{doclet, edoc_doclet_chunks}, {layout, edoc_layout_chunks}, {dir, "chunks"}, {preprocess, false}]),
    {ok, Bytes} = file:read_file("chunks/chunks/shapes.chunk"),
    ok = file:delete("chunks/chunks/shapes.chunk"),
    binary_to_term(Bytes).
