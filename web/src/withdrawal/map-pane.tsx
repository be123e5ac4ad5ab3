// The pane around the map of a withdrawal: its buttons, its key, and what is under the pointer in words.

import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { STATUSES, type AgreementAnswer } from "./answers";
import { drawAgreed, drawDay, drawDepth, drawPositions, drawVerified, NOTHING } from "./drawn";
import { shownDay } from "./schedule-state";
import { Side, sideSlot } from "./sides";
import { GroundSwatch, LOOKS } from "./status";
import type { ToDraw } from "./map";
import { agreed, agreement, asAgreed, exactRefused, line, pointedAt, schedule, sides, verification, zones } from "./store";
import { address, record, theme } from "../state";
import { SoftKey } from "./balance";
import { icon } from "./icons";

/** What is to be on the map, and its name. */
function drawn(): ToDraw {
  const { part } = address.value;
  const both = sides.value;
  const whole = agreed.value.answer;
  if (part === "verification") {
    const { answer } = verification.value;
    return answer ? { shown: `verification ${answer.at}`, features: drawVerified(answer, whole, both), passing: false } : EMPTY;
  }
  if (part === "schedule") {
    const { answer } = schedule.value;
    if (!whole) return EMPTY;
    return answer ? { shown: `day ${shownDay.value}`, features: drawDay(whole, answer.day, shownDay.value, both), passing: false } : wholly(whole, both);
  }
  if (asAgreed.value) return whole ? wholly(whole, both) : EMPTY;
  const at = zones.value;
  return at ? { shown: `${at.exact ? "exact" : "quick"} ${at.depth_km}`, features: drawDepth(at, declared.value), passing: !at.exact && !exactRefused.value } : EMPTY;
}

const wholly = (whole: AgreementAnswer, both: readonly [string, string]): ToDraw => ({ shown: "agreed", features: drawAgreed(whole, both), passing: false });

const EMPTY: ToDraw = { shown: "", features: NOTHING, passing: false };

/** Positions do not change with the depth, so that the slider need not draw them again. */
const declared = computed(() => drawPositions(agreed.value.answer?.positions ?? [], sides.value, () => "declared"));

function lineIds(): string[] {
  const own = address.value.part === "plan" && !asAgreed.value;
  const agreedLines = agreement.value?.lines ?? [];
  return own || !agreedLines.length ? (line.value ? [line.value.id] : []) : agreedLines;
}

export function MapPane() {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const extent = record.value?.extent;
    let stop: (() => void) | null = null;
    let gone = false;
    // the words and numbers paint first
    void import("./map").then(({ startMap }) => {
      if (!gone) stop = startMap(holder.current!, drawn, lineIds, extent ? [extent[0], extent[1], extent[2], extent[3]] : [-20, -30, 80, 60]);
    });
    return () => {
      gone = true;
      stop?.();
    };
  }, []);
  const zoom = (step: string) => holder.current?.dispatchEvent(new CustomEvent("merestone-zoom", { detail: step }));
  return (
    <section class="w-map" aria-label="Where">
      <div class="map-view">
        <div class="map" ref={holder} />
        <div class="map-buttons" role="group" aria-label="Map view">
          <button type="button" onClick={() => zoom("in")} aria-label="Zoom in" title="Zoom in">+</button>
          <button type="button" onClick={() => zoom("out")} aria-label="Zoom out" title="Zoom out">−</button>
          <button type="button" onClick={() => zoom("all")} aria-label="Show the whole line" title="Show the whole line">⤢</button>
        </div>
        {pointedAt.value && <p class="w-pointed">{pointedAt.value}</p>}
      </div>
      <Key />
    </section>
  );
}

/** A mark of the map as it is drawn there. */
function DrawnMark({ name }: { name: string }) {
  void theme.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = icon(name);
    if (!image || !canvas.current) return;
    canvas.current.width = image.width;
    canvas.current.height = image.height;
    canvas.current.getContext("2d")!.putImageData(image, 0, 0);
  });
  return <canvas ref={canvas} class="w-drawn" aria-hidden="true" />;
}

function Key() {
  const { part } = address.value;
  const both = sides.value;
  const entries: [string, string][] =
    part === "verification" ? [["next:", "where to look next"]]
      : part === "schedule" ? [["waits", "still there"], ["moving", "moves that day"], ["gone", "has gone"]]
        : asAgreed.value ? [["must leave", "must leave"], ["may have to leave", "may have to"], ["may stay", "may stay"]]
          : agreed.value.answer?.positions.length ? [["declared", "declared position"]] : [];
  return (
    <div class="map-foot">
      <ul class="legend" aria-label="Key of the map">
        {both.filter(Boolean).map((party) => <li key={party}><Side party={party} both={both} size={12} /></li>)}
        {part === "verification" && STATUSES.map((status) => <li key={status}><GroundSwatch status={status} /> {LOOKS[status].words}</li>)}
        {part === "plan" && <li><SoftKey /> depends on the map</li>}
        {entries.map(([name, words]) => (
          <li key={words}>{name === "next:" ? <DrawnMark name={name} /> : both.map((party) => <DrawnMark key={party} name={`at:${sideSlot(party, both)}:${name}`} />)} {words}</li>
        ))}
      </ul>
      <p class="map-note">
        {part === "verification" ? "The denser, the more of it was looked at. " : ""}Land and borders: Natural Earth, no statement about title.
      </p>
    </div>
  );
}
