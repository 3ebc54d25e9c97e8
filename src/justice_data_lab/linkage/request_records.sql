-- Both sides of the pairs: c and the row for the cohort, i and the identity for the register, s and the row for a record
-- that says just what the row says. The columns of all three stand in the same order.
SELECT concat('c', CAST(row AS VARCHAR)) AS unique_id, * EXCLUDE (row)
FROM cohort_cleaned
UNION ALL
SELECT concat('s', CAST(row AS VARCHAR)) AS unique_id, * EXCLUDE (row)
FROM cohort_cleaned
UNION ALL
SELECT
    concat('i', CAST(identity AS VARCHAR)) AS unique_id,
    surname, forename, middle_names, date_of_birth, sex, pnc_id, prison_number
FROM candidate_identity
