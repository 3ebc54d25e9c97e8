"""The look of the service: templates, form fields, styles and the pages that hold nothing but words. It knows no model."""
