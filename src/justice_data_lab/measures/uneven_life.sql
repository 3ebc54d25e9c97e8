-- Whose offences bear another day than the disposal at which they were dealt with, or several days at one disposal. They are few;
-- their history is counted offence by offence, where everybody else's is summed up day by day.
SELECT DISTINCT person_id
FROM life_disposal
WHERE last_disposal_date > disposal_date
