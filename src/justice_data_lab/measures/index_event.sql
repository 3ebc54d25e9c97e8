-- The last step: one row an index event, covariates as at the index date, outcomes beside them.
-- Outcomes are null without complete follow-up (of one year or of two): counting them there would bias every rate.
SELECT
  e.*,
  CASE
    WHEN e.sentence_length IS NULL AND e.kind = 'custody' THEN 'unknown'
    WHEN e.sentence_length IS NULL THEN 'none'
    WHEN e.sentence_length < 182 THEN 'under_6_months'
    WHEN e.sentence_length < 365 THEN '6_to_12_months'
    WHEN e.sentence_length < 730 THEN '1_to_2_years'
    WHEN e.sentence_length < 1460 THEN '2_to_4_years'
    ELSE '4_years_or_more'
  END AS sentence_band,
  year(e.index_date) AS index_year,
  quarter(e.index_date) AS index_quarter,
  coalesce(n.offences_last_year, 0) AS offences_last_year,
  coalesce(n.offences_last_three_years, 0) AS offences_last_three_years,
  date_diff('day', e.last_proven_on, e.index_date) AS days_since_previous_disposal,
  ln(e.sanctions / (e.years_since_first_disposal + 10)) AS copas_rate,
  CASE WHEN e.complete_follow_up THEN coalesce(r.reoffences, 0) > 0 END AS reoffended,
  CASE WHEN e.complete_follow_up THEN coalesce(r.reoffences, 0) END AS reoffences,
  r.days_to_first_reoffence,
  r.first_court_outcome,
  CASE WHEN e.complete_follow_up THEN coalesce(r.indictable_reoffences, 0) END AS indictable_reoffences,
  CASE WHEN e.complete_follow_up THEN coalesce(r.either_way_reoffences, 0) END AS either_way_reoffences,
  CASE WHEN e.complete_follow_up THEN coalesce(r.summary_reoffences, 0) END AS summary_reoffences,
  r.custody_for_first_reoffence,
  CASE WHEN e.complete_follow_up THEN coalesce(r.custodial_sentences, 0) END AS custodial_sentences,
  CASE WHEN e.complete_two_year_follow_up THEN coalesce(r.reoffences_two_years, 0) > 0 END AS reoffended_two_years,
  CASE WHEN e.complete_two_year_follow_up THEN coalesce(r.reoffences_two_years, 0) END AS reoffences_two_years
FROM event AS e
LEFT JOIN recent AS n ON n.person_id = e.person_id AND n.disposal_id = e.disposal_id
LEFT JOIN reoffending AS r ON r.person_id = e.person_id AND r.disposal_id = e.disposal_id
