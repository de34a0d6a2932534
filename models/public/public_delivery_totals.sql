-- Of whole deliveries only: the rows of one table may be the children of one kind. Of a delivery that is held it says
-- that it is, and no number. Rows of erased children count as if they had never been delivered.
with audit as (
    select * from {{ ref('delivery_audit') }}
),

counted as (
    select * from {{ ref('suppression_quality') }}
),

-- How many numbers an authority's system changed is no statistic of anybody.
deliveries as (
    select * from {{ ref('dim_delivery') }}
    where dataset <> 'crosswalk'
),

erased as (
    select
        delivery_id,
        count(*) as rows_erased
    from {{ ref('rejected_records') }}
    where rule_id = 'erased'
    group by delivery_id
),

audited as (
    select
        delivery_id,
        sum(rows_delivered) as rows_delivered,
        sum(rows_accepted) as rows_accepted,
        sum(rows_rejected) as rows_rejected,
        sum(rows_repaired) as rows_repaired
    from audit
    group by delivery_id
),

totals as (
    select
        audited.delivery_id,
        audited.rows_delivered - coalesce(erased.rows_erased, 0) as rows_delivered,
        audited.rows_accepted,
        audited.rows_rejected - coalesce(erased.rows_erased, 0) as rows_rejected,
        audited.rows_repaired
    from audited
    left join erased on audited.delivery_id = erased.delivery_id
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
        deliveries.delivery_status in ('held', 'not used')
        or {{ is_small('totals.rows_delivered') }}
        or {{ is_small('totals.rows_accepted') }}
        or {{ is_small('totals.rows_rejected') }}
        or coalesce(told.is_rejected_told, false) as is_split_hidden,
        deliveries.delivery_status in ('held', 'not used')
        or {{ is_small('totals.rows_repaired') }} or coalesce(told.is_repaired_told, false) as is_repaired_hidden
    from totals
    inner join deliveries on totals.delivery_id = deliveries.delivery_id
    left join told on totals.delivery_id = told.delivery_id
),

final as (
    select
        deliveries.delivery_id,
        deliveries.la_code,
        deliveries.dataset,
        deliveries.collection_year,
        deliveries.extracted_on,
        deliveries.status,
        deliveries.is_current,
        deliveries.delivery_status,
        deliveries.is_synthetic,
        cast(
            case
                when
                    deliveries.delivery_status in ('in force', 'superseded')
                    and not {{ is_small('judged.rows_delivered') }}
                    then judged.rows_delivered
            end as bigint
        ) as rows_delivered,
        cast(case when not judged.is_split_hidden then judged.rows_accepted end as bigint) as rows_accepted,
        cast(case when not judged.is_split_hidden then judged.rows_rejected end as bigint) as rows_rejected,
        cast(case when not judged.is_repaired_hidden then judged.rows_repaired end as bigint) as rows_repaired,
        judged.is_split_hidden or judged.is_repaired_hidden as is_suppressed
    from judged
    inner join deliveries on judged.delivery_id = deliveries.delivery_id
)

select * from final
