"""Systems that positions are given in: datums, projections, grids and map sheets, and coordinates as people write them."""
