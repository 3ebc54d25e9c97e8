-- The published OGRS3 one-year probability of proven reoffending (Howard and others, 2009), as a fraction.
-- Null where the offence's group, the age (under 10) or the sex has no published coefficient.
SELECT
  e.person_id,
  e.disposal_id,
  1 / (1 + exp(-(
    $constant
    + CASE WHEN e.sanctions = 1 THEN $first_time ELSE $repeat END
    + $copas * ln(CAST(e.sanctions AS DOUBLE) / (10 + e.age_at_disposal - e.age_at_first_disposal))
    + a.coefficient
    + w.coefficient
  ))) AS ogrs3_score
FROM event AS e
JOIN ogrs3_age AS a ON a.sex = e.sex AND e.age_at_index >= a.from_age AND e.age_at_index < a.to_age
JOIN offence_code AS c ON CAST(c.offence_code AS VARCHAR) = e.index_offence_code
JOIN ogrs3_offence AS w ON w.ogrs3_group = c.ogrs3_group
