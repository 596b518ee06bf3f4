"""Reports as workbooks: written from the catalogue of a tool, read back, compared with what is stored, marked."""
