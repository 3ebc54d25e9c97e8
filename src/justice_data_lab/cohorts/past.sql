-- Of those whose control year can be looked at: whether they offended in it, and what the record showed when it began.
SELECT
  y.place,
  o.reoffended,
  e.sex,
  e.region,
  e.sentence_band,
  e.index_offence_group,
  e.age_at_index,
  e.age_at_index - c.years_since_first_disposal AS age_at_first_disposal,
  e.index_year,
  c.copas_rate,
  c.previous_offences,
  c.previous_custodial_sentences,
  c.previous_theft,
  c.offences_last_year,
  c.offences_last_three_years,
  coalesce(c.days_since_previous_disposal, 9999) AS days_since_previous_disposal
FROM control_year AS y
JOIN index_event AS e USING (person_id, disposal_id)
JOIN covariate_as_at AS c USING (person_id, disposal_id)
JOIN outcome_as_at AS o USING (person_id, disposal_id)
ORDER BY y.place
