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
    One round, as three CTEs the last of which is named round_<n>: what was hidden before it, and what it hides.

    A sum is open when exactly one of its numbers is hidden, or when the hidden ones add up to so little or so much that
    each of them must be 1, or 5. Hidden next is what readers miss least: a part of a table that is only a denominator, a part
    of the sum rather than its whole, a part of a table rather than a headline, a number rather than a nought, the
    smallest.
-#}
{% macro suppression_round(before, sums, round, of_combinations, hides_whole) -%}
    seen_{{ round }} as (
        select
            {{ sums }}.*,
            {{ before }}.cell_number is not null as is_hidden,
            sum(case when {{ before }}.cell_number is not null then 1 else 0 end)
                over (partition by {{ sums }}.sum_number)
            as numbers_hidden,
            sum(case when {{ before }}.cell_number is not null then {{ sums }}.value else 0 end)
                over (partition by {{ sums }}.sum_number)
            as sum_hidden,
            max(case when {{ before }}.cell_number is not null then {{ sums }}.sign end)
                over (partition by {{ sums }}.sum_number)
            as sign_hidden
        from {{ sums }}
        left join {{ before }} on {{ sums }}.cell_number = {{ before }}.cell_number
    ),

    open_{{ round }} as (
        select
            cell_number,
            row_number() over (
                partition by sum_number
                order by
                    case when is_headline or is_numerator then 1 else 0 end,
                    case when is_whole then 1 else 0 end,
                    case when is_headline then 1 else 0 end,
                    case when value = 0 then 1 else 0 end,
                    value,
                    cell_number
            ) as preference
        from seen_{{ round }}
        where
            not is_hidden
            {%- if not of_combinations %}
                and kind <> 'combination'
            {%- endif %}
            and (
                numbers_hidden + hidden_outside = 1
                or (
                    has_total and sign_hidden = -1 and hidden_outside = 0
                    and numbers_hidden > 1
                    and sum_hidden in (numbers_hidden, {{ smallest_count_shown() }} * numbers_hidden - numbers_hidden)
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
