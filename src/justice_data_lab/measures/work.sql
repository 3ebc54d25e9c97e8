-- Work and days on out-of-work benefit in the year before the index date, a covariate, and in the year from it, an outcome.
-- greatest(0, ...): a spell that lies in one of the two years only has no days in the other.
SELECT
  i.person_id,
  i.disposal_id,
  max(CASE WHEN s.kind = 'work' AND s.started < i.index_date THEN 1 ELSE 0 END) AS worked,
  sum(
    CASE WHEN s.kind = 'benefit' THEN greatest(0, date_diff('day', greatest(s.started, i.one_year_before), least(s.ended, i.index_date))) ELSE 0 END
  ) AS benefit_days,
  max(CASE WHEN s.kind = 'work' AND s.ended > i.index_date THEN 1 ELSE 0 END) AS worked_after,
  sum(
    CASE WHEN s.kind = 'benefit' THEN greatest(0, date_diff('day', greatest(s.started, i.index_date), least(s.ended, i.follow_up_end))) ELSE 0 END
  ) AS benefit_days_after
FROM index_disposal AS i
JOIN spell AS s ON s.person_id = i.person_id AND s.started < i.follow_up_end AND s.ended > i.one_year_before
GROUP BY i.person_id, i.disposal_id
