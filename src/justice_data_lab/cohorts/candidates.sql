-- Of each person the first event on or after the date drawn for them: of the last $years years, the share `drawn` of the way.
SELECT e.person, min(e.number) AS number
FROM event_of_person AS e
JOIN start_drawn AS s ON s.number = e.person
WHERE e.index >= $first + s.drawn * $years * $days_a_year
GROUP BY e.person
