{%- set delivered_columns = ['old_child_id', 'new_child_id'] -%}

with cleaned as {{ cleaned_rows(source('crosswalk', 'child_numbers'), delivered_columns) }},

acceptances as (
    select
        delivery_id,
        accepted_on is not null as is_let_through
    from {{ ref('int_deliveries__known') }}
),

final as (
    select
        cleaned.*,
        acceptances.is_let_through
    from cleaned
    inner join acceptances on cleaned.delivery_id = acceptances.delivery_id
)

select * from final
