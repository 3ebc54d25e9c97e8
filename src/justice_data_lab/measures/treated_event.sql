-- The treated: cohort members with an index event that can be followed, adults, but for late starters that are put aside.
SELECT row, person_id, disposal_id, kind, index_date, region, lag_days
FROM cohort_start
WHERE kind IS NOT NULL AND complete_follow_up AND is_adult AND NOT is_superseded AND NOT has_reoffended AND NOT is_aside
