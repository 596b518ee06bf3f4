"""Fail unless PostgreSQL and Redis answer; make the database that the tests name."""

import sys

import psycopg2
import redis

postgres, redis_url = sys.argv[1:3]
connection = psycopg2.connect(postgres)
connection.autocommit = True
with connection.cursor() as cursor:
    cursor.execute("SHOW server_version")
    print("PostgreSQL", cursor.fetchone()[0])
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'adme_ci'")
    if cursor.fetchone() is None:
        cursor.execute("CREATE DATABASE adme_ci")
print("Redis", redis.Redis.from_url(redis_url).info("server")["redis_version"])
