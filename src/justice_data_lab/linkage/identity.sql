-- One row for each distinct name of a person, cleaned. An alias without a number, sex or date of birth takes the person's.
-- Each word is cleaned once, however many people bear it: cleaning is what costs.
WITH word AS (
    SELECT written, clean_name(written) AS clean
    FROM (
        SELECT surname AS written FROM identity
        UNION
        SELECT forename FROM identity
        UNION
        SELECT middle_names FROM identity
    )
),
cleaned AS (
    SELECT
        CAST(i.person_id AS VARCHAR) AS person_id,
        s.clean AS surname,
        f.clean AS forename,
        m.clean AS middle_names,
        clean_date(i.date_of_birth) AS date_of_birth,
        clean_sex(i.sex) AS sex,
        clean_pnc(i.pnc_id) AS pnc_id,
        clean_number(i.prison_number) AS prison_number,
        i.is_primary
    FROM identity i
    LEFT JOIN word s ON s.written = i.surname
    LEFT JOIN word f ON f.written = i.forename
    LEFT JOIN word m ON m.written = i.middle_names
),
known AS (
    SELECT
        c.person_id, c.surname, c.forename, c.middle_names,
        coalesce(c.date_of_birth, clean_date(p.date_of_birth)) AS date_of_birth,
        coalesce(c.sex, clean_sex(p.sex)) AS sex,
        coalesce(c.pnc_id, max(c.pnc_id) OVER (PARTITION BY c.person_id)) AS pnc_id,
        coalesce(c.prison_number, max(c.prison_number) OVER (PARTITION BY c.person_id)) AS prison_number,
        c.is_primary
    FROM cleaned c
    JOIN person p ON CAST(p.person_id AS VARCHAR) = c.person_id
),
distinct_names AS (
    SELECT
        person_id, surname, forename, middle_names, date_of_birth, sex, pnc_id, prison_number,
        bool_or(is_primary) AS is_primary
    FROM known
    WHERE surname IS NOT NULL OR forename IS NOT NULL OR pnc_id IS NOT NULL OR prison_number IS NOT NULL
    GROUP BY ALL
)
SELECT
    CAST(row_number() OVER (
        ORDER BY person_id, is_primary DESC, surname, forename, middle_names, date_of_birth, sex, pnc_id, prison_number
    ) AS INTEGER) AS identity,
    *
FROM distinct_names
ORDER BY identity
