-- Index events that could bring an adult into a programme: one kind, complete follow-up, numbered by person and date.
-- Days are counted from 1970-01-01; a word is its place in the list of all that stand in its column.
SELECT
  row_number() OVER (ORDER BY person_id, index_date, disposal_id) - 1 AS number,
  person_id,
  disposal_id,
  date_diff('day', CAST('1970-01-01' AS DATE), disposal_date) AS begun,
  date_diff('day', CAST('1970-01-01' AS DATE), index_date) AS index,
  0 AS lag,
  reoffended,
  CAST(list_position(CAST($sex AS VARCHAR[]), sex) - 1 AS INTEGER) AS sex,
  CAST(list_position(CAST($region AS VARCHAR[]), region) - 1 AS INTEGER) AS region,
  CAST(list_position(CAST($sentence_band AS VARCHAR[]), sentence_band) - 1 AS INTEGER) AS sentence_band,
  CAST(list_position(CAST($index_offence_group AS VARCHAR[]), index_offence_group) - 1 AS INTEGER) AS index_offence_group,
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
