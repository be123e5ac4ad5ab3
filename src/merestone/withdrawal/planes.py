"""Planes in which the ground about a place is drawn almost as it is."""

from __future__ import annotations

import numpy as np
from pyproj import Transformer

from merestone.places.geometry.geodesy import Floats


class Plane:
    """A Lambert azimuthal equal-area plane about a place, metres; longitudes come back within 180° of the centre."""

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat = lon, lat
        plane = f"+proj=laea +lat_0={lat:.9f} +lon_0={lon:.9f} +ellps=WGS84 +units=m +no_defs"
        self._to = Transformer.from_crs("+proj=longlat +ellps=WGS84 +no_defs", plane, always_xy=True)

    def forward(self, degrees: Floats) -> Floats:
        """Metres (n, 2) of positions in degrees (n, 2)."""
        return np.column_stack(self._to.transform(degrees[:, 0], degrees[:, 1]))

    def back(self, metres: Floats) -> Floats:
        """Degrees (n, 2) of positions in metres (n, 2), longitudes not wrapped."""
        lon, lat = self._to.transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        return np.column_stack([self.near(np.asarray(lon)), lat])

    def near(self, lon: Floats) -> Floats:
        """Longitudes as they are within 180° of the centre's."""
        return np.asarray(self.lon + (lon - self.lon + 180) % 360 - 180)
