-- Rules on permanence: what adoption and special guardianship need before and beside them, and what came before care.
with episodes as (
    select * from {{ ref('int_episodes__examined') }}
    where not is_respite
),

adoptions as (
    select * from {{ ref('stg_ssda903__ad1') }}
),

decisions as (
    select * from {{ ref('stg_ssda903__placed_adoption') }}
),

previous_permanence as (
    select * from {{ ref('stg_ssda903__prev_perm') }}
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
),

adopted as (
    select
        *,
        {{ collection_year_of('ended_on') }} as adopted_in_year
    from episodes
    where {{ is_adopted() }}
),

children_with_decision as (
    select distinct
        la_code,
        child
    from decisions
),

decisions_of_date as (
    select distinct
        la_code,
        child,
        date_placed
    from decisions
),

-- A child placed for adoption is told once, by the first such episode.
first_adoptive_episodes as (
    select
        la_code,
        child,
        min(started_on) as first_started_on
    from episodes
    where {{ is_placed_for_adoption() }}
    group by la_code, child
),

-- So is a child who came into care several times in a year.
first_starts as (
    select
        la_code,
        child,
        {{ collection_year_of('started_on') }} as started_in_year,
        min(started_on) as first_started_on
    from episodes
    where is_start
    group by la_code, child, {{ collection_year_of('started_on') }}
),

starts as (
    select
        first_starts.la_code,
        first_starts.started_in_year as collection_year,
        first_starts.child,
        first_starts.first_started_on
    from first_starts
    inner join tables_delivered
        on
            first_starts.la_code = tables_delivered.la_code
            and first_starts.started_in_year = tables_delivered.collection_year
            and tables_delivered.table_name = 'prev_perm'
    left join previous_permanence
        on
            first_starts.la_code = previous_permanence.la_code
            and first_starts.started_in_year = previous_permanence.collection_year
            and first_starts.child = previous_permanence.child
    where previous_permanence.child is null
),

adoption_end_without_adoptive_placement as (
    select {{ quality_issue('adoption_end_without_adoptive_placement', 'episodes', 'started_on', 'place') }}
    from adopted
    where not coalesce({{ is_placed_for_adoption() }}, false)
),

adoption_record_missing as (
    select {{ quality_issue('adoption_record_missing', 'episodes', 'adopted.started_on', 'rec', of='adopted') }}
    from adopted
    inner join tables_delivered
        on
            adopted.la_code = tables_delivered.la_code
            and adopted.adopted_in_year = tables_delivered.collection_year
            and tables_delivered.table_name = 'ad1'
    left join adoptions
        on
            adopted.la_code = adoptions.la_code
            and adopted.adopted_in_year = adoptions.collection_year
            and adopted.child = adoptions.child
    where adoptions.child is null
),

adoption_record_without_adoption as (
    select {{ quality_issue('adoption_record_without_adoption', 'ad1', 'adoptions.date_int', of='adoptions') }}
    from adoptions
    left join adopted
        on
            adoptions.la_code = adopted.la_code
            and adoptions.collection_year = adopted.adopted_in_year
            and adoptions.child = adopted.child
    where adopted.child is null
),

adoption_dates_differ as (
    select {{ quality_issue('adoption_dates_differ', 'ad1', 'adoptions.date_int', 'date_int', of='adoptions') }}
    from adoptions
    inner join children_with_decision
        on adoptions.la_code = children_with_decision.la_code and adoptions.child = children_with_decision.child
    left join decisions_of_date
        on
            adoptions.la_code = decisions_of_date.la_code
            and adoptions.child = decisions_of_date.child
            and adoptions.date_int = decisions_of_date.date_placed
    where adoptions.date_int is not null and decisions_of_date.child is null
),

placed_for_adoption_without_decision as (
    select
        {{ quality_issue(
            'placed_for_adoption_without_decision', 'episodes', 'episodes.started_on', 'place', of='episodes') }}
    from first_adoptive_episodes
    inner join episodes
        on
            first_adoptive_episodes.la_code = episodes.la_code
            and first_adoptive_episodes.child = episodes.child
            and first_adoptive_episodes.first_started_on = episodes.started_on
    inner join tables_delivered
        on
            episodes.la_code = tables_delivered.la_code
            and episodes.collection_year = tables_delivered.collection_year
            and tables_delivered.table_name = 'placed_adoption'
    left join children_with_decision
        on episodes.la_code = children_with_decision.la_code and episodes.child = children_with_decision.child
    where children_with_decision.child is null
),

placed_ceased_incomplete as (
    select {{ quality_issue('placed_ceased_incomplete', 'placed_adoption', 'date_placed', 'reason_placed_ceased') }}
    from decisions
    where (date_placed_ceased is null) <> (reason_placed_ceased is null)
),

special_guardianship_end_without_foster_placement as (
    select {{ quality_issue('special_guardianship_end_without_foster_placement', 'episodes', 'started_on', 'place') }}
    from episodes
    where
        {{ code_is('rec', 'special_guardianship_to_foster_carer') }}
        and not coalesce({{ code_is('place', 'fostered') }}, false)
),

previous_permanence_missing as (
    select {{ quality_issue('previous_permanence_missing', 'prev_perm', 'first_started_on', has_row=false) }}
    from starts
),

final as (
    {{ all_rows_of([
        'adoption_end_without_adoptive_placement', 'adoption_record_missing', 'adoption_record_without_adoption',
        'adoption_dates_differ', 'placed_for_adoption_without_decision', 'placed_ceased_incomplete',
        'special_guardianship_end_without_foster_placement', 'previous_permanence_missing'
    ]) }}
)

select * from final
