{%- set delivered_columns = [
    'child', 'decom_text', 'rne_text', 'ls_text', 'cin_text', 'place_text', 'place_provider_text', 'dec_text',
    'rec_text', 'reason_place_change_text', 'home_post', 'pl_post', 'urn', 'pl_la_text', 'pl_location_text',
    'pl_distance_text'
] -%}

-- Whether a child left, when, and whether an episode is respite decides the figures: a row that cannot say is rejected.
-- Whatever else is unusable becomes null and counts as not known.
with deliveries as (
    select * from {{ ref('int_deliveries__known') }}
),

delivered as (
    select * from {{ source('ssda903', 'episodes') }}
),

rne_codes as {{ codes_of('rne') }},

ls_codes as {{ codes_of('legal_status') }},

cin_codes as {{ codes_of('category_of_need') }},

place_codes as {{ codes_of('placement_type') }},

place_provider_codes as {{ codes_of('placement_provider') }},

rec_codes as {{ codes_of('rec') }},

reason_place_change_codes as {{ codes_of('reason_placement_change') }},

pl_la_codes as {{ authority_codes() }},

-- A file with one of these columns is taken at its word, blanks included; only without it is the value computed.
-- Reads the source itself: DuckDB would set down a CTE that is used twice, at twice the cost of the whole model.
carried as (
    select
        delivery_id,
        content_hash,
        file_name,
        count(pl_la) > 0 as carries_pl_la,
        count(pl_location) > 0 as carries_pl_location,
        count(pl_distance) > 0 as carries_pl_distance
    from {{ source('ssda903', 'episodes') }}
    group by delivery_id, content_hash, file_name
),

cleaned as (
    select
        carried.carries_pl_la,
        carried.carries_pl_location,
        carried.carries_pl_distance,
        {{ cleaned_columns(delivered_columns, codes=['urn'], postcodes=['home_post', 'pl_post']) }}
    from delivered
    inner join deliveries
        on
            delivered.delivery_id = deliveries.delivery_id
            and delivered.content_hash = deliveries.content_hash
    inner join carried
        on
            delivered.delivery_id = carried.delivery_id
            and delivered.content_hash = carried.content_hash
            and delivered.file_name = carried.file_name
    {{ join_present_numbers(delivered_columns) }}
),

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.decom_text') }} as decom,
        {{ decoded('rne') }},
        {{ decoded('ls') }},
        {{ decoded('cin') }},
        {{ decoded('place') }},
        {{ decoded('place_provider') }},
        {{ try_date('cleaned.dec_text') }} as dec,
        {{ decoded('rec') }},
        {{ decoded('reason_place_change') }},
        {{ decoded_authority('pl_la') }},
        case
            when upper(cleaned.pl_location_text) in ('IN', 'OUT') then upper(cleaned.pl_location_text)
        end as pl_location,
        {{ decimal_not_negative('cleaned.pl_distance_text', 6, 1) }} as pl_distance
    from cleaned
    {{ join_codes(['rne', 'ls', 'cin', 'place', 'place_provider', 'rec', 'reason_place_change', 'pl_la']) }}
),

ruled as (
    select
        typed.*,
        case when typed.dec is not null then typed.rec end as rec_of_end,
        {{ string_list_of([
            missing_key('child'),
            unreadable_mandatory_date('decom'),
            unknown_code('rne'),
            unknown_code('ls'),
            unreadable_end_date('dec'),
            unknown_code('rec'),
            impossible_date_order('decom', 'dec')
        ]) }} as failed_rules,
        {{ string_list_of([
            'rne_year_repair',
            'ls_year_repair',
            unknown_code_nulled('cin'),
            'cin_year_repair',
            unknown_code_nulled('place'),
            'place_year_repair',
            unknown_code_nulled('place_provider'),
            'place_provider_year_repair',
            'rec_year_repair',
            rec_without_dec(),
            unknown_code_nulled('reason_place_change'),
            'reason_place_change_year_repair',
            unknown_code_nulled('pl_la'),
            unknown_code_nulled('pl_location'),
            number_out_of_range_nulled('pl_distance')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    ssda903_tables()['episodes'], delivered_columns, last_by=['dec desc nulls first']
) }},

final as {{ judged_rows([
    'child', 'decom', 'rne', 'ls', 'cin', 'place', 'place_provider', 'dec', 'rec_of_end as rec',
    'reason_place_change', 'home_post', 'pl_post', 'urn', 'pl_la', 'pl_location', 'pl_distance', 'carries_pl_la',
    'carries_pl_location', 'carries_pl_distance'
], delivered_columns) }}

select * from final
