// What the server answers. The shapes are those of src/merestone/web/views.py and model.py.

export type Affiliation = "party" | "third_party" | "monitor" | "media" | "sensor";
export type Span = [number, number];
export type Moments = [string, string];

export interface Group { code: string; name: string; affiliation: Affiliation }
export interface Source extends Group { party: string | null; time_zone: string | null }
export interface Option { code: string; words: string; count: number }

export interface RecordView {
  record_id: string;
  case_name: string;
  notice: string;
  program: string;
  time_zone: string;
  parties: { code: string; name: string }[];
  groups: Group[];
  sources: Source[];
  counts: Record<string, number>;
  events: Option[];
  sides: Option[];
  words: Record<string, Record<string, string>>;
  extent: [number, number, number, number] | null;
  period: [number, number] | null;
  /** Whether this server takes decisions. */
  reviewing: boolean;
}

export interface Spot {
  name: string; names: Record<string, string>; lon: number; lat: number; radius_m: number; lines: string[];
}

export interface Incidents {
  id: string[];
  event: string[];
  time: (Moments | null)[];
  begins: (number | null)[];
  ends: (number | null)[];
  contested: boolean[];
  parties: string[][];
  speakers: string[][];
  spots: number[][];
  unplaced: string[][];
  sides: string[][];
  claims: number[];
  documents: number[];
  summary: string[];
  /** How much each needs a human, 0 to 1, and why. */
  need: number[];
  need_words: string[];
  places: Spot[];
}

export interface Reason { field: string; rule: string; words: string; span: Span | null; confidence: number | null }
export interface Mention { name: string; span: Span; role: string }
export interface Quantity { what: string; value: number; max: number | null; unit: string; approx: boolean }
export interface Sighting { observer_at: string | null; bearing: string[]; distance_km: [number, number] | null }

export interface Claim {
  id: string;
  document: string;
  span: Span;
  speaker: string;
  act: string;
  event: string;
  actor: string | null;
  target: string | null;
  time: Moments | null;
  places: Mention[];
  quantities: Quantity[];
  means: string[];
  observation: Sighting | null;
  evidence: string[];
  confidence: number | null;
  because: Reason[];
  /** What reviewers made of it; null where nobody decided. */
  review: { status: string; sensitive: boolean; disputed: string[]; corrections: { field: string; was: string; now: string; author: string }[] } | null;
}

export interface Denial { claim: string; denies: string[] }
export interface Version { speaker: string; affiliation: Affiliation; claims: string[]; denials: Denial[] }
export interface Answer { speaker: string; value: string; claims: string[] }
export interface Comparison { question: string; agreement: "agree" | "conflict" | "single"; difference: string; answers: Answer[] }
export interface Join { left: string; right: string; probability: number; because: string[] }
export interface IncidentPlace {
  place: string | null; name: string; lon: number | null; lat: number | null; radius_m: number | null; speakers: string[];
}

export interface Grade { grade: string; words: string; claims: string[] }
export interface Voice {
  speakers: string[]; affiliation: Affiliation; claims: string[]; documents: string[]; because: string[]; compiled: boolean;
  counts: boolean;
}
export interface CounterAccusation { left: string; right: string; event: string; left_claims: string[]; right_claims: string[]; replies: string[]; words: string }

export interface Incident {
  id: string;
  event: string;
  time: Moments | null;
  begins: string | null;
  ends: string | null;
  places: IncidentPlace[];
  parties: string[];
  versions: Version[];
  comparisons: Comparison[];
  contested: boolean;
  corroboration: Grade[];
  independent_sources: number;
  voices: Voice[];
  counter_accusations: CounterAccusation[];
  summary: string;
  joins: Join[];
}

export interface DocumentHead {
  id: string; title: string; publisher: string | null; published: string | null; genre: string; language: string;
  source_url: string | null;
}

export interface DocumentRow { document: DocumentHead; claims: number }

export interface LineSide { line: string; side: string | null; probability: number | null; distance_m: number }
export interface InZone { zone: string; inside: boolean | null; probability: number; distance_m: number }
export interface Location {
  claim: string; mention: number; name: string; role: string; place: string | null; lon: number | null; lat: number | null;
  radius_m: number | null; probability: number | null; because: string; sides: LineSide[];
  zones: InZone[];
}

export interface IncidentView {
  incident: Incident;
  claims: Record<string, { claim: Claim; words: string }>;
  documents: Record<string, DocumentHead>;
  locations: Location[];
}

export interface DocumentView {
  document: DocumentHead & { text: string };
  passages: { claim: Claim; incident: string | null }[];
}

export interface Line {
  id: string; name: string; source_map: string; scale: number | null; datum: string; accuracy_m: number;
  left_party: string; right_party: string; valid_from: string | null; valid_to: string | null;
  geometry: GeoJSON.LineString | GeoJSON.MultiLineString;
}

export interface Zone { id: string; name: string; kind: string; source_map: string; geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon }

