-- Index disposal, its most serious offence and the history before it side by side: one row an index event.
-- Ages are completed years: (yyyymmdd of the day - yyyymmdd of the birth) / 10000, rounded down.
-- A sentence of custody is as long as that of the most serious offence; where it has none, as long as the disposal's.
SELECT
  i.*,
  CAST(floor((year(i.index_date) * 10000 + month(i.index_date) * 100 + day(i.index_date) - i.birthday) / 10000.0) AS INTEGER)
    AS age_at_index,
  CAST(floor((year(i.disposal_date) * 10000 + month(i.disposal_date) * 100 + day(i.disposal_date) - i.birthday) / 10000.0) AS INTEGER)
    AS age_at_disposal,
  CAST(floor((year(h.first_day) * 10000 + month(h.first_day) * 100 + day(h.first_day) - i.birthday) / 10000.0) AS INTEGER)
    AS age_at_first_disposal,
  date_diff('day', h.first_day, i.index_date) / 365.25 AS years_since_first_disposal,
  h.last_proven_on,
  h.previous_offences,
  h.previous_convictions,
  h.previous_cautions,
  h.previous_custodial_sentences,
  h.previous_convictions + h.previous_cautions + 1 AS sanctions,
  o.offence_code AS index_offence_code,
  coalesce(o.offence_group, 'unknown') AS index_offence_group,
  CASE WHEN i.kind = 'custody' THEN coalesce(o.custody_days, i.sentence_days) ELSE i.sentence_days END AS sentence_length
FROM index_disposal AS i
JOIN history AS h
  ON h.person_id = i.person_id
  AND h.disposal_date = i.disposal_date
  AND coalesce(h.disposal_id, i.disposal_id) = i.disposal_id
LEFT JOIN index_offence AS o ON o.person_id = i.person_id AND o.disposal_id = i.disposal_id
