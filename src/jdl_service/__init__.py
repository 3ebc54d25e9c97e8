"""The web service of a justice data lab (Django), on the core `justice_data_lab`. The core never imports it."""
