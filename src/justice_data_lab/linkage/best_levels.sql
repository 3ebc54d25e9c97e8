-- How the best candidate of each row agrees with it: Splink's numbers of the levels, -1 where a comparison says nothing.
SELECT
    CAST(substr(unique_id_l, 2) AS INTEGER) AS row,
    gamma_names AS names, gamma_date_of_birth AS date_of_birth, gamma_sex AS sex, gamma_pnc_id AS pnc_id,
    gamma_prison_number AS prison_number
FROM scored
QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC, unique_id_r) = 1
ORDER BY 1
