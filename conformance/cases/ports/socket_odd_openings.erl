%% Sockets of odd kinds, of descriptors, with options that are refused, and addresses as the system
%% has them.
-module(socket_odd_openings).
-export([open/3, descriptor/1, registry/1, bound/2, reached/1]).

open(Domain, Type, Protocol) ->
    told(socket:open(Domain, Type, Protocol)).

%% Descriptors that are no sockets.
descriptor(Options) ->
    [told(socket:open(Number, Options)) || Number <- [99999, -1]].

told({ok, Socket}) -> socket:close(Socket);
told(Error) -> Error.

registry(Values) ->
    {ok, Socket} = socket:open(inet, stream, tcp, #{use_registry => false}),
    Answers = [{socket:setopt(Socket, {otp, use_registry}, Value),
                socket:getopt(Socket, {otp, use_registry})} || Value <- Values],
    ok = socket:close(Socket),
    Answers.

%% A local socket, bound to a name in a folder of its own with something behind it.
bound(Type, Behind) ->
    with_folder(
      fun(Folder) ->
              {ok, Socket} = socket:open(local, Type, default),
              Name = filename:join(Folder, "s"),
              Answer = socket:bind(Socket, #{family => 1, addr => [Name | Behind]}),
              {ok, #{path := Path}} = socket:sockname(Socket),
              ok = socket:close(Socket),
              Length = min(length(Name), byte_size(Path)),
              {clean(Answer), lists:nthtail(Length, binary_to_list(Path))}
      end).

%% Such addresses to send to.
reached(Behind) ->
    with_folder(
      fun(Folder) ->
              Name = filename:join(Folder, "s"),
              {ok, There} = socket:open(local, dgram, default),
              ok = socket:bind(There, #{family => local, path => Name}),
              {ok, Here} = socket:open(local, dgram, default),
              To = #{family => 1, addr => [Name | Behind]},
              Sent = [socket:sendto(Here, <<"one">>, To),
                      socket:sendmsg(Here, #{addr => To, iov => [<<"two">>]}),
                      socket:connect(Here, To)],
              Got = [case socket:recvfrom(There, 0, [], 0) of
                         {ok, {_, Data}} -> Data;
                         Error -> Error
                     end || _ <- [1, 2]],
              ok = socket:close(There),
              ok = socket:close(Here),
              {[clean(Answer) || Answer <- Sent], Got}
      end).

clean({error, {invalid, {sockaddr, _}}}) -> invalid;
clean(Answer) -> Answer.

with_folder(Fun) ->
    Unique = integer_to_list(erlang:unique_integer([positive])),
    Folder = filename:join("/tmp", "enigma_" ++ os:getpid() ++ "_" ++ Unique),
    ok = prim_file:make_dir(Folder),
    try
        Fun(Folder)
    after
        {ok, Names} = prim_file:list_dir(Folder),
        [ok = prim_file:delete(filename:join(Folder, Name)) || Name <- Names],
        ok = prim_file:del_dir(Folder)
    end.
