-- Rules on placements: the child's age, who provides them, and temporary ones (T0 to T4), which should lie between two
-- stays in one and the same placement.
with episodes as (
    select * from {{ ref('int_episodes__examined') }}
),

in_care as (
    select
        *,
        {{ completed_years('dob', 'started_on') }} as age_at_start
    from episodes
    where not is_respite
),

-- Several temporary placements in a row are one absence: what counts is the lasting placement on each side of it.
around_absences as (
    select
        *,
        max(case when not is_temporary then started_on end) over (
            partition by la_code, child, period_number
            order by started_on rows between unbounded preceding and 1 preceding
        ) as lasting_before,
        min(case when not is_temporary then started_on end) over (
            partition by la_code, child, period_number
            order by started_on rows between 1 following and unbounded following
        ) as lasting_after,
        lead(is_temporary) over (partition by la_code, child, period_number order by started_on) as is_next_temporary
    from in_care
),

absences as (
    select
        around_absences.*,
        stay_before.started_on is null and not around_absences.is_left_censored as has_no_placement_before,
        around_absences.lasting_after is null
        and around_absences.ended_on is not null
        and not around_absences.is_implied_end as has_no_placement_after,
        coalesce(stay_before.place, '') <> coalesce(stay_after.place, '')
        or coalesce(stay_before.pl_post, '') <> coalesce(stay_after.pl_post, '') as is_return_elsewhere
    from around_absences
    left join in_care as stay_before
        on
            around_absences.la_code = stay_before.la_code
            and around_absences.child = stay_before.child
            and around_absences.lasting_before = stay_before.started_on
    left join in_care as stay_after
        on
            around_absences.la_code = stay_after.la_code
            and around_absences.child = stay_after.child
            and around_absences.lasting_after = stay_after.started_on
    where around_absences.is_temporary and not coalesce(around_absences.is_next_temporary, false)
),

placement_under_minimum_age as (
    select {{ quality_issue('placement_under_minimum_age', 'episodes', 'started_on', 'place') }}
    from in_care
    where age_at_start < {{ least_age_of('place', 'placement_type') }}
),

temporary_placement_without_return as (
    select {{ quality_issue('temporary_placement_without_return', 'episodes', 'started_on', 'place') }}
    from absences
    where
        has_no_placement_before
        or has_no_placement_after
        or (lasting_before is not null and lasting_after is not null and is_return_elsewhere)
),

temporary_placement_too_long as (
    select {{ quality_issue('temporary_placement_too_long', 'episodes', 'started_on', 'dec') }}
    from in_care
    where
        {{ days_between('started_on', 'coalesce(ended_on, covered_to)') }}
        > {{ most_days_of('place', 'placement_type') }}
),

adoption_with_foster_carer_is_move as (
    select {{ quality_issue('adoption_with_foster_carer_is_move', 'episodes', 'started_on', 'rne') }}
    from in_care
    where {{ code_is('place', 'adoption_by_foster_carer') }} and {{ code_is('rne', 'new_carer') }}
),

placed_with_parents_by_agreement as (
    select {{ quality_issue('placed_with_parents_by_agreement', 'episodes', 'started_on', 'ls') }}
    from in_care
    where {{ code_is('place', 'with_parents') }} and {{ code_is('ls', 'voluntary_agreement') }}
),

provider_missing as (
    select {{ quality_issue('provider_missing', 'episodes', 'started_on', 'place_provider') }}
    from episodes
    where
        place is not null
        and (place_provider is null) = (not is_temporary and not {{ code_is('place', 'other_placement') }})
),

provider_does_not_fit_placement as (
    select {{ quality_issue('provider_does_not_fit_placement', 'episodes', 'started_on', 'place_provider') }}
    from episodes
    where
        {{ code_is('place_provider', 'parents') }} <> {{ code_is('place', 'with_parents') }}
        or ({{ code_is('place_provider', 'local_authority') }} and {{ code_is('place', 'never_local_authority') }})
        or (
            {{ code_is('place_provider', 'other_public_body') }}
            and (
                {{ is_placed_for_adoption() }}
                or {{ code_is('place', 'childrens_home') }}
                or {{ code_is('place', 'fostered') }}
            )
        )
),

final as (
    {{ all_rows_of([
        'placement_under_minimum_age', 'temporary_placement_without_return', 'temporary_placement_too_long',
        'adoption_with_foster_carer_is_move', 'placed_with_parents_by_agreement', 'provider_missing',
        'provider_does_not_fit_placement'
    ]) }}
)

select * from final
