"""Writers of files that leave ADME: CSV and XLSX, safe from formula injection."""
