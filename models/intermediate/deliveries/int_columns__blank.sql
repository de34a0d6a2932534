{{ config(meta={'definition': '12.17'}) }}
-- Columns in which no row says anything, though blank is what a row says of which nothing was done. One such row is
-- not done; where all are, nobody records it, and a figure would be a nought made of nothing. OC2 has a 0 for what was
-- not done, or a reason for no score, so that a few rows are enough; nobody is in post for no hours at all.
{% set columns_of = {
    'oc2': {
        'model': 'stg_ssda903__oc2', 'from_rows': 5, 'metrics': {
            'convicted': 'convicted', 'health_assessment': 'health_assessment', 'teeth_check': 'dental_check',
            'immunisations': 'immunisations', 'substance_misuse': 'substance_misuse',
            'sdq_score': 'sdq_score_received'
        },
        'said': {'sdq_score': 'coalesce(cast(sdq_score as string), sdq_reason)'}
    },
    'iro_staff': {
        'model': 'stg_iro__iro_staff', 'from_rows': 1, 'metrics': {
            'fte': 'iro_full_time_equivalents'
        }
    },
    'iro_reviews': {
        'model': 'stg_iro__reviews', 'from_rows': 10, 'metrics': {
            'invitations_sent_on': 'invitations_on_time',
            'record_distributed_on': 'review_records_distributed_on_time',
            'decisions_sent_on': 'review_decisions_on_time'
        }
    },
    'pre_review_consultations': {
        'model': 'stg_iro__pre_review_consultations', 'from_rows': 10, 'metrics': {
            'advocacy_discussed': 'advocacy_discussed'
        }
    }
} -%}

with
{% for table_name, table in columns_of.items() %}
    {{ table_name }} as (
        select * from {{ ref(table.model) }}
        {%- if table_name == 'iro_reviews' %}
            where coalesce(completed_on, started_on) is not null
        {%- endif %}
    ),
{% endfor %}
final as (
    {%- for table_name, table in columns_of.items() %}
        {%- set last_table = loop.last %}
        {%- for column_name, metric_id in table.metrics.items() %}
            select
                la_code,
                collection_year,
                '{{ table_name }}' as table_name,
                '{{ column_name }}' as column_name,
                '{{ metric_id }}' as metric_id,
                count(*) as rows_blank
            from {{ table_name }}
            group by la_code, collection_year
            having
                count(*) >= {{ table.from_rows }}
                and count({{ table.get('said', {}).get(column_name, column_name) }}) = 0
            {% if not (last_table and loop.last) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
)

select * from final
