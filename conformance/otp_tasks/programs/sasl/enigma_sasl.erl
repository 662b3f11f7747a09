%% The system's own tools: reports of what crashes, in a file and in the report browser; scripts
%% that boot a release, and one that takes it to its next version.
-module(enigma_sasl).
-behaviour(supervisor).
-export([main/0, init/1, start_worker/1, worker/2]).

main() ->
    application:load(sasl),
    application:set_env(sasl, sasl_error_logger, {file, "sasl.log"}),
    application:set_env(sasl, errlog_type, all),
    application:set_env(sasl, error_logger_mf_dir, "reports"),
    application:set_env(sasl, error_logger_mf_maxbytes, 100000),
    application:set_env(sasl, error_logger_mf_maxfiles, 3),
    ok = file:make_dir("reports"),
    %% What stands on the terminal would come from two processes in any order.
    ok = logger:remove_handler(default),
    ok = application:set_env(kernel, logger_sasl_compatible, true),
    show(start, application:start(sasl)),
    crashes(),
    alarms(),
    scripts(),
    browse(),
    show(stop, application:stop(sasl)).

show(What, Value) -> io:format("~p:~n    ~tp~n", [What, Value]).

%%% A supervisor whose workers crash

crashes() ->
    process_flag(trap_exit, true),
    {ok, Supervisor} = supervisor:start_link({local, enigma_supervisor}, ?MODULE, []),
    [begin
         Old = whereis(Name),
         Ref = monitor(process, Old),
         Old ! Word,
         receive {'DOWN', Ref, _, _, Reason} -> show({Name, Word}, Reason) end,
         noticed(Supervisor, Old),
         show(children, [{Id, Kind, Modules} || {Id, _, Kind, Modules} <- supervisor:which_children(Supervisor)])
     end || {Name, Word} <- [{first, crash}, {second, leave}, {first, throw}, {second, stop}]],
    show(count, supervisor:count_children(Supervisor)),
    show(again, [supervisor:restart_child(Supervisor, Id) || Id <- [third, none]]),
    show(bad, supervisor:start_child(Supervisor, #{id => third, start => {?MODULE, start_worker, [bad]}})),
    Ref = monitor(process, Supervisor),
    exhaust(Supervisor, first),
    receive {'DOWN', Ref, _, _, Why} -> show(supervisor, Why) end,
    receive {'EXIT', Supervisor, Exit} -> show(exit, Exit) end.

init([]) ->
    Children = [#{id => Name, start => {?MODULE, start_worker, [Name]}, shutdown => 100,
                  restart => Restart}
                || {Name, Restart} <- [{first, permanent}, {second, transient}]],
    {ok, {#{strategy => one_for_one, intensity => 4, period => 60}, Children}}.

start_worker(bad) -> {error, {will, not_start}};
start_worker(Name) -> proc_lib:start_link(?MODULE, worker, [Name, self()]).

worker(Name, Parent) ->
    register(Name, self()),
    put(role, Name),
    proc_lib:init_ack(Parent, {ok, self()}),
    receive
        crash -> binary_to_atom(list_to_binary(get(role)));
        throw -> throw({ball, Name});
        leave -> exit({left, #{name => Name}});
        stop -> ok
    end.

%% Wait until the supervisor knows that a worker has ended.
noticed(Supervisor, Old) ->
    case lists:keymember(Old, 2, supervisor:which_children(Supervisor)) of
        true -> timer:sleep(1), noticed(Supervisor, Old);
        false -> ok
    end.

exhaust(Supervisor, Name) ->
    case {is_process_alive(Supervisor), whereis(Name)} of
        {false, _} -> ok;
        {true, undefined} -> timer:sleep(1), exhaust(Supervisor, Name);
        {true, Pid} ->
            Ref = monitor(process, Pid),
            Pid ! leave,
            receive {'DOWN', Ref, _, _, _} -> exhaust(Supervisor, Name) end
    end.

alarms() ->
    alarm_handler:set_alarm({enigma, [some, "detail"]}),
    show(alarms, alarm_handler:get_alarms()),
    alarm_handler:clear_alarm(enigma),
    show(alarms, alarm_handler:get_alarms()).

%%% Boot scripts, and the way from one version to the next

scripts() ->
    [release(Version, Parts) || {Version, Parts} <- [{"1", ["1.0", "0.1"]}, {"2", ["2.0", "0.1"]}]],
    Path = [{path, ["*/ebin"]}, silent],
    [show({script, Name}, systools:make_script(Name, Path)) || Name <- ["enigma-1", "enigma-2"]],
    [show({local, Name}, systools:make_script(Name, [local | Path])) || Name <- ["enigma-1"]],
    show(relup, systools:make_relup("enigma-2", ["enigma-1"], ["enigma-1"], [noexec, silent, {path, ["*/ebin"]}])),
    show(written, systools:make_relup("enigma-2", ["enigma-1"], ["enigma-1"], Path)),
    show(tar, systools:make_tar("enigma-1", Path)),
    show(table, [lists:sort(Names) || {ok, Names} <- [erl_tar:table("enigma-1.tar.gz", [compressed])]]),
    ok = file:delete("enigma-1.tar.gz"),
    show(no_release, systools:make_script("none", Path)),
    show(words, lists:flatten(systools_make:format_error({error, systools_make, [{error_reading, {"a.app", enoent}}]}))),
    show(script2boot, systools:script2boot("enigma-1")).

%% A release of two applications; the first one changes from version to version.
release(Version, [One, Two]) ->
    Needed = [begin application:load(Name), {ok, Vsn} = application:get_key(Name, vsn), {Name, Vsn} end
              || Name <- [kernel, stdlib, sasl]],
    term(["enigma-", Version, ".rel"],
         {release, {"enigma", Version}, {erts, erlang:system_info(version)},
          Needed ++ [{enigma_one, One}, {enigma_two, Two, temporary}]}),
    application(enigma_one, One, [enigma_one_server], [kernel, stdlib]),
    application(enigma_two, Two, [enigma_two_helper], [kernel, stdlib, enigma_one]).

application(Name, Version, Modules, Needs) ->
    Folder = lists:concat([Name, "-", Version, "/ebin/"]),
    ok = filelib:ensure_dir(Folder),
    term([Folder, atom_to_list(Name), ".app"],
         {application, Name,
          [{description, "part of a release"}, {vsn, Version}, {modules, Modules}, {registered, []},
           {applications, Needs}]}),
    [begin
         {ok, Module, Code} = compile:forms(forms(Module, Version), [deterministic]),
         ok = file:write_file([Folder, atom_to_list(Module), ".beam"], Code)
     end || Module <- Modules],
    case Version of
        "2.0" ->
            term([Folder, atom_to_list(Name), ".appup"],
                 {Version, [{"1.0", [{update, enigma_one_server, {advanced, extra}}, {apply, {io, format, ["up~n"]}}]}],
                  [{"1.0", [{load_module, enigma_one_server}, {apply, {io, format, ["down~n"]}}]}]});
        _ -> ok
    end.

forms(Module, Version) ->
    [{attribute, 1, module, Module}, {attribute, 2, vsn, Version}, {attribute, 3, export, [{version, 0}]},
     {function, 4, version, 0, [{clause, 4, [], [], [{string, 4, Version}]}]}].

term(Name, Term) -> ok = file:write_file(Name, io_lib:format("~tp.~n", [Term])).

%%% The report browser, and the log

browse() ->
    %% What was reported is in the files when its handlers answer again.
    show(handlers, gen_event:which_handlers(error_logger)),
    {ok, Files} = file:list_dir("reports"),
    show(files, lists:sort(Files)),
    show(rb, rb:start([{start_log, "browsed"}, {max, all}])),
    show(list, rb:list()),
    show(types, [rb:list(Type) || Type <- [crash_report, supervisor_report, progress, error]]),
    show(shown, [rb:show(Number) || Number <- [1, 2, 3, 1000]]),
    show(grep, rb:grep("ball")),
    show(filter, rb:filter([{supervisor, {local, enigma_supervisor}}])),
    show(rb, rb:stop()),
    %% Its own format, with sizes of what has pids in it.
    [ok = file:delete(filename:join("reports", File)) || File <- Files],
    ok.
