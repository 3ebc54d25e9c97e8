-- Candidate pairs by the unique ids of `request_records.sql`, and each row with itself.
SELECT concat('c', CAST(row AS VARCHAR)) AS join_key_l, concat('i', CAST(identity AS VARCHAR)) AS join_key_r, '0' AS match_key
FROM candidate
UNION ALL
SELECT concat('c', CAST(row AS VARCHAR)) AS join_key_l, concat('s', CAST(row AS VARCHAR)) AS join_key_r, '0' AS match_key
FROM cohort_cleaned
