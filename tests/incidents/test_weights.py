"""The tables of weights that are shipped are those the features ask for."""

import numpy as np
import pytest

from merestone.incidents import match, tables
from merestone.incidents.scorecard import probability, weights_of


@pytest.mark.parametrize(("features", "file"), [(match.FEATURES, match.WEIGHTS), (tables.FEATURES, tables.WEIGHTS)])
def test_every_weight_belongs_to_a_level_and_every_feature_has_weights(features, file):
    known = {feature.name: set(feature.levels) for feature in features} | {"prior": {"all"}}
    weights = weights_of(file)
    assert weights.keys() == known.keys()
    assert all(weights[name].keys() <= known[name] for name in weights)
    for feature in features:  # where nothing can be compared, nothing is said
        assert weights[feature.name].get(feature.levels[0], 0) == 0


def test_log_odds_become_probabilities():
    assert probability(np.asarray([0, 1_000_000, -1_000_000, 1099])).tolist() == [0.5, 1.0, 0.0, 0.7501]
