-- One row for every index disposal asked about, with the date as at which it is asked (index_date) and the bounds of its windows.
-- The date stands in the place of the index date, so that the steps from index disposals to outcomes run on it unchanged;
-- own_index_date is the one that the snapshot has.
-- History is what was proven on a day before known_before: up to the index date the day of the disposal, or the date asked about
-- where that is earlier still; after the index date, the date asked about.
SELECT
  a.person_id,
  a.disposal_id,
  e.disposal_date,
  e.index_date AS own_index_date,
  a.as_at AS index_date,
  CASE WHEN a.as_at > e.index_date THEN a.as_at ELSE least(a.as_at, e.disposal_date) END AS known_before,
  CAST(a.as_at + INTERVAL 12 MONTH AS DATE) AS follow_up_end,
  CAST(a.as_at + INTERVAL 18 MONTH AS DATE) AS waiting_end,
  CAST(a.as_at + INTERVAL 18 MONTH AS DATE) <= $extract_date AS complete_follow_up,
  CAST(a.as_at + INTERVAL 24 MONTH AS DATE) AS two_years_end,
  CAST(a.as_at + INTERVAL 30 MONTH AS DATE) AS two_years_waiting_end,
  CAST(a.as_at + INTERVAL 30 MONTH AS DATE) <= $extract_date AS complete_two_year_follow_up,
  CAST(a.as_at - INTERVAL 12 MONTH AS DATE) AS one_year_before,
  CAST(a.as_at - INTERVAL 36 MONTH AS DATE) AS three_years_before
FROM as_at AS a
JOIN index_event AS e ON e.person_id = a.person_id AND e.disposal_id = a.disposal_id
