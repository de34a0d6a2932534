-- What readers can add up: the parts of a table and its total, figures of which one holds another, what a percentage
-- lacks of the whole, and the years: who was there, came and left is who is there now. A sum that leaves something over
-- tells nothing more than that.
with cells as (
    select * from {{ ref('suppression_cells') }}
),

figures as (
    select * from {{ ref('suppression_figure_cells') }}
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

-- Parts whose total no table publishes tell nothing of each other.
totals as (
    select * from cells
    where breakdown = 'all'
),

of_tables as (
    select
        totals.la_code,
        totals.period_end,
        'table' as kind,
        totals.measure as subject,
        parts.breakdown as instance,
        parts.cell_number,
        parts.value,
        -1 as sign
    from totals
    inner join cells as parts
        on
            totals.la_code = parts.la_code
            and totals.period_end = parts.period_end
            and totals.measure = parts.measure
    left join not_additive
        on
            parts.measure = not_additive.measure
            and parts.breakdown = not_additive.breakdown
    where parts.breakdown <> 'all' and not_additive.measure is null
),

tables as (
    select distinct
        la_code,
        period_end,
        kind,
        subject,
        instance
    from of_tables
),

of_totals as (
    select
        tables.la_code,
        tables.period_end,
        tables.kind,
        tables.subject,
        tables.instance,
        totals.cell_number,
        totals.value,
        1 as sign
    from tables
    inner join totals
        on
            tables.la_code = totals.la_code
            and tables.period_end = totals.period_end
            and tables.subject = totals.measure
),

of_relations as (
    select
        cells.la_code,
        {{ add_months('cells.period_end', '12 * relations.years_before') }} as period_end,
        relations.kind,
        relations.relation as subject,
        case when relations.category = '*' then cells.category else 'all' end as instance,
        cells.cell_number,
        cells.value,
        relations.sign,
        cells.measure || ' ' || relations.years_before as term
    from relations
    inner join cells
        on
            relations.measure = cells.measure
            and relations.breakdown = cells.breakdown
    where relations.category = '*' or relations.category = cells.category
),

terms_of_relations as (
    select
        relation,
        count(distinct measure || ' ' || years_before) as terms
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
    inner join terms_of_relations on of_relations.subject = terms_of_relations.relation
    group by
        of_relations.la_code,
        of_relations.period_end,
        of_relations.subject,
        of_relations.instance
    having count(distinct of_relations.term) = max(terms_of_relations.terms)
),

-- What a percentage lacks of the whole is a number of children too.
percentages as (
    select distinct
        figures.la_code,
        figures.period_end,
        figures.numerator_cell,
        figures.denominator_cell,
        numerators.value as numerator,
        denominators.value as denominator
    from figures
    inner join cells as numerators on figures.numerator_cell = numerators.cell_number
    inner join cells as denominators on figures.denominator_cell = denominators.cell_number
    where figures.unit = 'percent' and figures.numerator_cell <> figures.denominator_cell
),

of_percentages as (
    select
        la_code,
        period_end,
        'part' as kind,
        'percentage' as subject,
        numerator_cell || ' of ' || denominator_cell as instance,
        denominator_cell as cell_number,
        denominator as value,
        1 as sign
    from percentages
    union all
    select
        la_code,
        period_end,
        'part' as kind,
        'percentage' as subject,
        numerator_cell || ' of ' || denominator_cell as instance,
        numerator_cell as cell_number,
        numerator as value,
        -1 as sign
    from percentages
),

together as (
    select * from of_tables
    union all
    select * from of_totals
    union all
    select
        of_relations.la_code,
        of_relations.period_end,
        of_relations.kind,
        of_relations.subject,
        of_relations.instance,
        of_relations.cell_number,
        of_relations.value,
        of_relations.sign
    from of_relations
    inner join complete_relations
        on
            of_relations.la_code = complete_relations.la_code
            and of_relations.period_end = complete_relations.period_end
            and of_relations.subject = complete_relations.subject
            and of_relations.instance = complete_relations.instance
    union all
    select * from of_percentages
),

final as (
    select
        la_code,
        cast(
            dense_rank() over (order by la_code, period_end, kind, subject, instance) as bigint
        ) as sum_number,
        kind,
        subject,
        instance,
        cell_number,
        sign,
        sum(sign * value) over (partition by la_code, period_end, kind, subject, instance) as left_over
    from together
)

select * from final
