// The pane around the map: its buttons, its legend, and what stands there until the map has come.

import { useEffect, useRef } from "preact/hooks";
import { MarkIcon, slotOf, type Slot } from "./marks";
import { LineSwitch, PositionCard, Readout } from "./position";
import { go, incidents, record } from "./state";

const KINDS: [string, string][] = [["third_party", "Third parties"], ["monitor", "Monitors"], ["media", "Media"], ["sensor", "Sensors"]];

export function Legend() {
  const groups = record.value!.groups;
  const entries: [Slot, string][] = [
    ...groups.filter((g) => g.affiliation === "party").map((g): [Slot, string] => [slotOf(g.code), g.name]),
    ...KINDS.flatMap(([kind, words]): [Slot, string][] => {
      const first = groups.find((g) => g.affiliation === kind);
      return first ? [[slotOf(first.code), words]] : [];
    }),
  ];
  const split = record.value!.parties.slice(0, 2).map((p) => slotOf(p.code));
  return (
    <ul class="legend" aria-label="Who speaks">
      {entries.map(([slot, words]) => (
        <li key={words}><MarkIcon mark={{ slots: [slot], contested: false }} size={12} /> {words}</li>
      ))}
      <li><MarkIcon mark={{ slots: split, contested: true }} size={12} /> Contested</li>
    </ul>
  );
}

export function MapPane() {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    const start = async () => {
      const { startMap } = await import("./map");
      if (!gone && holder.current) stop = startMap(holder.current);
    };
    // the list paints first
    const timer = setTimeout(() => void start(), 0);
    return () => {
      gone = true;
      clearTimeout(timer);
      stop?.();
    };
  }, []);
  const zoom = (step: string) => holder.current?.dispatchEvent(new CustomEvent("merestone-zoom", { detail: step }));
  const unplaced = incidents.value ? incidents.value.spots.filter((spots) => !spots.length).length : 0;
  return (
    <section class="map-pane" aria-label="Where">
      <div class="map-view">
        <div class="map" ref={holder} />
        <div class="map-buttons" role="group" aria-label="Map view">
          <button type="button" onClick={() => zoom("in")} aria-label="Zoom in" title="Zoom in">+</button>
          <button type="button" onClick={() => zoom("out")} aria-label="Zoom out" title="Zoom out">−</button>
          <button type="button" onClick={() => zoom("all")} aria-label="Show everything" title="Show everything">⤢</button>
        </div>
        <div class="map-corner">
          <LineSwitch />
          <PositionCard />
        </div>
        <Readout />
      </div>
      <div class="map-foot">
        <Legend />
        <p class="map-note">
          Soft areas: somewhere within. The line’s band: the accuracy of its map. Click anywhere: on which side is that? Land and borders: Natural Earth, no statement about
          title.{" "}
          {unplaced > 0 && (
            <button type="button" class="link" onClick={() => go({ side: "-", tab: "list" })}>{unplaced} without a known place</button>
          )}
        </p>
      </div>
    </section>
  );
}
