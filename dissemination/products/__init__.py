"""Documents and files made of figures: the brief, workbooks, profiles, tidy data, kept for download."""
