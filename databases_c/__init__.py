"""Database C: administrative records compiled into statistics. Its place is kept; nothing is built here yet."""
