-- Every pair of the sampled records, once.
SELECT l.unique_id AS join_key_l, r.unique_id AS join_key_r, '0' AS match_key
FROM sample_records l
JOIN sample_records r ON l.unique_id < r.unique_id
