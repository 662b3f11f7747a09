%% The other module, op_native_records_owner, exports #shared and keeps #hidden for itself.
-module(op_native_records_foreign).
-import_record(op_native_records_owner, [shared]).
-export([named/1, imported/1, anonymous/1, read/1, read_any/1, update/1, update_any/1, tests/1,
         guard/1, make/1, dynamic/2, changed/2]).

value(Kind) -> op_native_records_owner:make(Kind).

named(Kind) ->
    case value(Kind) of
        #op_native_records_owner:shared{x = X, y = Y} -> {shared, X, Y};
        #op_native_records_owner:shared{} -> shared;
        #op_native_records_owner:hidden{x = X} -> {hidden, X};
        #op_native_records_owner:hidden{} -> hidden;
        _ -> other
    end.

imported(Kind) ->
    case value(Kind) of
        #shared{y = 2} -> two;
        #shared{y = Y} -> Y;
        _ -> other
    end.

anonymous(Kind) ->
    case value(Kind) of
        #_{x = X, z = Z} -> {x, X, Z};
        #_{x = X} -> {x, X};
        #_{} -> record;
        _ -> other
    end.

read(Kind) ->
    R = value(Kind),
    R#op_native_records_owner:shared.x.

read_any(Kind) ->
    R = value(Kind),
    R#_.x.

update(Kind) ->
    R = value(Kind),
    op_native_records_owner:show(R#op_native_records_owner:shared{x = changed}).

update_any(Kind) ->
    R = value(Kind),
    op_native_records_owner:show(R#_{x = changed}).

tests(Kind) ->
    R = value(Kind),
    [is_record(R), is_record(R, op_native_records_owner, shared),
     is_record(R, op_native_records_owner, hidden), is_record(R, shared)].

guard(Kind) ->
    case value(Kind) of
        R when R#op_native_records_owner:shared.x > 5 -> big;
        R when R#_.x < 5 -> small;
        R when is_record(R) -> record;
        _ -> other
    end.

make(full) -> op_native_records_owner:show(#op_native_records_owner:shared{x = 1, y = 2, z = 3});
make(partial) -> op_native_records_owner:show(#op_native_records_owner:shared{x = 1});
make(imported) -> op_native_records_owner:show(#shared{x = 5});
make(no_field) -> op_native_records_owner:show(#op_native_records_owner:shared{x = 1, w = 2});
make(missing) -> op_native_records_owner:show(#op_native_records_owner:shared{y = 1});
make(hidden) -> op_native_records_owner:show(#op_native_records_owner:hidden{x = 1});
make(no_record) -> #op_native_records_owner:absent{x = 1};
make(no_module) -> #op_native_records_nowhere:absent{x = 1}.

dynamic(Name, Fields) ->
    R = records:create(op_native_records_owner, Name, Fields, #{is_exported => true}),
    {op_native_records_owner:show(R), records:get_field_names(R), records:get(x, R)}.

changed(Kind, Fields) ->
    R = value(Kind),
    op_native_records_owner:show(records:update(R, op_native_records_owner, shared, Fields)).
