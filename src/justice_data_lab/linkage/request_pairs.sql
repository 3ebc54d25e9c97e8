-- Candidate pairs of the register, and pairs of cohort rows that may be one person's.
SELECT concat('c', CAST(row AS VARCHAR)) AS join_key_l, concat('i', CAST(identity AS VARCHAR)) AS join_key_r, '0' AS match_key
FROM candidate
UNION ALL
SELECT DISTINCT concat('c', CAST(l.row AS VARCHAR)), concat('c', CAST(r.row AS VARCHAR)), '1'
FROM cohort_key l
JOIN cohort_key r ON l.key = r.key AND l.row < r.row
