%% Only functions that do not depend on the local time zone.
-module(std_calendar).
-export([run/2, round_trip/1, month/2, weekday_of/1, week/1, rfc/2, gregorian/1, errors/1, count/2]).

run(F, Args) ->
    try
        apply(calendar, F, Args)
    catch
        C:R -> {C, R}
    end.

round_trip(DateTime) ->
    S = calendar:datetime_to_gregorian_seconds(DateTime),
    {S, calendar:gregorian_seconds_to_datetime(S) =:= DateTime}.

month(Y, M) -> {calendar:last_day_of_the_month(Y, M), calendar:is_leap_year(Y)}.

weekday_of(Date) -> {calendar:day_of_the_week(Date), calendar:valid_date(Date)}.

week(Date) -> calendar:iso_week_number(Date).

rfc(Seconds, Options) ->
    T = calendar:system_time_to_rfc3339(Seconds, [{offset, "Z"} | Options]),
    {T, calendar:rfc3339_to_system_time(T, Options)}.

gregorian(Days) ->
    Date = calendar:gregorian_days_to_date(Days),
    {Date, calendar:date_to_gregorian_days(Date)}.

errors(What) ->
    try
        case What of
            date -> calendar:date_to_gregorian_days({2023, 2, 30});
            time -> calendar:time_to_seconds({25, 0, 0});
            rfc -> calendar:rfc3339_to_system_time("not a time");
            month -> calendar:last_day_of_the_month(2023, 13)
        end
    catch
        C:R when is_atom(R) -> {C, R};
        C:{R, _} -> {C, R}
    end.

%% Thirteenths that were Fridays.
count(From, To) ->
    length([Y || Y <- lists:seq(From, To), M <- lists:seq(1, 12),
                 calendar:day_of_the_week(Y, M, 13) =:= 5]).
