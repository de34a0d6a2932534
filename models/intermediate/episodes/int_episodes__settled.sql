{{ config(meta={'definition': '11.1'}) }}
-- A later return is the authority for its own year. An earlier row that would reach into that year and is absent from
-- it was either re-dated (the later return holds an overlapping episode: superseded) or ended without our being told:
-- it then counts through 31 March of the last return that has it, and that end is marked as implied.
with episodes as (
    select * from {{ ref('int_episodes__latest') }}
),

delivered as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

-- The first later return whose year the row would touch.
absences as (
    select
        episodes.la_code,
        episodes.child,
        episodes.decom,
        min(years.collection_year) as absent_from_year
    from episodes
    inner join years
        on
            episodes.la_code = years.la_code
            and episodes.last_collection_year < years.collection_year
            and episodes.decom <= years.year_ends_on
            and (episodes.dec is null or episodes.dec >= years.year_starts_on)
    group by episodes.la_code, episodes.child, episodes.decom
),

redated as (
    select distinct
        absences.la_code,
        absences.child,
        absences.decom
    from absences
    inner join episodes
        on
            absences.la_code = episodes.la_code
            and absences.child = episodes.child
            and absences.decom = episodes.decom
    inner join delivered
        on
            absences.la_code = delivered.la_code
            and absences.child = delivered.child
            and absences.absent_from_year = delivered.collection_year
            and (episodes.dec is null or delivered.decom < episodes.dec)
            and (delivered.dec is null or delivered.dec > episodes.decom)
),

judged as (
    select
        episodes.*,
        absences.absent_from_year,
        {{ add_days(last_day_of_collection_year('episodes.last_collection_year'), 1) }} as day_after_last_return,
        redated.child is not null as is_redated
    from episodes
    left join absences
        on
            episodes.la_code = absences.la_code
            and episodes.child = absences.child
            and episodes.decom = absences.decom
    left join redated
        on
            episodes.la_code = redated.la_code
            and episodes.child = redated.child
            and episodes.decom = redated.decom
),

final as (
    select
        la_code,
        child,
        decom as started_on,
        case when absent_from_year is null then dec else day_after_last_return end as ended_on,
        absent_from_year is not null as is_implied_end,
        absent_from_year is not null and (is_redated or decom >= day_after_last_return) as is_superseded,
        coalesce({{ is_respite() }}, false) as is_respite,
        rne,
        ls,
        cin,
        place,
        place_provider,
        case when absent_from_year is null then rec end as rec,
        reason_place_change,
        home_post,
        pl_post,
        urn,
        pl_la,
        pl_location,
        pl_distance,
        carries_pl_la,
        carries_pl_location,
        carries_pl_distance,
        last_collection_year,
        absent_from_year,
        delivery_id,
        file_name,
        row_number
    from judged
)

select * from final
