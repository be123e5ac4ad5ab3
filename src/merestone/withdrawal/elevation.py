"""Heights of ground from a raster (GeoTIFF), through Rasterio, which is an optional part of the program."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError

_MOST_CELLS = 4_000_000
"""Cells of a zone that are looked at; a larger raster is read coarser, by the mean of its cells."""


@dataclasses.dataclass(frozen=True)
class Elevation:
    """A raster of heights in metres."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> Elevation:
        """The raster of a file. Raises MerestoneError M101, M824 or M825."""
        try:
            import rasterio
        except ImportError as error:
            raise MerestoneError("M824") from error
        if not path.exists():
            raise MerestoneError("M101", path=path)
        try:
            with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(path, driver="GTiff") as raster:
                if raster.crs is None:
                    raise MerestoneError("M825", path=path, problem="it names no coordinate system")
                if raster.count < 1 or raster.transform.is_identity:
                    raise MerestoneError("M825", path=path, problem="it is not placed on the ground")
        except rasterio.errors.RasterioError as error:
            raise MerestoneError("M825", path=path, problem="it is no GeoTIFF that can be read") from error
        return cls(path)

    def told(self, zone: shapely.Geometry, behind: shapely.Geometry) -> dict[str, Any]:
        """Heights of a zone, and of the ground behind it: what is lost is how much higher its highest ground is.

        ``covered`` is the share of the zone that the raster holds. Values are None where it holds none of it.
        """
        own, beyond = self.heights(zone), self.heights(behind)
        whole = len(own)
        own, beyond = own[np.isfinite(own)], beyond[np.isfinite(beyond)]
        told: dict[str, Any] = {"covered": round(len(own) / whole, 4) if whole else 0.0}
        for name, values in (("", own), ("behind_", beyond)):
            held = len(values) > 0
            told[f"{name}mean_m"] = round(float(values.mean()), 1) if held else None
            told[f"{name}highest_m"] = round(float(values.max()), 1) if held else None
        both = len(own) > 0 and len(beyond) > 0
        return told | {"lost_m": round(told["highest_m"] - told["behind_highest_m"], 1) if both else None}

    def heights(self, polygon: shapely.Geometry) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The height of each cell whose centre lies in a polygon (degrees), nan where the raster holds none."""
        import rasterio
        from rasterio.enums import Resampling
        from rasterio.features import geometry_mask
        from rasterio.warp import transform_geom
        from rasterio.windows import Window, from_bounds

        if polygon.is_empty:
            return np.zeros(0)
        with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(self.path, driver="GTiff") as raster:
            shape = transform_geom("OGC:CRS84", raster.crs, shapely.geometry.mapping(polygon))
            bounds = shapely.geometry.shape(shape).bounds
            window = from_bounds(*bounds, transform=raster.transform)
            window = window.round_offsets(op="floor").round_lengths(op="ceil")
            window = Window(window.col_off, window.row_off, max(window.width, 1) + 1, max(window.height, 1) + 1)
            coarser = max(1.0, float(np.sqrt(window.width * window.height / _MOST_CELLS)))
            size = (max(1, int(window.height / coarser)), max(1, int(window.width / coarser)))
            data = raster.read(
                1, window=window, boundless=True, masked=True, out_shape=size, resampling=Resampling.average,
                fill_value=raster.nodata if raster.nodata is not None else -32768,
            )  # fmt: skip
            whole, across, down = raster.window_transform(window), window.width / size[1], window.height / size[0]
            placed = rasterio.Affine(whole.a * across, whole.b * down, whole.c, whole.d * across, whole.e * down, whole.f)
            inside = geometry_mask([shape], size, placed, invert=True)
            values = np.ma.filled(data.astype(np.float64), np.nan)[inside]
            if raster.nodata is None:
                values[values == -32768] = np.nan
            return np.asarray(values)
