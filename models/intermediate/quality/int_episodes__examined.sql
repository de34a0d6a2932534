-- Every episode that counts, short breaks included, with what the rules on episodes look at: the row it was delivered
-- in, its place in a period of care, and the child's date of birth.
with episodes as (
    select * from {{ ref('int_episodes__settled') }}
    where not is_superseded
),

in_care as (
    select * from {{ ref('int_episodes__in_care') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

covered as (
    select
        la_code,
        max(covers_to) as covered_to
    from {{ ref('int_collection_years__delivered') }}
    group by la_code
),

final as (
    select
        episodes.la_code,
        episodes.last_collection_year as collection_year,
        episodes.child,
        episodes.file_name,
        episodes.row_number,
        episodes.started_on,
        episodes.ended_on,
        episodes.is_implied_end,
        episodes.is_respite,
        episodes.rne,
        episodes.ls,
        episodes.cin,
        episodes.place,
        coalesce({{ is_temporary_placement('episodes.place') }}, false) as is_temporary,
        episodes.place_provider,
        episodes.rec,
        episodes.home_post,
        episodes.pl_post,
        episodes.urn,
        episodes.pl_la,
        episodes.pl_location,
        episodes.pl_distance,
        in_care.period_number,
        coalesce(in_care.begins_period, false) as begins_period,
        coalesce(in_care.is_start, false) as is_start,
        coalesce(periods_of_care.is_left_censored, false) as is_left_censored,
        children.dob,
        covered.covered_to,
        -- The last day on which the episode is known to go on; a child is not looked after on the day of leaving.
        least(coalesce({{ add_days('episodes.ended_on', -1) }}, covered.covered_to), covered.covered_to) as last_live_on
    from episodes
    inner join children
        on episodes.la_code = children.la_code and episodes.child = children.child
    inner join covered on episodes.la_code = covered.la_code
    left join in_care
        on
            episodes.la_code = in_care.la_code
            and episodes.child = in_care.child
            and episodes.started_on = in_care.started_on
    left join periods_of_care
        on
            in_care.la_code = periods_of_care.la_code
            and in_care.child = periods_of_care.child
            and in_care.period_number = periods_of_care.period_number
)

select * from final
