-- Of whole deliveries only: the rows of one table may be the children of one kind. Of a delivery that is held it says
-- that it is, and no number. Rows of erased children count as if they had never been delivered.
with delivered as (
    select * from {{ ref('delivery_totals') }}
    -- How many numbers an authority's system changed is no statistic of anybody.
    where dataset <> 'crosswalk'
),

counted as (
    select * from {{ ref('suppression_quality') }}
),

erased as (
    select
        delivery_id,
        count(*) as rows_erased
    from {{ ref('rejected_records') }}
    where rule_id = 'erased'
    group by delivery_id
),

totals as (
    select
        delivered.delivery_id,
        delivered.la_code,
        delivered.dataset,
        delivered.collection_year,
        delivered.extracted_on,
        delivered.status,
        delivered.is_current,
        delivered.delivery_status,
        delivered.is_synthetic,
        delivered.rows_delivered - coalesce(erased.rows_erased, 0) as rows_delivered,
        delivered.rows_accepted,
        delivered.rows_rejected - coalesce(erased.rows_erased, 0) as rows_rejected,
        delivered.rows_repaired
    from delivered
    left join erased on delivered.delivery_id = erased.delivery_id
),

told as (
    select
        delivery_id,
        max(case when effect = 'reject' and is_told_by_total then 1 else 0 end) = 1 as is_rejected_told,
        max(case when effect = 'repair' and is_told_by_total then 1 else 0 end) = 1 as is_repaired_told
    from counted
    group by delivery_id
),

judged as (
    select
        totals.*,
        totals.delivery_status in ('held', 'not used')
        or {{ is_small('totals.rows_delivered') }}
        or {{ is_small('totals.rows_accepted') }}
        or {{ is_small('totals.rows_rejected') }}
        or coalesce(told.is_rejected_told, false) as is_split_hidden,
        totals.delivery_status in ('held', 'not used')
        or {{ is_small('totals.rows_repaired') }} or coalesce(told.is_repaired_told, false) as is_repaired_hidden
    from totals
    left join told on totals.delivery_id = told.delivery_id
),

final as (
    select
        delivery_id,
        la_code,
        dataset,
        collection_year,
        extracted_on,
        status,
        is_current,
        delivery_status,
        is_synthetic,
        cast(
            case
                when
                    delivery_status in ('in force', 'superseded')
                    and not {{ is_small('rows_delivered') }}
                    then rows_delivered
            end as bigint
        ) as rows_delivered,
        cast(case when not is_split_hidden then rows_accepted end as bigint) as rows_accepted,
        cast(case when not is_split_hidden then rows_rejected end as bigint) as rows_rejected,
        cast(case when not is_repaired_hidden then rows_repaired end as bigint) as rows_repaired,
        is_split_hidden or is_repaired_hidden as is_suppressed
    from judged
)

select * from final
