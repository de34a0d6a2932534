{%- set tables = [] -%}
{%- for table in ssda903_tables() -%}
    {%- do tables.append(('ssda903', table, 'child')) -%}
{%- endfor -%}
{%- for table in iro_tables() if table not in iro_tables_without_child() -%}
    {%- do tables.append(('iro', table, 'child_id')) -%}
{%- endfor %}

-- Only of authorities that have a crosswalk: of all others nobody asks. The numbers are read as they were delivered,
-- because the crosswalk is judged by them before it is applied to them.
with deliveries as (
    select * from {{ ref('int_deliveries__known') }}
    where la_code in (select crosswalks.la_code from {{ ref('stg_crosswalk__child_numbers__cleaned') }} as crosswalks)
),

numbers as (
    {% for dataset, table, column in tables %}
        select distinct
            deliveries.la_code,
            deliveries.delivery_id,
            deliveries.extracted_on,
            {{ clean_text('delivered.' ~ column) }} as child,
            {% if table == 'header' %}
                {{ try_date(clean_text('delivered.dob')) }} as dob
            {% else %}
                cast(null as date) as dob
            {% endif %}
        from {{ source(dataset, table) }} as delivered
        inner join deliveries
            on
                delivered.delivery_id = deliveries.delivery_id
                and delivered.content_hash = deliveries.content_hash
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select distinct
        la_code,
        delivery_id,
        extracted_on,
        child,
        dob
    from numbers
    where child is not null
)

select * from final
