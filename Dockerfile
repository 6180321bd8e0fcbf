# One image for web, worker and beat; docker-compose.yml shows how they run together.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/base.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY . .
# Static files need no secret and no server; the key made here stays behind in /build.
RUN VAR_DIR=/build STATIC_ROOT=/app/staticfiles /venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    STATIC_ROOT=/app/staticfiles \
    VAR_DIR=/data \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /data --create-home alignment
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER alignment
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port \"$PORT\" --workers \"${WEB_WORKERS:-2}\" --blocking-threads 4 --no-ws --respawn-failed-workers --workers-kill-timeout 10 alignment.wsgi:application"]
