-- What readers can add up: the parts of a table and its total, and figures of which one holds another. A sum that does
-- not come out is told by what is left over: if that is a small number it is one hidden number more, if it is larger
-- nothing follows from the sum.
with cells as (
    select * from {{ ref('suppression_cells') }}
),

relations as (
    select * from {{ ref('suppression_relations') }}
),

breakdowns as (
    select * from {{ ref('suppression_breakdowns') }}
),

not_additive as (
    select
        metric_id as measure,
        breakdown
    from breakdowns
    where treatment = 'not_additive'
),

tables as (
    select distinct
        cells.la_code,
        cells.period_end,
        cells.measure,
        cells.breakdown
    from cells
    left join not_additive
        on
            cells.measure = not_additive.measure
            and cells.breakdown = not_additive.breakdown
    where cells.breakdown <> 'all' and not_additive.measure is null
),

of_tables as (
    select
        tables.la_code,
        tables.period_end,
        'table' as kind,
        tables.measure as subject,
        tables.breakdown as instance,
        cells.cell_number,
        cells.value,
        cells.is_numerator,
        case when cells.breakdown = 'all' then 1 else -1 end as sign,
        cells.breakdown = 'all' as is_headline
    from tables
    inner join cells
        on
            tables.la_code = cells.la_code
            and tables.period_end = cells.period_end
            and tables.measure = cells.measure
    where cells.breakdown = tables.breakdown or cells.breakdown = 'all'
),

of_relations as (
    select
        cells.la_code,
        cells.period_end,
        relations.kind,
        relations.relation as subject,
        case when relations.category = '*' then cells.category else 'all' end as instance,
        cells.cell_number,
        cells.value,
        cells.is_numerator,
        relations.sign,
        cells.breakdown = 'all' as is_headline
    from relations
    inner join cells
        on
            relations.measure = cells.measure
            and relations.breakdown = cells.breakdown
    where relations.category = '*' or relations.category = cells.category
),

measures_of_relations as (
    select
        relation,
        count(distinct measure) as measures
    from relations
    group by relation
),

-- A relation of which a figure is absent, because its records were not delivered, tells nothing.
complete_relations as (
    select
        of_relations.la_code,
        of_relations.period_end,
        of_relations.subject,
        of_relations.instance
    from of_relations
    inner join cells on of_relations.cell_number = cells.cell_number
    inner join measures_of_relations on of_relations.subject = measures_of_relations.relation
    group by
        of_relations.la_code,
        of_relations.period_end,
        of_relations.subject,
        of_relations.instance
    having count(distinct cells.measure) = max(measures_of_relations.measures)
),

told as (
    select * from of_tables
    union all
    select of_relations.*
    from of_relations
    inner join complete_relations
        on
            of_relations.la_code = complete_relations.la_code
            and of_relations.period_end = complete_relations.period_end
            and of_relations.subject = complete_relations.subject
            and of_relations.instance = complete_relations.instance
),

weighed as (
    select
        *,
        sum(sign * value) over (partition by la_code, period_end, kind, subject, instance) as left_over,
        max(sign) over (partition by la_code, period_end, kind, subject, instance) = 1 as has_total
    from told
),

numbered as (
    select
        dense_rank() over (order by la_code, period_end, kind, subject, instance) as sum_number,
        kind <> 'part' and left_over = 0 as is_exact,
        *
    from weighed
),

-- Two sums that have two or more counts in common make a third, in which these cancel out: of all who left, those who
-- left to permanence, and of both the reasons for leaving, there remain the other reasons.
pairs as (
    select
        first_sums.sum_number as first_number,
        second_sums.sum_number as second_number,
        first_sums.sign * second_sums.sign as agreement
    from numbered as first_sums
    inner join numbered as second_sums on first_sums.cell_number = second_sums.cell_number
    where
        first_sums.sum_number < second_sums.sum_number
        and (first_sums.is_exact or second_sums.is_exact)
        and (first_sums.is_exact or first_sums.kind = 'part')
        and (second_sums.is_exact or second_sums.kind = 'part')
        and {{ is_nearly_nought('first_sums.left_over') }}
        and {{ is_nearly_nought('second_sums.left_over') }}
    group by first_sums.sum_number, second_sums.sum_number, first_sums.sign * second_sums.sign
    having count(*) > 1
),

of_both as (
    select
        pairs.*,
        numbered.cell_number,
        numbered.value,
        numbered.is_numerator,
        numbered.is_headline,
        numbered.sign
    from pairs
    inner join numbered on pairs.first_number = numbered.sum_number
    union all
    select
        pairs.*,
        numbered.cell_number,
        numbered.value,
        numbered.is_numerator,
        numbered.is_headline,
        -pairs.agreement * numbered.sign as sign
    from pairs
    inner join numbered on pairs.second_number = numbered.sum_number
),

not_cancelled as (
    select
        first_number,
        second_number,
        agreement,
        cell_number,
        max(value) as value,
        max(case when is_numerator then 1 else 0 end) = 1 as is_numerator,
        max(case when is_headline then 1 else 0 end) = 1 as is_headline,
        sum(sign) as sign
    from of_both
    group by first_number, second_number, agreement, cell_number
    having sum(sign) <> 0
),

combined as (
    select
        *,
        dense_rank() over (order by first_number, second_number, agreement) as combination_number,
        sum(sign * value) over (partition by first_number, second_number, agreement) as left_over
    from not_cancelled
),

together as (
    select
        sum_number,
        cell_number,
        kind,
        subject,
        instance,
        value,
        sign,
        is_numerator,
        is_headline,
        sign = 1 as is_whole,
        has_total,
        left_over
    from numbered
    union all
    -- Numbered below the others, so that no two sums share a number.
    select
        -combination_number as sum_number,
        cell_number,
        'combination' as kind,
        cast(first_number as varchar) as subject,
        cast(second_number as varchar) as instance,
        value,
        case when sign > 0 then 1 else -1 end as sign,
        is_numerator,
        is_headline,
        is_headline as is_whole,
        false as has_total,
        left_over
    from combined
),

final as (
    select
        sum_number,
        cell_number,
        kind,
        subject,
        instance,
        value,
        sign,
        is_numerator,
        is_headline,
        is_whole,
        has_total,
        case when kind <> 'table' and left_over <> 0 then 1 else 0 end as hidden_outside
    from together
    -- A table is held to the rule whether or not it adds up.
    where
        kind = 'table'
        or {{ is_nearly_nought('left_over') }}
)

select * from final
