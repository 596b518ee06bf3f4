"""What leaves ADME: meeting editions, documents and files, SDMX, and word to those who watch."""
