-- Identities that share a key with a cohort row, each pair once: on one machine the sorted key index finds them.
SELECT DISTINCT k.row, r.identity
FROM cohort_key k
JOIN blocking_key r ON r.key = k.key
