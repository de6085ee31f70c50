"""Constants that no row speaks about take the level of what is nearest to them."""

import copy

from plimsoll.catalog.tables import load
from speed_fit.parameters import DEVICE, KIN, filled, start

CATALOG = load()
BEGUN = start((), CATALOG)


def with_precisions(**moved):
    constants = copy.deepcopy(BEGUN)
    constants["devices"] = {"H100-80GB": dict(DEVICE)}
    for name, values in moved.items():
        constants["precisions"][name] = dict(values)
    return constants


def test_a_format_without_rows_takes_its_kins_level():
    level = {"bandwidth": 1.2, "compute": 0.5}
    full, _ = filled(with_precisions(fp4=level), CATALOG)
    assert full["precisions"]["mxfp4"] == level
    assert full["precisions"]["fp4"] == level


def test_a_format_with_rows_keeps_its_own():
    own, kin = {"bandwidth": 1.3, "compute": 1.0}, {"bandwidth": 1.2, "compute": 0.5}
    full, _ = filled(with_precisions(mxfp4=own, fp4=kin), CATALOG)
    assert (full["precisions"]["mxfp4"], full["precisions"]["fp4"]) == (own, kin)


def test_kernels_that_unpack_are_nobodys_kin():
    full, _ = filled(with_precisions(**{"mxfp4:weight-only": {"bandwidth": 1.2, "compute": 0.6}}), CATALOG)
    assert full["precisions"]["fp4:weight-only"] == BEGUN["precisions"]["fp4:weight-only"]
    assert all(KIN[KIN[name]] == name for name in KIN)
