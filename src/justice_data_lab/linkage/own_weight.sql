-- What a row would weigh against a record that says just what it says.
SELECT CAST(substr(unique_id_l, 2) AS INTEGER) AS row, match_weight AS weight
FROM scored
WHERE starts_with(unique_id_r, 's')
ORDER BY 1
