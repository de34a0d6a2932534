-- Rules on what Header says of a child. The latest return that has the child is the one whose attributes count.
with headers as (
    select * from {{ ref('stg_ssda903__header') }}
),

episodes as (
    select * from {{ ref('int_episodes__examined') }}
),

care_leavers as (
    select * from {{ ref('stg_ssda903__oc3') }}
),

returns as (
    select * from {{ ref('int_collection_years__delivered') }}
),

with_episodes as (
    select distinct
        la_code,
        child
    from {{ ref('stg_ssda903__episodes') }}
),

by_return as (
    select
        *,
        row_number() over (partition by la_code, child order by collection_year desc) as recency,
        lag(dob) over (partition by la_code, child order by collection_year) as previous_dob,
        lag(sex) over (partition by la_code, child order by collection_year) as previous_sex,
        lag(ethnic) over (partition by la_code, child order by collection_year) as previous_ethnic
    from headers
),

latest as (
    select * from by_return
    where recency = 1
),

-- Unknown numbers (UN1 to UN5) are shared by many children.
repeated_upns as (
    select
        la_code,
        collection_year,
        upn
    from headers
    where upn is not null and upn not like 'UN_'
    group by la_code, collection_year, upn
    having count(*) > 1
),

no_date_of_birth as (
    select {{ quality_issue('no_date_of_birth', 'header', column_name='dob') }}
    from latest
    where dob is null
),

date_of_birth_implausible as (
    select {{ quality_issue('date_of_birth_implausible', 'header', column_name='dob', of='latest') }}
    from latest
    inner join returns
        on latest.la_code = returns.la_code and latest.collection_year = returns.collection_year
    where latest.dob > returns.year_ends_on or {{ add_months('latest.dob', 25 * 12) }} < returns.year_starts_on
),

born_after_episode as (
    select {{ quality_issue('born_after_episode', 'episodes', 'started_on', 'decom') }}
    from episodes
    where dob > started_on
),

-- Header also lists care leavers, who may have left care before the first return.
header_without_episodes as (
    select {{ quality_issue('header_without_episodes', 'header', of='latest') }}
    from latest
    left join with_episodes
        on latest.la_code = with_episodes.la_code and latest.child = with_episodes.child
    left join care_leavers
        on
            latest.la_code = care_leavers.la_code
            and latest.collection_year = care_leavers.collection_year
            and latest.child = care_leavers.child
    where with_episodes.child is null and care_leavers.child is null
),

{% for column in ['dob', 'sex', 'ethnic'] %}
    {{ column }}_changed as (
        select {{ quality_issue('attribute_changed', 'header', column_name=column) }}
        from by_return
        where {{ column }} <> previous_{{ column }}
    ),

{% endfor %}

-- A letter other than I, O and S, then twelve digits, of which the last may be a letter.
upn_invalid as (
    select {{ quality_issue('upn_invalid', 'header', column_name='upn') }}
    from latest
    where
        upn is null
        or (
            not {{ code_is('upn', 'no_upn') }}
            and not (
                length(upn) = 13
                and left(upn, 1) between 'A' and 'Z'
                and left(upn, 1) not in ('I', 'O', 'S')
                and translate(substring(upn, 2, 11), '0123456789', '') = ''
                and (right(upn, 1) between '0' and '9' or right(upn, 1) between 'A' and 'Z')
            )
        )
),

-- Required from 2025/26 on.
upn_not_unique as (
    select {{ quality_issue('upn_not_unique', 'header', column_name='upn', of='headers') }}
    from headers
    inner join repeated_upns
        on
            headers.la_code = repeated_upns.la_code
            and headers.collection_year = repeated_upns.collection_year
            and headers.upn = repeated_upns.upn
    where headers.collection_year >= 2026
),

mother_date_of_birth_missing as (
    select {{ quality_issue('mother_date_of_birth_missing', 'header', column_name='mc_dob') }}
    from headers
    where (coalesce(mother, 0) = 1) <> (mc_dob is not null)
),

final as (
    {{ all_rows_of([
        'no_date_of_birth', 'date_of_birth_implausible', 'born_after_episode', 'header_without_episodes', 'dob_changed',
        'sex_changed', 'ethnic_changed', 'upn_invalid', 'upn_not_unique', 'mother_date_of_birth_missing'
    ]) }}
)

select * from final
