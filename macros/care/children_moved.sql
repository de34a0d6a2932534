{#- Children who started or ceased to be looked after in a published period, each once: the movement that describes the
    child, with what was true of the child on its day (definitions 11.16). Children, not periods of care: whoever moved
    twice is counted once, and how often is told.

    periods, episodes, children, periods_of_care and uasc are CTEs of the model, `episodes` those that move a child.

    day        started_on or ended_on, the day of the movement
    order_by   which of a child's movements describes it: the first in this order
    is_uasc    whether the child was an unaccompanied one on the day of `moved`; starting and leaving read it differently

    The joins ask for equal keys alone: any other condition in the `on` of a left join makes the engine compare every row
    with every other, which is quadratic at England's size. -#}
{% macro children_moved(day, order_by, is_uasc) -%}
    (
        select
            moved.*,
            {{ completed_years('children.dob', 'moved.' ~ day) }} as age,
            children.sex,
            children.ethnicity_group,
            {{ is_uasc }} as is_uasc,
            periods_of_care.started_on as period_of_care_started_on,
            periods_of_care.is_left_censored,
            periods_of_care.cin
        from (
            select
                periods.la_code,
                periods.period_type,
                periods.period_start,
                periods.period_end,
                episodes.child,
                episodes.started_on,
                episodes.ended_on,
                episodes.ls,
                episodes.rec,
                episodes.period_number,
                row_number() over (
                    partition by periods.la_code, periods.period_type, periods.period_end, episodes.child
                    order by {{ order_by }}
                ) as place_in_line,
                count(*) over (
                    partition by periods.la_code, periods.period_type, periods.period_end, episodes.child
                ) as movements_in_period
            from periods
            inner join episodes
                on
                    periods.la_code = episodes.la_code
                    and episodes.{{ day }} between periods.period_start and periods.period_end
        ) as moved
        inner join children
            on moved.la_code = children.la_code and moved.child = children.child
        inner join periods_of_care
            on
                moved.la_code = periods_of_care.la_code
                and moved.child = periods_of_care.child
                and moved.period_number = periods_of_care.period_number
        left join uasc
            on
                moved.la_code = uasc.la_code
                and moved.child = uasc.child
                and uasc.collection_year = {{ collection_year_of('moved.' ~ day) }}
        where moved.place_in_line = 1
    )
{%- endmacro %}
