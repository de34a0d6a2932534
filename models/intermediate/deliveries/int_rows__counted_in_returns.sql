-- What became of the rows of returns.
with counted as (
    {{ rows_counted('ssda903') }}
)

select * from counted
