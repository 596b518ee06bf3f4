"""The data version moves when what pages show may have changed, and only then."""

import pytest
from django.core.management import call_command

from adme.observations.services import bump_data_version, current_data_version
from adme.reference.signals import reference_changed

pytestmark = pytest.mark.django_db


def test_each_change_counts_up():
    before = current_data_version().number
    bump_data_version()
    bump_data_version()
    assert current_data_version().number in (before + 2, 2)


def test_changed_reference_data_is_a_new_version(reference_data):
    bump_data_version()
    before = current_data_version().number
    reference_changed.send(sender=None)
    assert current_data_version().number == before + 1


def test_loading_the_same_reference_data_again_is_not(reference_data):
    bump_data_version()
    before = current_data_version().number
    call_command("load_reference", apply=True, verbosity=0)
    assert current_data_version().number == before
