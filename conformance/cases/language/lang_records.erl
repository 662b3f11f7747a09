%% A record is a tuple with its name in front.
-module(lang_records).
-export([defaults/0, make/2, update/2, nested/1, index/0, info/0, match/1, wrong/2, list_of/1, is/1,
         field_expr/1, sort_by/1]).

-record(address, {street = "Main", number :: integer() | undefined, zip = <<"00">>}).
-record(person, {name, age = 0, address = #address{}, tags = []}).

defaults() -> {#address{}, #person{}}.

make(Name, Age) -> #person{name = Name, age = Age, tags = [Name]}.

update(P, Age) -> P#person{age = Age}.

nested(Number) ->
    P = #person{name = n, address = #address{number = Number}},
    A = P#person.address,
    Q = P#person{address = A#address{number = Number + 1}},
    {(P#person.address)#address.number, (Q#person.address)#address.number,
     Q#person.address#address.street}.

index() -> {#person.name, #person.tags, #address.zip}.

info() -> {record_info(size, person), record_info(fields, address)}.

match(#person{age = A, name = N}) when A > 17 -> {adult, N};
match(#person{address = #address{zip = <<"99">>}}) -> zip99;
match(#person{tags = [T | _]}) -> {tag, T};
match(#address{_ = undefined}) -> empty_address;
match(#address{}) -> address;
match(_) -> none.

wrong(What, X) ->
    try
        case What of
            field -> X#person.age;
            update -> X#person{age = 1};
            deep -> (X#person.address)#address.zip
        end
    catch
        error:R -> R
    end.

list_of(N) -> [#address{number = K, _ = x} || K <- lists:seq(1, N)].

is(X) -> {is_record(X, person), is_record(X, address), is_record(X, address, 4), is_record(X, address, 3)}.

field_expr(P) -> P#person{age = P#person.age + 1, tags = [age | P#person.tags]}.

sort_by(People) -> [P#person.name || P <- lists:keysort(#person.age, People)].
