// What the server answers about a withdrawal. The shapes are those of src/merestone/web/withdrawal.py.

import { get } from "../api";

export interface Settlement { name: string; population: number | null; lon: number; lat: number }
export interface Tally { declared: number; must_leave: number; may_have_to_leave: number }

export interface ZoneAnswer {
  party: string;
  area_km2: number;
  settlements: number;
  people: number;
  largest: Settlement[];
  positions: Tally | null;
  certain_km2: number | null;
  depends_km2: number | null;
  geometry: GeoJSON.Geometry | null;
  depends?: GeoJSON.Geometry | null;
}
export interface ZonesAnswer {
  line: string; depth_km: number; exact: boolean; zones: ZoneAnswer[]; larger: string | null; more_percent: number | null;
}

export interface AgreedZone {
  party: string; tier: string; depth_km: number | number[]; area_km2: number; certain_km2: number | null; depends_km2: number | null;
  geometry: GeoJSON.Geometry | null; depends?: GeoJSON.Geometry | null;
}
export interface AgreedPosition {
  id: string; party: string; class: string; strength: number; lon: number; lat: number; uncertainty_m: number; verdict: string;
  probability: number; to: [number, number] | null; move_km: number | null;
}
export interface AgreementAnswer {
  zones: AgreedZone[];
  balance: { tier: string; measure: string; label: string; values: Record<string, number | null> }[];
  exceptions: { name: string; kind: string; geometry: GeoJSON.Geometry | null }[];
  positions: AgreedPosition[];
  notes: string[];
}

export interface Moved { positions: string[]; strength: number; km: number; gone: number | null }
export interface Step { day: number; date: string | null; sections: { section: string; moved: Record<string, Moved> }[] }
export interface ScheduleAnswer {
  agreement: string;
  days: number;
  least_days: number;
  proven: boolean;
  day: Record<string, number>;
  clauses: {
    imbalance: Record<string, number>; basis: string; capacity: Record<string, Record<string, number>>; order: string[][];
    before: [string, string][]; days: number | null; phases: { name: string; by: number | null }[]; in_turn: boolean;
  };
  /** Number, from 1, of the stage or phase of each position that has one. */
  stage: Record<string, number>;
  steps: Step[];
  stay: string[];
  notes: string[];
}

export const STATUSES = ["verified present", "probable", "unverified", "not due", "verified clear"] as const;
export type Status = (typeof STATUSES)[number];

export interface VerifiedPosition {
  id: string; party: string; class: string; status: Status; probability_in_zone: number; probability_of_breach: number | null;
  observed: number | null; last_looked: string | null; evidence: string[];
}
export interface Breach {
  what: string; party: string; declared: boolean; status: string; probability: number; since: string | null; last_seen: string | null;
  evidence: string[];
}
export type Compliance = { day: string; party: string; expected_in_zone: number } & Record<Status, number>;
export interface Coverage {
  party: string; area_km2: number; never: number; observed_in_window_km2: number; observed_in_window_share: number;
  [age: string]: number | string;
}
export interface VerificationAnswer {
  agreement: string;
  at: string;
  time_zone: string;
  model: Record<string, number>;
  days: [string, string];
  positions: VerifiedPosition[];
  breaches: Breach[];
  compliance: Compliance[];
  coverage: Coverage[];
  cells: Record<Status, number>;
  look_next: { places: { lon: number; lat: number }[]; reach_m: number; covered: number; bound: number; exact: boolean };
  features: GeoJSON.FeatureCollection;
}

const ZONES = "/api/withdrawal/zones";
export const fetchZonesAt = (line: string, depth: number, exact: boolean, signal: AbortSignal): Promise<ZonesAnswer> =>
  get<ZonesAnswer>(`${ZONES}?line=${encodeURIComponent(line)}&depth_km=${depth}${exact ? "&exact=true" : ""}`, signal);
export const fetchAgreement = (signal: AbortSignal): Promise<AgreementAnswer> => get<AgreementAnswer>("/api/withdrawal/agreement", signal);
export const fetchSchedule = (signal: AbortSignal): Promise<ScheduleAnswer> => get<ScheduleAnswer>("/api/withdrawal/schedule", signal);
export const fetchVerification = (at: string, signal: AbortSignal): Promise<VerificationAnswer> =>
  get<VerificationAnswer>(`/api/withdrawal/verification${at ? `?at=${at}` : ""}`, signal);
