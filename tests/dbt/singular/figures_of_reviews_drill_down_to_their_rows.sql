-- Catches a figure of reviews that is not the number of rows of the mart that a reader would drill down to.
-- Consultations with parents or carers are left to their unit test: one review may have been preceded by both.
{{ figures_without_their_rows('reviews_by_period', [
    ['reviews_held', 'is_held', none],
    ['reviews_on_time', 'is_on_time', 'is_due'],
    ['reviews_held_on_time', 'is_held_on_time', 'is_held_with_known_due'],
    ['reviews_late_reasons', 'is_late', none],
    ['review_participation_codes', 'is_held and participation_code is not null', none],
    ['review_participation', 'has_participation', 'is_coded'],
    ['review_attendance', 'has_attendance', 'is_coded'],
    ['reviews_with_advocate', 'has_advocate', none],
    ['invitations_on_time', 'is_invited_on_time', 'is_held'],
    ['review_decisions_on_time', 'is_decision_on_time', 'is_decision_limit_past'],
    ['review_records_distributed_on_time', 'is_record_on_time', 'is_record_limit_past'],
    ['permanence_plan_by_second_review', 'has_plan_by_second_review', "is_held and review_type = 'SECOND'"],
    ['pre_review_consultations', 'has_child_consultation', 'is_consultation_expected']
]) }}
