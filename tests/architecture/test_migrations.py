"""Migrations are one line per package, and each can be taken back."""

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

OWN = [
    config.label
    for config in apps.get_app_configs()
    if config.name.startswith(("adme.", "databases_", "dashboards", "dissemination"))
]


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None, ignore_no_migrations=True)


@pytest.mark.parametrize("label", OWN)
def test_a_package_has_one_line_of_migrations(loader, label):
    names = sorted(name for app, name in loader.disk_migrations if app == label)
    leaves = [name for app, name in loader.graph.leaf_nodes() if app == label]
    assert len(leaves) <= 1
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


@pytest.mark.parametrize("label", OWN)
def test_every_migration_can_be_taken_back(loader, label):
    operations = [
        (name, operation)
        for (app, name), migration in loader.disk_migrations.items()
        if app == label
        for operation in migration.operations
    ]
    assert all(operation.reversible for _, operation in operations if isinstance(operation, RunPython | RunSQL))
