-- Index events that could bring an adult into a programme: one kind, complete follow-up. Days are counted from 1970-01-01.
SELECT
  person_id,
  disposal_id,
  date_diff('day', CAST('1970-01-01' AS DATE), disposal_date) AS begun,
  date_diff('day', CAST('1970-01-01' AS DATE), index_date) AS index,
  reoffended,
  sex,
  region,
  sentence_band,
  index_offence_group,
  age_at_index,
  age_at_first_disposal,
  index_year,
  copas_rate,
  previous_offences,
  previous_custodial_sentences,
  previous_theft,
  offences_last_year,
  offences_last_three_years,
  coalesce(days_since_previous_disposal, 9999) AS days_since_previous_disposal
FROM read_parquet($events, hive_partitioning = false)
WHERE kind = $kind AND complete_follow_up AND age_at_index >= 18
ORDER BY person_id, index_date, disposal_id
