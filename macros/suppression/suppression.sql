{#- Numbers below this and above 0 are hidden: the convention of DfE's own releases. -#}
{% macro smallest_count_shown() -%}
    6
{%- endmacro %}

{% macro is_small(number) -%}
    ({{ number }} > 0 and {{ number }} < {{ smallest_count_shown() }})
{%- endmacro %}

{#- What is left over of a sum: nought, or a small number on either side of it. -#}
{% macro is_nearly_nought(number) -%}
    ({{ number }} > -{{ smallest_count_shown() }} and {{ number }} < {{ smallest_count_shown() }})
{%- endmacro %}

{#- The category that gathers what is too rare to be shown by its own words. -#}
{% macro rare_categories() -%}
    Other, each fewer than 6
{%- endmacro %}

{#-
    One round, as CTEs the last of which is named round_<n>: what was hidden before it, and what it hides.

    A sum is open when exactly one of its numbers is hidden, or when the hidden ones add up to so little that each of
    them must be 1. Hidden next is what readers miss least: a part of a table that is only a denominator, a part
    of the sum rather than its whole, a part of a table rather than a headline, a number rather than a nought, the
    smallest.
-#}
{% macro suppression_round(before, sums, round, of_combinations, hides_whole) -%}
    told_{{ round }} as (
        select
            {{ sums }}.sum_number,
            {{ sums }}.value,
            {{ sums }}.sign,
            0 as outside
        from {{ sums }}
        inner join {{ before }} on {{ sums }}.cell_number = {{ before }}.cell_number
        union all
        select distinct
            sum_number,
            cast(0 as double) as value,
            1 as sign,
            1 as outside
        from {{ sums }}
        where hidden_outside = 1
    ),

    tallied_{{ round }} as (
        select
            sum_number,
            count(*) as numbers_hidden,
            sum(value) as sum_hidden,
            max(sign) as sign_hidden
        from told_{{ round }}
        group by sum_number
    ),

    open_{{ round }} as (
        select
            {{ sums }}.cell_number,
            row_number() over (
                partition by {{ sums }}.sum_number
                order by
                    case when {{ sums }}.is_headline or {{ sums }}.is_numerator then 1 else 0 end,
                    case when {{ sums }}.is_whole then 1 else 0 end,
                    case when {{ sums }}.is_headline then 1 else 0 end,
                    case when {{ sums }}.value = 0 then 1 else 0 end,
                    {{ sums }}.value,
                    {{ sums }}.cell_number
            ) as preference
        from tallied_{{ round }}
        inner join {{ sums }} on tallied_{{ round }}.sum_number = {{ sums }}.sum_number
        left join {{ before }} on {{ sums }}.cell_number = {{ before }}.cell_number
        where
            {{ before }}.cell_number is null
            {%- if not of_combinations %}
                and {{ sums }}.kind <> 'combination'
            {%- endif %}
            and (
                tallied_{{ round }}.numbers_hidden = 1
                or (
                    {{ sums }}.has_total and tallied_{{ round }}.sign_hidden = -1
                    and tallied_{{ round }}.sum_hidden = tallied_{{ round }}.numbers_hidden
                )
            )
    ),

    round_{{ round }} as (
        select * from {{ before }}
        union all
        select distinct
            cell_number,
            {{ round }} as hidden_in_round
        from open_{{ round }}
        {%- if not hides_whole %}
            where preference = 1
        {%- endif %}
    )
{%- endmacro %}
