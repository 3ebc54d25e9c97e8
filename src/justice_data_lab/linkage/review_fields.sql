-- For each row and person wanted: the person's best name for the row, as the register holds it, with Splink's number of each
-- level and its weight in bits (for names with the adjustment for their frequency).
SELECT
    w.row, i.person_id, s.match_weight AS weight,
    i.surname, i.forename, i.middle_names, i.date_of_birth, i.sex, i.pnc_id, i.prison_number,
    s.gamma_names, s.gamma_date_of_birth, s.gamma_sex, s.gamma_pnc_id, s.gamma_prison_number,
    s.mw_names + s.mw_tf_adj_names AS weight_names,
    s.mw_date_of_birth AS weight_date_of_birth, s.mw_sex AS weight_sex,
    s.mw_pnc_id AS weight_pnc_id, s.mw_prison_number AS weight_prison_number
FROM scored s
JOIN candidate_identity i ON i.identity = CAST(substr(s.unique_id_r, 2) AS INTEGER)
JOIN review_wanted w ON concat('c', CAST(w.row AS VARCHAR)) = s.unique_id_l AND w.person_id = i.person_id
QUALIFY row_number() OVER (PARTITION BY w.row, i.person_id ORDER BY s.match_weight DESC, i.identity) = 1
ORDER BY w.row, s.match_weight DESC, i.person_id
