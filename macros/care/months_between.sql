{#- Length of time in months: days over the mean length of a month (365.25 / 12), unrounded. A measure of duration only;
    due dates go by calendar months (add_months). -#}
{% macro months_between(start_date, end_date) -%}
    (cast({{ days_between(start_date, end_date) }} * 12 as double) / 365.25)
{%- endmacro %}
