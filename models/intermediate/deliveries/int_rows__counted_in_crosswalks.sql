-- What became of the lines of crosswalks.
with counted as (
    {{ rows_counted('crosswalk') }}
)

select * from counted
