-- The treated in the order of the cohort file, then the pool in the order of person_id, numbered from 0.
SELECT
  row_number() OVER (ORDER BY treated DESC, place, person_id) - 1 AS row,
  person_id,
  disposal_id,
  treated,
  lag_days
FROM (
  SELECT person_id, disposal_id, 1 AS treated, row AS place, lag_days FROM treated_event
  UNION ALL
  SELECT person_id, disposal_id, 0 AS treated, 0 AS place, lag_days FROM pool_event
) AS both_groups
