"""Settings: `environment` reads them in one typed place, `settings` hands them to Django, `safety` refuses unsafe ones."""
