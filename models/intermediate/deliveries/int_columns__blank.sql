{{ config(meta={'definition': '12.17'}) }}
-- Columns in which no row says anything, though blank is what a row says of which nothing was done. One such row is
-- not done; where all are, nobody records it, and a figure would be a nought made of nothing. OC2 has a 0 for what was
-- not done, so that a few rows are enough; convictions and scores are asked of some ages alone, and of some children
-- nobody expects an advocate: there it takes many. Nobody is in post for no hours at all.
{% set columns_of = {
    'oc2': {
        'model': 'stg_ssda903__oc2', 'columns': {
            'convicted': {'metric': 'convicted', 'from_rows': 20},
            'health_assessment': {'metric': 'health_assessment', 'from_rows': 5},
            'teeth_check': {'metric': 'dental_check', 'from_rows': 5},
            'immunisations': {'metric': 'immunisations', 'from_rows': 5},
            'substance_misuse': {'metric': 'substance_misuse', 'from_rows': 5},
            'sdq_score': {
                'metric': 'sdq_score_received', 'from_rows': 20,
                'said': 'coalesce(cast(sdq_score as string), sdq_reason)'
            }
        }
    },
    'iro_staff': {
        'model': 'stg_iro__iro_staff', 'columns': {
            'fte': {'metric': 'iro_full_time_equivalents', 'from_rows': 1}
        }
    },
    'iro_reviews': {
        'model': 'stg_iro__reviews', 'columns': {
            'invitations_sent_on': {'metric': 'invitations_on_time', 'from_rows': 10},
            'record_distributed_on': {'metric': 'review_records_distributed_on_time', 'from_rows': 10},
            'decisions_sent_on': {'metric': 'review_decisions_on_time', 'from_rows': 10}
        }
    },
    'pre_review_consultations': {
        'model': 'stg_iro__pre_review_consultations', 'columns': {
            'advocacy_discussed': {'metric': 'advocacy_discussed', 'from_rows': 20}
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
        {%- for column_name, column in table.columns.items() %}
            select
                la_code,
                collection_year,
                '{{ table_name }}' as table_name,
                '{{ column_name }}' as column_name,
                '{{ column.metric }}' as metric_id,
                count(*) as rows_blank
            from {{ table_name }}
            group by la_code, collection_year
            having
                count(*) >= {{ column.from_rows }}
                and count({{ column.get('said', column_name) }}) = 0
            {% if not (last_table and loop.last) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
)

select * from final
