-- Identities that share a key with a cohort row, each pair once.
SELECT DISTINCT k.row, r.identity
FROM cohort_key k
JOIN linkage.blocking_key r ON r.key = k.key
