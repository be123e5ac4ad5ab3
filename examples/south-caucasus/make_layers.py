"""Makes layers/boundary.geojson: the boundary that Armenia and Azerbaijan share, as Natural Earth draws it.

    python examples/south-caucasus/make_layers.py [COUNTRIES_10M_JSON]

The argument is countries-10m.json of the npm package world-atlas 2.0.2 (Natural Earth 4.1, 1:10,000,000, public domain); by
default the copy the page is built with. Positions are longitude, latitude in degrees, WGS 84.

Which party is on the left follows from the ring of Azerbaijan's polygon that an arc belongs to, not from a table. The
accuracy is the 95th percentile of the distance to OpenStreetMap (2017), rounded up, where that could be measured, and
otherwise half a millimetre on the map.
"""

import json
import math
import sys
from pathlib import Path

HERE = Path(__file__).parent
DEFAULT = HERE.parents[1] / "web" / "node_modules" / "world-atlas" / "countries-10m.json"
LEFT_OUT = "Natural Earth does not draw the exclave of Karki / Tigranashen."

# The middle of the section's bounding box, its id, name, and accuracy in metres.
SECTIONS = (
    ((45.80, 40.09), "arm-aze-east", "Armenia–Azerbaijan boundary, eastern section", 3000),
    ((45.46, 39.32), "arm-aze-nakhchivan", "Armenia–Azerbaijan boundary, Nakhchivan section", 4000),
    ((45.00, 41.05), "arm-aze-exclave-voskepar", "Boundary of the exclave by Voskepar / Askipara", 5000),
    ((45.20, 40.98), "arm-aze-exclave-barkhudarli", "Boundary of the exclave of Barkhudarli and Sofulu", 5000),
    ((45.52, 40.63), "arm-aze-exclave-artsvashen", "Boundary of the exclave of Artsvashen / Bashkend", 5000),
)


def arcs_of(topology, name):
    """(number of the arc, whether it is walked forwards, whether the ring is a hole) of each arc of a country."""
    country = next(g for g in topology["objects"]["countries"]["geometries"] if g["properties"]["name"] == name)
    for polygon in country["arcs"]:
        for number, ring in enumerate(polygon):
            for arc in ring:
                yield (arc if arc >= 0 else ~arc), arc >= 0, number > 0, ring


def positions(topology, number):
    """The positions of an arc: a TopoJSON arc is a chain of differences on an integer grid."""
    (step_x, step_y), (zero_x, zero_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    out = []
    for dx, dy in topology["arcs"][number]:
        x, y = x + dx, y + dy
        out.append([round(x * step_x + zero_x, 6), round(y * step_y + zero_y, 6)])
    return out


def ring_positions(topology, ring):
    """The positions of a whole ring."""
    out = []
    for arc in ring:
        out += positions(topology, arc) if arc >= 0 else positions(topology, ~arc)[::-1]
    return out


def runs_anticlockwise(ring):
    """Whether a ring runs anticlockwise (shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) > 0


def shared_boundary(topology):
    """(positions, left party, right party) of each arc that both countries have."""
    armenia = {number for number, *_ in arcs_of(topology, "Armenia")}
    for number, forwards, is_hole, ring in arcs_of(topology, "Azerbaijan"):
        if number in armenia:
            # Azerbaijan is left of an anticlockwise shell and of a clockwise hole, walking as the ring does.
            is_left = runs_anticlockwise(ring_positions(topology, ring)) != is_hole
            is_left = is_left == forwards
            yield positions(topology, number), *(("AZE", "ARM") if is_left else ("ARM", "AZE"))


def middle(line):
    """The middle of a line's bounding box."""
    return tuple((min(axis) + max(axis)) / 2 for axis in zip(*line, strict=True))


def main():
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    topology = json.loads(source.read_text(encoding="utf-8"))
    found = {}
    for line, left, right in shared_boundary(topology):
        at = middle(line)
        _, identity, name, accuracy = min((math.dist(section[0], at), section) for section in SECTIONS)[1]
        if identity in found:
            sys.exit(f"two arcs are nearest to {identity}: this is not world-atlas 2.0.2")
        found[identity] = {
            "type": "Feature",
            "id": identity,
            "properties": {
                "id": identity,
                "name": name,
                "left_party": left,
                "right_party": right,
                "source_map": "Natural Earth 4.1, 1:10,000,000 (npm world-atlas 2.0.2)",
                "scale": 10000000,
                "accuracy_m": accuracy,
                "licence": "public domain",
                "note": LEFT_OUT,
            },
            "geometry": {"type": "LineString", "coordinates": line},
        }
    features = [json.dumps(found[identity], ensure_ascii=False) for _, identity, *_ in SECTIONS]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"
    target = HERE / "layers" / "boundary.geojson"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    print(f"{target.name}: {len(features)} lines")


if __name__ == "__main__":
    main()
