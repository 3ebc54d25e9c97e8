-- Who had reoffended between the index date and the date asked about: a counted offence committed in [index date, date), proven
-- before the waiting period after the date ends, not part of the index disposal. The day of the offence goes no further.
SELECT DISTINCT i.person_id, i.disposal_id
FROM index_disposal AS i
JOIN proven_offence AS o
  ON o.person_id = i.person_id
  AND o.offence_date >= i.own_index_date
  AND o.offence_date < i.index_date
  AND o.disposal_date < i.waiting_end
  AND o.disposal_id <> i.disposal_id
WHERE o.is_counted
