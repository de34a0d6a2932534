-- Which counts are hidden, and in which round. Small numbers first; then, round by round, one more wherever exactly one
-- number of a sum is hidden and the others would tell it. What the rounds leave open is hidden whole. The first rounds
-- look at tables and relations alone, which closes most of what two of them tell together.
{%- set simple_rounds, whole_rounds, last_round = 3, 2, 10 %}
with cells as (
    select * from {{ ref('suppression_cells') }}
),

sums as (
    select * from {{ ref('suppression_sums') }}
),

round_0 as (
    select
        cell_number,
        0 as hidden_in_round
    from cells
    where is_primary
),

{% for round in range(1, last_round + 1) %}
    {{ suppression_round(
        'round_' ~ (round - 1), 'sums', round, round > simple_rounds, round > last_round - whole_rounds) }},
{% endfor %}

final as (
    select
        cell_number,
        hidden_in_round
    from round_{{ last_round }}
)

select * from final
