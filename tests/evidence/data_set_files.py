"""Small files in the column layouts of UCDP GED, ACLED, GDELT 2.0 and FIRMS, with invented rows.

Columns after the codebooks of UCDP GED 23.1 and ACLED (2023), the GDELT 2.0 event codebook, and the attribute tables of FIRMS.
"""

from __future__ import annotations

import csv
import io


def _columns(heading: str) -> list[str]:
    return next(csv.reader([heading]))


UCDP = _columns(
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,"
    "dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,"
    "number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,"
    "where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
    "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,"
    "low,gwnoa,gwnob"
)
ACLED = _columns(
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
    "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
    "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
)
VIIRS = _columns(
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight"
)
MODIS = _columns(
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_t31,"
    "frp,daynight,type"
)


def written(columns: list[str], *rows: dict[str, str], separator: str = ",") -> str:
    """A CSV text with a heading."""
    into = io.StringIO(newline="")
    writer = csv.writer(into, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return into.getvalue()


def ucdp(**given: str) -> dict[str, str]:
    """A row of UCDP GED: fighting between two governments near Sotk."""
    return {
        "id": "9001", "year": "2022", "type_of_violence": "1", "dyad_name": "Government of Armenia - Government of Azerbaijan",
        "side_a": "Government of Armenia", "side_b": "Government of Azerbaijan", "source_article": '"Invented", 2022-09-14',
        "where_prec": "1", "where_coordinates": "Sotk village", "latitude": "40.2", "longitude": "45.86", "date_prec": "1",
        "date_start": "2022-09-13 00:00:00.000", "date_end": "2022-09-14 00:00:00.000", "deaths_a": "3", "deaths_b": "0",
        "deaths_civilians": "0", "deaths_unknown": "2", "best": "5", "high": "9", "low": "3", **given,
    }  # fmt: skip


def acled(**given: str) -> dict[str, str]:
    """A row of ACLED: shelling near Sotk."""
    return {
        "event_id_cnty": "ARM9001", "event_date": "13 September 2022", "year": "2022", "time_precision": "1",
        "event_type": "Explosions/Remote violence", "sub_event_type": "Shelling/artillery/missile attack",
        "actor1": "Military Forces of Azerbaijan (2003-)", "actor2": "Military Forces of Armenia (2018-)", "location": "Sotk",
        "latitude": "40.2000", "longitude": "45.8600", "geo_precision": "2", "source": "Invented Agency",
        "notes": "An invented note,\nwith a comma and two lines.", "fatalities": "5", "timestamp": "1663200000", **given,
    }  # fmt: skip


def viirs(**given: str) -> dict[str, str]:
    """A row of FIRMS, VIIRS: heat near Sotk at 22:36 UTC."""
    return {
        "latitude": "40.2011", "longitude": "45.8623", "bright_ti4": "340.1", "scan": "0.39", "track": "0.36",
        "acq_date": "2022-09-12", "acq_time": "2236", "satellite": "N", "instrument": "VIIRS", "confidence": "n",
        "version": "2.0NRT", "bright_ti5": "290.2", "frp": "5.1", "daynight": "N", **given,
    }  # fmt: skip


def modis(**given: str) -> dict[str, str]:
    """A row of FIRMS, MODIS."""
    return {
        "latitude": "40.2011", "longitude": "45.8623", "brightness": "320.4", "scan": "1.2", "track": "1.1",
        "acq_date": "2022-09-13", "acq_time": "730", "satellite": "Terra", "instrument": "MODIS", "confidence": "64",
        "version": "6.1", "bright_t31": "295.0", "frp": "12.0", "daynight": "D", "type": "0", **given,
    }  # fmt: skip


def gdelt(number: int, code: str, actor: str = "AZEMIL", target: str = "ARM", **given: str) -> str:
    """A line of GDELT's export.CSV; ``given`` are cells by their 0-based number with an underscore before it."""
    cells = [""] * 61
    cells[0], cells[1], cells[5], cells[15], cells[26] = str(number), "20220913", actor, target, code
    cells[51], cells[52], cells[56], cells[57] = "4", "Sotk, Vardenis, Armenia", "40.2", "45.86"
    cells[59], cells[60] = "20220913123000", f"https://example.org/news/{number}"
    for at, value in given.items():
        cells[int(at[1:])] = value
    return "\t".join(cells) + "\n"


MAPPING = """\
format = 1
name = "Village log"
speaker = "LOG"
encoding = "latin-1"
separator = ";"
id = "Nr"
actor = "Von"
target = "An"
actors = { "Grenztruppe Ost" = "AZE-MIL" }

[time]
first = "Tag"
formats = ["%d.%m.%Y"]
clock = "Uhr"

[place]
longitude = "Länge"
latitude = "Breite"
name = "Ort"
radius_m = 500

[[events]]
when = { Art = ["Beschuss", "Feuer*"] }
event = "fire"
means = ["mortar"]

[[events]]
when = { Art = "Übung" }
event = "none"

[[counts]]
what = "wounded"
of = "target"
value = "Verletzte"

[[counts]]
what = "explosions"
value = "Einschläge"
"""
LOG = ["Nr", "Tag", "Uhr", "Art", "Von", "An", "Länge", "Breite", "Ort", "Verletzte", "Einschläge"]


def log(**given: str) -> dict[str, str]:
    """A row of a table that only its own mapping file explains."""
    return {
        "Nr": "1", "Tag": "13.09.2022", "Uhr": "00:05", "Art": "Beschuss", "Von": "Grenztruppe Ost", "An": "Armenia civilians",
        "Länge": "45.86", "Breite": "40.2", "Ort": "Sotk", "Verletzte": "2", "Einschläge": "12", **given,
    }  # fmt: skip
