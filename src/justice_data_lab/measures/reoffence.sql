-- Every proven reoffence of one and of two years: committed in [index date, + 12 or 24 months), proven before index date
-- + 18 or 30 months, recordable, not a breach, not part of the index disposal. All of the first year are of two years as well.
-- place 1 in the first year is the first: earliest, then most serious, then custody, then offence_id.
SELECT
  person_id,
  disposal_id,
  proven_at,
  court_outcome,
  is_custody,
  in_first_year,
  days,
  row_number() OVER (
    PARTITION BY person_id, disposal_id, in_first_year
    ORDER BY days, seriousness, CASE WHEN is_custody THEN 0 ELSE 1 END, offence_id
  ) AS place
FROM (
  SELECT
    i.person_id,
    i.disposal_id,
    o.offence_id,
    o.disposal_id AS proven_at,
    o.court_outcome,
    o.seriousness,
    o.is_custody,
    o.offence_date < i.follow_up_end AND o.disposal_date < i.waiting_end AS in_first_year,
    date_diff('day', i.index_date, o.offence_date) AS days
  FROM index_disposal AS i
  JOIN proven_offence AS o
    ON o.person_id = i.person_id
    AND o.offence_date >= i.index_date
    AND o.offence_date < i.two_years_end
    AND o.disposal_date < i.two_years_waiting_end
    AND o.disposal_id <> i.disposal_id
  WHERE o.is_counted AND i.complete_follow_up
) AS found
