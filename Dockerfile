# One image, different commands: web, worker, beat, migrate.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=adme.settings.production
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
# Static files get their content hashes at build time; the embedded profile needs no secrets for that.
RUN DJANGO_SETTINGS_MODULE=adme.settings.embedded python manage.py collectstatic --noinput \
    && useradd --system --create-home adme \
    && mkdir -p /var/lib/adme/media && chown -R adme /var/lib/adme
USER adme
EXPOSE 8000
CMD ["gunicorn", "--config", "python:adme.gunicorn"]
