-- What became of the rows of the reviewing officers' extracts.
with counted as (
    {{ rows_counted('iro') }}
)

select * from counted
