"""UTM and MGRS give what GEOTRANS gives; the references here were made with its library (the package mgrs 1.5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import distances
from merestone.places.systems.grids import from_mgrs, from_utm, to_mgrs, to_utm

GEOTRANS = [
    (45.8695, 40.2, "38TNK7400350318"), (46.34, 39.51, "38SPJ1519774231"), (5.0, 60.5, "32VKN8035613774"),
    (20.0, 72.5, "33XXA6764251686"), (8.9, 78.0, "31XFG3671665261"), (9.1, 78.0, "33XUG6328365261"),
    (34.0, 83.9, "37XDP4075419502"), (10.0, 84.5, "ZBA0611398202"), (-120.0, -85.0, "ATK1895922271"),
    (-70.5, -33.4, "19HCD6050503362"), (0.0, 0.0, "31NAA6602100000"), (-179.0, 89.9, "YZH9980611100"),
    (3.0, -79.99, "31CEM0000019530"), (-180.0, 84.0, "01XDP6500529005"),
]  # fmt: skip


@pytest.mark.parametrize(("lon", "lat", "reference"), GEOTRANS)
def test_a_place_has_the_reference_of_geotrans(lon, lat, reference):
    assert to_mgrs(lon, lat).item() == reference


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 5))
def test_a_reference_names_the_square_that_holds_the_place(lon, lat, digits):
    reference = to_mgrs(lon, lat, digits).item()
    middle_lon, middle_lat, size = from_mgrs(reference)
    # grid metres are up to 0.2 % from true ones in UTM, 0.6 % on the polar grid
    assert size == 10 ** (5 - digits)
    assert distances(lon, lat, [middle_lon], [middle_lat])[0] <= size / 2**0.5 * 1.01 + 1e-5


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_utm_there_and_back_is_the_same_place(lon, lat):
    zone, band, east, north = (value.item() for value in to_utm(lon, lat))
    assert distances(lon, lat, *map(np.atleast_1d, from_utm(zone, lat < 0, east, north)))[0] < 1e-5
    assert (zone == 0) == (band in "ABYZ")


def test_spaces_and_case_do_not_matter():
    assert from_mgrs("38t nk 74003 50318") == from_mgrs("38TNK7400350318")


@pytest.mark.parametrize(
    "reference", ["", "38TNK123", "61TNK1234", "0TNK", "38TIK12", "30TNK1234", "38TNA1234", "ZSA12", "38TNK٣٤"]
)
def test_letters_and_digits_that_do_not_go_together_are_refused(reference):
    with pytest.raises(MerestoneError) as error:
        from_mgrs(reference)
    assert error.value.code == "M556"
