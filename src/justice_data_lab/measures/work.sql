-- Work and days on out-of-work benefit in the year before the index date.
SELECT
  i.person_id,
  i.disposal_id,
  max(CASE WHEN s.kind = 'work' THEN 1 ELSE 0 END) AS worked,
  sum(
    CASE WHEN s.kind = 'benefit' THEN date_diff('day', greatest(s.started, i.one_year_before), least(s.ended, i.index_date)) ELSE 0 END
  ) AS benefit_days
FROM index_disposal AS i
JOIN spell AS s ON s.person_id = i.person_id AND s.started < i.index_date AND s.ended > i.one_year_before
GROUP BY i.person_id, i.disposal_id
