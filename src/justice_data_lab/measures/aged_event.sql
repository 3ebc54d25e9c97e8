-- Index events with ages in completed years and the time since the first disposal (this one, if there is no earlier).
SELECT
  * EXCLUDE (age_at_index, age_at_disposal),
  CAST(floor(age_at_index / 10000.0) AS INTEGER) AS age_at_index,
  CAST(floor(age_at_disposal / 10000.0) AS INTEGER) AS age_at_disposal,
  CAST(floor(
    (year(first_disposal_date) * 10000 + month(first_disposal_date) * 100 + day(first_disposal_date) - birthday) / 10000.0
  ) AS INTEGER) AS age_at_first_disposal,
  date_diff('day', first_disposal_date, index_date) / 365.25 AS years_since_first_disposal
FROM event
