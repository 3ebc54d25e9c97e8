-- Pairs of cohort rows that agree so well that they are one person's.
SELECT
    CAST(substr(unique_id_l, 2) AS INTEGER) AS row,
    CAST(substr(unique_id_r, 2) AS INTEGER) AS other_row
FROM scored
WHERE starts_with(unique_id_r, 'c') AND match_weight >= $least
ORDER BY 1, 2
