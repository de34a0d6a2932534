-- Rules on reviews as either source gives them: on a day in care, with the code that the child's age allows. What the
-- service's records say of a child, or a year, that no return knows is not held against them.
with returned_reviews as (
    select * from {{ ref('int_reviews__ssda903') }}
),

delivered as (
    select * from {{ ref('stg_ssda903__reviews') }}
),

iro_reviews as (
    select * from {{ ref('stg_iro__reviews') }}
),

united as (
    select * from {{ ref('int_reviews__united') }}
),

episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

records as (
    select
        delivered.la_code,
        delivered.collection_year,
        'reviews' as table_name,
        'review' as date_column,
        'review_code' as code_column,
        delivered.child,
        delivered.file_name,
        delivered.row_number,
        returned_reviews.reviewed_on,
        returned_reviews.participation_code,
        delivered.collection_year as year_of_care
    from returned_reviews
    inner join delivered
        on
            returned_reviews.la_code = delivered.la_code
            and returned_reviews.child = delivered.child
            and returned_reviews.reviewed_on = delivered.review
            and returned_reviews.last_collection_year = delivered.collection_year
    union all
    select
        la_code,
        collection_year,
        'iro_reviews' as table_name,
        case when completed_on is null then 'started_on' else 'completed_on' end as date_column,
        'participation_code' as code_column,
        child,
        file_name,
        row_number,
        coalesce(completed_on, started_on) as reviewed_on,
        participation_code,
        {{ collection_year_of('coalesce(completed_on, started_on)') }} as year_of_care
    from iro_reviews
    where coalesce(cancelled, 'N') = 'N' and coalesce(completed_on, started_on) is not null
),

in_care as (
    select distinct
        records.la_code,
        records.child,
        records.reviewed_on
    from records
    inner join periods_of_care
        on
            records.la_code = periods_of_care.la_code
            and records.child = periods_of_care.child
            and {{ touches_period(
                'records.reviewed_on', 'records.reviewed_on',
                'periods_of_care.started_on', 'periods_of_care.ended_on', 'periods_of_care.is_implied_end') }}
),

on_short_breaks as (
    select
        la_code,
        collection_year,
        child
    from episodes
    group by la_code, collection_year, child
    having min(case when {{ is_respite() }} then 1 else 0 end) = 1
),

examined as (
    select
        records.*,
        in_care.child is not null as is_in_care,
        on_short_breaks.child is not null as is_on_short_breaks,
        records.table_name = 'reviews'
        or (children.child is not null and coalesce(records.reviewed_on <= years.covers_to, false)) as is_care_told,
        united.child is not null
        and united.participation_code is null
        and (records.table_name = 'iro_reviews' or not united.has_iro_record) as is_code_missing,
        {{ completed_years('children.dob', 'records.reviewed_on') }} as age,
        {{ completed_years('children.dob', add_days('records.reviewed_on', -1)) }} as age_the_day_before
    from records
    left join united
        on
            records.la_code = united.la_code
            and records.child = united.child
            and records.reviewed_on = united.reviewed_on
    left join years
        on records.la_code = years.la_code and records.year_of_care = years.collection_year
    left join children
        on records.la_code = children.la_code and records.child = children.child
    left join in_care
        on
            records.la_code = in_care.la_code
            and records.child = in_care.child
            and records.reviewed_on = in_care.reviewed_on
    left join on_short_breaks
        on
            records.la_code = on_short_breaks.la_code
            and records.year_of_care = on_short_breaks.collection_year
            and records.child = on_short_breaks.child
),

review_outside_care as (
    select
        {{ quality_issue(
            'review_outside_care', table_from='table_name', concerns_on='reviewed_on', column_from='date_column') }}
    from examined
    where not is_in_care and is_care_told and not is_on_short_breaks
),

respite_in_reviews as (
    select
        {{ quality_issue(
            'respite_in_reviews', table_from='table_name', concerns_on='reviewed_on', column_from='date_column') }}
    from examined
    where not is_in_care and is_care_told and is_on_short_breaks
),

-- On the fourth birthday itself either kind of code passes.
review_participation_age as (
    select
        {{ quality_issue(
            'review_participation_age', table_from='table_name', concerns_on='reviewed_on',
            column_from='code_column') }}
    from examined
    where
        ({{ code_is('participation_code', 'too_young_to_participate') }} and age_the_day_before >= 4)
        or (not {{ code_is('participation_code', 'too_young_to_participate') }} and age < 4)
),

-- The code of the one source serves both.
review_participation_blank as (
    select
        {{ quality_issue(
            'review_participation_blank', table_from='table_name', concerns_on='reviewed_on',
            column_from='code_column') }}
    from examined
    where is_code_missing
),

final as (
    {{ all_rows_of([
        'review_outside_care', 'respite_in_reviews', 'review_participation_age', 'review_participation_blank'
    ]) }}
)

select * from final
