"""The project package: settings, start and stop of all processes, health. It owns no table."""
