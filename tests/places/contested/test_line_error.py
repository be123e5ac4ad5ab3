"""The error of a line is what its map states; the rest follows from accuracy, and accuracy from scale."""

from __future__ import annotations

import pytest

from merestone.places.contested.line_error import LineError, accuracy_of, error_model


def test_nothing_stated_is_a_line_as_drawn() -> None:
    assert error_model() == LineError()
    assert error_model().sd_m == 0


def test_an_accuracy_is_parted_into_a_shift_and_a_changing_part() -> None:
    error = error_model(accuracy_m=1959.964)
    assert error.sd_m == pytest.approx(1000)
    assert error.bias_sd_m**2 / error.sd_m**2 == pytest.approx(0.3)
    assert error.correlation_m == pytest.approx(2.5 * 1959.964)


def test_a_scale_gives_half_a_millimetre() -> None:
    assert error_model(scale=100_000).sd_m == pytest.approx(50 / 1.959964)
    assert error_model(scale=100_000, accuracy_m=300) == error_model(accuracy_m=300)
    assert error_model(scale=100_000).basis == "0.5 mm at 1:100,000"


def test_what_is_stated_goes_before_what_follows() -> None:
    error = error_model(accuracy_m=4000, bias_m=1978, spread_m=1058, correlation_km=6)
    assert (error.bias_m, error.bias_sd_m, error.spread_m, error.correlation_m) == (1978, 0, 1058, 6000)
    assert error_model(bias_m=100, bias_sd_m=30).sd_m == 30


def test_the_accuracy_that_follows_holds_95_percent() -> None:
    assert accuracy_of(error_model(accuracy_m=700)) == pytest.approx(700)
    assert accuracy_of(LineError(bias_m=-500, spread_m=100)) == pytest.approx(696, abs=1)


def test_a_line_walked_the_other_way_errs_to_the_other_side() -> None:
    assert error_model(bias_m=100, spread_m=5).reversed.bias_m == -100
