with matches as (
    select * from {{ ref('stg_iro__long_term_matches') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['child_keys.child_key', 'matches.panel_on']) }} as long_term_match_key,
        child_keys.child_key,
        matches.la_code,
        matches.panel_on,
        matches.matched_on as long_term_matched_on
    from matches
    inner join child_keys on matches.la_code = child_keys.la_code and matches.child = child_keys.child
)

select * from final
