%% An event handler of common_test: notes how cases and what is around them end.
-module(enigma_suites_events).
-behaviour(gen_event).

-include_lib("common_test/include/ct_event.hrl").

-export([init/1, handle_event/2, handle_call/2, handle_info/2, terminate/2, code_change/3]).

init([Journal]) -> {ok, Journal}.

handle_event(#event{name = tc_done, data = {_, Where, Outcome}}, Journal) ->
    note(Journal, Where, enigma_suites:outcome(Outcome)),
    {ok, Journal};
handle_event(#event{name = tc_user_skip, data = {_, Where, Reason}}, Journal) ->
    note(Journal, Where, enigma_suites:outcome({skipped, Reason})),
    {ok, Journal};
handle_event(#event{name = tc_auto_skip, data = {_, Where, Reason}}, Journal) ->
    note(Journal, Where, enigma_suites:outcome({auto_skipped, Reason})),
    {ok, Journal};
handle_event(_, Journal) ->
    {ok, Journal}.

handle_call(_, Journal) -> {ok, ok, Journal}.
handle_info(_, Journal) -> {ok, Journal}.
terminate(_, _) -> ok.
code_change(_, Journal, _) -> {ok, Journal}.

note(Journal, Where, Outcome) ->
    Ms = erlang:monotonic_time(millisecond),
    enigma_suites:note(Journal, entry(Where, Outcome, Ms)).

entry({Conf, Group, _}, Outcome, Ms) -> {conf, Conf, Group, Outcome, Ms};
entry({Conf, Group}, Outcome, Ms) when Conf =:= init_per_group; Conf =:= end_per_group ->
    {conf, Conf, Group, Outcome, Ms};
entry({Case, Group}, Outcome, Ms) -> {done, Case, Group, Outcome, Ms};
entry(Conf, Outcome, Ms) when Conf =:= init_per_suite; Conf =:= end_per_suite ->
    {conf, Conf, none, Outcome, Ms};
entry(Case, Outcome, Ms) -> {done, Case, none, Outcome, Ms}.
