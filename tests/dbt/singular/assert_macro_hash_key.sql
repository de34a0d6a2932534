/*
  Catches: two different keys with one hash because the parts run together, and null taken for empty text.
*/
with computed as (
    select
        {{ hash_key(["'a'", "'bc'"]) }} as a_bc,
        {{ hash_key(["'ab'", "'c'"]) }} as ab_c,
        {{ hash_key(["'a'", "cast(null as string)"]) }} as a_null,
        {{ hash_key(["'a'", "''"]) }} as a_empty,
        {{ hash_key(["'1'", "cast('2025-03-31' as date)"]) }} as text_and_date,
        {{ hash_key(["1", "'2025-03-31'"]) }} as number_and_text
)

select * from computed
where
    a_bc = ab_c
    or a_null = a_empty
    or a_null is null
    or text_and_date <> number_and_text
