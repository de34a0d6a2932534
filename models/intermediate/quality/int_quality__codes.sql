-- Codes that every record of their table needs. Of Header only the latest return's word on a child is used.
with episodes as (
    select * from {{ ref('int_episodes__examined') }}
    where not is_respite
),

headers as (
    select * from {{ ref('stg_ssda903__header') }}
),

latest_headers as {{ latest_by_key('headers', ssda903_tables()['header']) }},

care_leavers as (
    select * from {{ ref('stg_ssda903__oc3') }}
),

previous_permanence as (
    select * from {{ ref('stg_ssda903__prev_perm') }}
),

{% for column in ['rne', 'ls', 'cin', 'place'] %}
    {{ column }}_missing as (
        select {{ quality_issue('code_missing', 'episodes', 'started_on', column) }}
        from episodes
        where {{ column }} is null
    ),

{% endfor %}

{% for column in ['sex', 'ethnic'] %}
    {{ column }}_missing as (
        select {{ quality_issue('code_missing', 'header', column_name=column) }}
        from latest_headers
        where {{ column }} is null
    ),

{% endfor %}

in_touch_missing as (
    select {{ quality_issue('code_missing', 'oc3', column_name='in_touch') }}
    from care_leavers
    where in_touch is null
),

prev_perm_missing as (
    select {{ quality_issue('code_missing', 'prev_perm', column_name='prev_perm') }}
    from previous_permanence
    where prev_perm is null
),

final as (
    {{ all_rows_of([
        'rne_missing', 'ls_missing', 'cin_missing', 'place_missing', 'sex_missing', 'ethnic_missing',
        'in_touch_missing', 'prev_perm_missing'
    ]) }}
)

select * from final