export interface Standing {
  line: string; name: string; side: string | null; probability: number; words: string; distance_m: number;
  nearest: [number, number]; chainage_m: number; error_m: number; basis: string;
}
export interface Within { zone: string; name: string; probability: number; words: string; distance_m: number }
export interface MapSystem { system: string; words: string }

export interface Position {
  lon: number; lat: number; radius_m: number;
  systems: MapSystem[];
  sheets: Record<string, string>;
  operation: string | null; accuracy_m: number | null;
  lines: Standing[];
  zones: Within[];
}

export interface Observed {
  id: string; claim: string; observer: string; event: string; begins: string | null; ends: string | null;
  geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon | null;
}

export type DecisionKind = "accept" | "reject" | "correct" | "merge" | "split" | "pin" | "sensitive" | "comment" | "undo";
export interface Decided {
  id: string; kind: DecisionKind; subjects: string[]; claims: string[]; field: string | null; value: string | null; names: string[];
  reason: string; author: string; decided_at: string; state: string; against: string[];
}
/** What reviewers decided, where the server was started for reviewing; `token` goes with every decision. */
export interface Reviewing { author: string; token: string; decisions: Decided[]; waiting: number; fields: string[] }
export interface ToDecide {
  kind: DecisionKind; targets: string[]; reason: string; request: string; field?: string; value?: string; settles?: string[];
}

export interface Tier { name: string; depth_km: number | Record<string, number> | number[]; forbids: string[]; may_stay: string[] }
export interface QuietBreak {
  incident: string; event: string; place: string; certain: boolean; contested: boolean; distance_km: number | null;
  first: string | null; last: string | null; speakers: string[];
}
export interface Precondition { quiet_days: number; within_km: number; state: string; sentence: string; breaks: QuietBreak[] }
export interface PlannedLine { id: string; name: string; left_party: string; right_party: string; length_km: number; most_km: number }
export interface AgreementHead {
  name: string; source: string; notice: string; lines: string[]; tiers: Tier[]; valid_from: string | null; preconditions: Precondition[];
}
export interface WithdrawalView {
  lines: PlannedLine[];
  agreement: AgreementHead | null;
  positions: number;
  parts: { schedule: boolean; verification: boolean };
  refused: { file: string; code: string; message: string }[];
}

/** An answer that is an error: the server's own sentence. */
export class Refused extends Error {}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {});
}

async function ask<T>(path: string, how: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, how);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused("The server does not answer; start it again with `merestone serve`.");
  }
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Refused((body as { message: string }).message);
  return body as T;
}

export const fetchRecord = () => get<RecordView>("/api/record");
export const fetchIncidents = () => get<Incidents>("/api/incidents");
export const fetchLines = () => get<Line[]>("/api/lines");
export const fetchZones = () => get<Zone[]>("/api/zones");
export const fetchObservations = () => get<Observed[]>("/api/observations");
export const fetchPosition = (lon: number, lat: number, radius: number, signal: AbortSignal) =>
  get<Position>(`/api/position?lon=${lon}&lat=${lat}&radius_m=${radius}`, signal);
/** The position that words mean: degrees, MGRS, UTM, SK-42, or the name of a map sheet. */
export const fetchWritten = (words: string, signal: AbortSignal) =>
  get<Position>(`/api/position?where=${encodeURIComponent(words)}`, signal);
export const fetchSearch = (query: string, signal: AbortSignal) =>
  get<{ query: string; ids: string[] }>(`/api/search?q=${encodeURIComponent(query)}`, signal);

const kept = new Map<string, Promise<unknown>>();

/** A record never changes while it is served, so what was read once is kept. */
function once<T>(path: string): Promise<T> {
  let answer = kept.get(path) as Promise<T> | undefined;
  if (!answer) {
    answer = get<T>(path);
    kept.set(path, answer);
    answer.catch(() => kept.delete(path));
  }
  return answer;
}

/** After a new build everything is read anew. */
export const forget = (): void => kept.clear();

export const fetchReview = () => get<Reviewing>("/api/review");
/** The lines a withdrawal can be planned from, and the agreement of the case, where it has one. */
export const fetchWithdrawal = () => get<WithdrawalView>("/api/withdrawal");
const post = <T>(path: string, token: string, body: unknown): Promise<T> =>
  ask<T>(path, { method: "POST", headers: { "content-type": "application/json", "x-merestone-token": token }, body: JSON.stringify(body) });
export const sendDecision = (token: string, decision: ToDecide) => post<Reviewing>("/api/decisions", token, decision);
export const sendBuild = (token: string) => post<{ record_id: string }>("/api/build", token, {});

export const fetchIncident = (id: string) => once<IncidentView>(`/api/incidents/${encodeURIComponent(id)}`);
export const fetchDocument = (id: string) => once<DocumentView>(`/api/documents/${encodeURIComponent(id)}`);

export const fetchDocuments = () => once<DocumentRow[]>("/api/documents");

/** Ask for what is likely opened next. Where that fails, opening it says so. */
export const prepareIncident = (id: string): void => void fetchIncident(id).catch(() => undefined);
