{#- Who is looked after on a day: the episode that stands for a child, of two live ones the one that began later
    (definitions 1, 11.5). `days` is a CTE of la_code and the day, `episodes` one of int_episodes__in_care; how many
    episodes were live at once is told with it. -#}
{% macro looked_after_on(days, day, episodes='episodes') -%}
    (
        select
            la_code,
            {{ day }},
            child,
            started_on,
            period_number,
            ls,
            live_episodes
        from (
            select
                {{ days }}.la_code,
                {{ days }}.{{ day }},
                {{ episodes }}.child,
                {{ episodes }}.started_on,
                {{ episodes }}.period_number,
                {{ episodes }}.ls,
                row_number() over (
                    partition by {{ days }}.la_code, {{ days }}.{{ day }}, {{ episodes }}.child
                    order by {{ episodes }}.started_on desc
                ) as recency,
                count(*) over (
                    partition by {{ days }}.la_code, {{ days }}.{{ day }}, {{ episodes }}.child
                ) as live_episodes
            from {{ days }}
            inner join {{ episodes }}
                on
                    {{ days }}.la_code = {{ episodes }}.la_code
                    and {{ is_live_on(days ~ '.' ~ day, episodes ~ '.started_on', episodes ~ '.ended_on') }}
        ) as live
        where recency = 1
    )
{%- endmacro %}
