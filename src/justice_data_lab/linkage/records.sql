-- What the scorer compares, out of cleaned rows: names as one word, their parts, the long forms a forename may stand for.
SELECT
    unique_id,
    compact(surname) AS surname,
    compact(forename) AS forename,
    compact(surname) || ' ' || compact(forename) AS full_name,
    list_filter(
        string_split(surname, ' '),
        lambda part: length(part) >= 3 AND part NOT IN ('VAN', 'VON', 'DER', 'DEN', 'DES', 'DEL', 'LOS', 'LAS', 'BIN', 'ABU', 'MAC')
    ) AS surname_parts,
    coalesce(f.family, [split_part(forename, ' ', 1)]) AS forename_family,
    string_split(coalesce(middle_names, ''), ' ') AS other_forenames,
    CAST(date_of_birth AS VARCHAR) AS birth,
    sex, pnc_id, prison_number
FROM cleaned_records
LEFT JOIN forename_families f ON f.forename_word = split_part(forename, ' ', 1)
