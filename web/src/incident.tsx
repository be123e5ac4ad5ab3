// The incident: each speaker group's version in a column of its own, question by question. What is agreed is quiet, what
// conflicts shows its size, who is silent "says nothing". Every value opens the exact words, and these the document.

import { useEffect, useRef, useState } from "preact/hooks";
import { fetchIncident, type Affiliation, type Answer, type Claim, type Comparison, type IncidentView } from "./api";
import { eventWords } from "./filters";
import { MarkIcon, Tag, markOf, slotOf, type Slot } from "./marks";
import { loadLines, sureOf } from "./position";
import { ReviewSection } from "./review";
import { address, incidents, openDocument, record, stepBack } from "./state";
import { actor, capital, count, day, length, offset, percent, period, placeName, readable, reading, words } from "./words";

interface Column { key: string; title: string; slot: Slot; speakers: string[] }

const REST: [Affiliation[], string][] = [
  [["third_party", "monitor"], "Third parties and monitors"],
  [["media", "sensor"], "Media and sensors"],
];

/** Columns in alphabetical order of the parties, then the others; both parties always have one, even if they say nothing. */
function columnsOf(view: IncidentView): { columns: Column[]; silent: string[] } {
  const speakers = view.incident.versions.map((version) => version.speaker);
  const columns: Column[] = record.value!.parties.map((party) => ({
    key: party.code, title: party.name, slot: slotOf(party.code), speakers: [party.code],
  }));
  const silent: string[] = [];
  for (const [kinds, title] of REST) {
    const here = view.incident.versions.filter((v) => kinds.includes(v.affiliation) && !columns.some((c) => c.key === v.speaker));
    const codes = [...new Set(here.map((v) => v.speaker))].filter((code) => speakers.includes(code));
    if (codes.length) columns.push({ key: title, title, slot: slotOf(codes[0]!), speakers: codes });
    else if (kinds.includes("monitor")) silent.push("No third party and no monitor in this record says anything about it.");
  }
  return { columns, silent };
}

const ROWS = ["happened", "when", "where", "who", "whom", "with_what", "killed", "wounded", "captured", "missing", "area"];

function ordered(comparisons: Comparison[]): Comparison[] {
  const place = (question: string) => {
    const at = ROWS.indexOf(question.split(":")[0]!);
    return question === "evidence" ? 99 : at < 0 ? 50 : at;
  };
  return [...comparisons].sort((a, b) => place(a.question) - place(b.question));
}

const WORDED = new Set(["happened", "when", "where", "who", "whom", "with_what", "evidence"]);

const BADGE = { agree: "same", conflict: "differs", single: "" };

export function Quote({ view, id, plain = false }: { view: IncidentView; id: string; plain?: boolean }) {
  const spoken = view.claims[id];
  if (!spoken) return null;
  const head = view.documents[spoken.claim.document];
  const open = address.value.claim === id;
  return (
    <button type="button" class={`quote edge-${slotOf(spoken.claim.speaker)}`} aria-current={open ? "true" : undefined}
      data-claim={id} onClick={() => openDocument(spoken.claim.document, id)}>
      <q class="said" lang={head?.language}>{spoken.words}</q>
      <span class="quote-source">
        {!plain && <>{actor(spoken.claim.speaker)}, </>}{day(head?.published)} · <span class="open-words">open the document</span>
      </span>
    </button>
  );
}

function Cell({ view, column, comparison }: { view: IncidentView; column: Column; comparison: Comparison }) {
  const answers = comparison.answers.filter((answer) => column.speakers.includes(answer.speaker));
  if (!answers.length) return <p class="silence">says nothing</p>;
  return <>{answers.map((answer) => <AnswerCell key={answer.speaker} view={view} column={column} answer={answer} comparison={comparison} />)}</>;
}

function AnswerCell({ view, column, answer, comparison }: { view: IncidentView; column: Column; answer: Answer; comparison: Comparison }) {
  const [open, setOpen] = useState(false);
  const numeric = /^(?:\S+ ){0,3}\d/.test(answer.value) && !WORDED.has(comparison.question);
  const value = shown(comparison.question, answer.value);
  return (
    <div class="answer">
      <button type="button" class={`value ${numeric ? "number" : ""}`} aria-expanded={open} onClick={() => setOpen(!open)}
        title="Show the exact words">
        {value}
      </button>
      {column.speakers.length > 1 && <span class="answer-who">{actor(answer.speaker)}</span>}
      {open && <div class="quotes">{answer.claims.map((id) => <Quote key={id} view={view} id={id} />)}</div>}
    </div>
  );
}

function shown(question: string, value: string): string {
  if (question === "when") return dates(value);
  if (question === "with_what") return meansWords(value);
  return question === "where" ? value : capital(readable(value));
}

/** `killed:ARM` asks how many of Armenia were killed. */
function questionWords(question: string): string {
  const [what = question, whose] = question.split(":");
  return whose ? `${words("question", what)}, ${actor(whose)}` : words("question", what);
}

const meansWords = (value: string) => value.split(", ").map((one) => words("means", one.replaceAll(" ", "_"))).join(", ");

/** Dates in a value are shown as everywhere else: `2022-09-13` reads 13 Sep 2022. */
const dates = (value: string) =>
  value.replace(/\d{4}-\d\d-\d\d(?:T(\d\d:\d\d))?/g, (text, clock: string | undefined) => day(text) + (clock ? `, ${clock}` : ""));

function Table({ view }: { view: IncidentView }) {
  const { columns, silent } = columnsOf(view);
  const rows = ordered(view.incident.comparisons);
  return (
    <section aria-labelledby="versions">
      <h3 id="versions" class="sr">Versions side by side</h3>
      <div class="versions" role="table" aria-label="Versions side by side" data-columns={columns.length}>
        <div class="versions-head" role="row">
          <span role="columnheader" class="question"><span class="sr">Question</span></span>
          {columns.map((column) => (
            <span role="columnheader" key={column.key} class={`column-title edge-${column.slot}`}>
              <MarkIcon mark={{ slots: [column.slot], contested: false }} size={13} /> {column.title}
            </span>
          ))}
        </div>
        {rows.map((comparison) => (
          <div role="row" key={comparison.question} class={`versions-row ${comparison.agreement}`}>
            <span role="rowheader" class="question">
              {questionWords(comparison.question)}
              {BADGE[comparison.agreement] && <span class={`badge-${comparison.agreement}`}>{BADGE[comparison.agreement]}</span>}
              {comparison.difference && <b class="difference">{readable(comparison.difference)}</b>}
            </span>
            {columns.map((column) => (
              <div role="cell" key={column.key} class="cell" data-column={column.title}>
                <Cell view={view} column={column} comparison={comparison} />
              </div>
            ))}
          </div>
        ))}
        {rows.length === 0 && <p class="empty">The claims give no detail that can be compared; their words are below.</p>}
      </div>
      {silent.map((sentence) => <p key={sentence} class="silent-note">{sentence}</p>)}
    </section>
  );
}

function Denials({ view }: { view: IncidentView }) {
  const denials = view.incident.versions.flatMap((version) => version.denials.map((denial) => ({ version, denial })));
  if (!denials.length) return null;
  return (
    <section aria-labelledby="denials">
      <h3 id="denials">What is denied</h3>
      {denials.map(({ version, denial }) => (
        <div key={denial.claim} class="denial">
          <div>
            <p class="small-head">Said</p>
            {denial.denies.length ? denial.denies.slice(0, 4).map((id) => <Quote key={id} view={view} id={id} />)
              : <p class="silence">What {actor(version.speaker)} denies is not in this record; only the denial is.</p>}
            {denial.denies.length > 4 && <p class="dim">and {denial.denies.length - 4} more, below</p>}
          </div>
          <div>
            <p class="small-head">Denied by <Tag code={version.speaker} full /></p>
            <Quote view={view} id={denial.claim} />
          </div>
        </div>
      ))}
    </section>
  );
}

export function Because({ claim }: { claim: IncidentView["claims"][string]["claim"] }) {
  return (
    <div class="reading">
      <dl>{reading(claim).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <details>
        <summary>Why this was read so{claim.confidence !== null && <span class="dim">, {percent(claim.confidence)} sure</span>}</summary>
        {claim.because.length ? (
          <table>
            <thead><tr><th scope="col">Field</th><th scope="col">Words</th><th scope="col">Rule</th><th scope="col">Sure</th></tr></thead>
            <tbody>
              {claim.because.map((reason, k) => (
                <tr key={k}>
                  <td>{words("field", reason.field)}</td>
                  <td>{reason.words ? <q class="said">{reason.words}</q> : <span class="dim">no words: a default</span>}</td>
                  <td><code>{reason.rule}</code></td>
                  <td class="sure">{reason.confidence === null ? "" : percent(reason.confidence)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <p class="dim">The record keeps no reason for this claim.</p>}
      </details>
    </div>
  );
}

/** What reviewers made of a claim, and on what they disagree. */
function Reviewed({ claim }: { claim: Claim }) {
  const { review } = claim;
  if (!review) return null;
  const told = [
    review.status === "accepted" ? "accepted by a reviewer" : "",
    ...review.corrections.map((one) => `${words("field", one.field)} corrected by ${one.author}, read as ${one.was}`),
    review.sensitive ? "marked sensitive: exports leave it out" : "",
    review.disputed.length ? `reviewers disagree on ${review.disputed.map((field) => words("field", field)).join(", ")}: it stands as read` : "",
  ].filter(Boolean);
  return told.length ? <p class="reviewed dim">{capital(told.join("; "))}.</p> : null;
}

function Claims({ view }: { view: IncidentView }) {
  return (
    <section aria-labelledby="claims">
      <h3 id="claims">Every claim, word for word</h3>
      {view.incident.versions.map((version) => {
        const ids = [...new Set([...version.claims, ...version.denials.map((d) => d.claim)])];
        return (
          <div key={`${version.speaker}${version.affiliation}`} class="version">
            <h4><Tag code={version.speaker} full /> <span class="dim">{words("affiliation", version.affiliation).toLowerCase()}, {count(ids.length, "claim")}</span></h4>
            {ids.map((id) => view.claims[id] && (
              <div key={id} class="claim">
                <Quote view={view} id={id} />
                <Reviewed claim={view.claims[id].claim} />
                <details class="claim-more"><summary>How it was read</summary><Because claim={view.claims[id].claim} /></details>
              </div>
            ))}
          </div>
        );
      })}
    </section>
  );
}

function Places({ view }: { view: IncidentView }) {
  useEffect(loadLines, []);
  if (!view.locations.length) return <section aria-labelledby="places"><h3 id="places">Where it is placed</h3><p class="dim">No claim here names a place.</p></section>;
  const seen = new Map<string, { location: IncidentView["locations"][number]; n: number }>();
  for (const location of view.locations) {
    const key = `${location.name}|${location.role}|${location.place}|${location.radius_m}`;
    const entry = seen.get(key);
    if (entry) entry.n++;
    else seen.set(key, { location, n: 1 });
  }
  const named = (id: string | null) => view.incident.places.find((place) => place.place === id)?.name;
  return (
    <section aria-labelledby="places">
      <h3 id="places">Where it is placed</h3>
      <ul class="placings">
        {[...seen.values()].map(({ location, n }, k) => (
          <li key={k}>
            <p>
              <q class="said">{location.name}</q> <span class="dim">{words("role", location.role)}{n > 1 ? `, ${n} claims` : ""}</span>
            </p>
            {location.lon === null ? <p class="silence">not on the map: {location.because || "the name could not be resolved"}</p> : (
              <p class="placing">
                {named(location.place) ?? location.name}, within {length(location.radius_m ?? 0)}
                {location.probability !== null && <>, {percent(location.probability)} likely among the places of this name</>}
                {location.because && <span class="dim">. {capital(location.because)}</span>}
                {nearest(location.sides)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function nearest(sides: IncidentView["locations"][number]["sides"]) {
  const side = [...sides].sort((a, b) => a.distance_m - b.distance_m)[0];
  if (!side) return null;
  const sure = sureOf(side);
  return (
    <span class="side">
      {side.side ? `On the side of ${actor(side.side)}` : "This map cannot tell on which side"}
      {side.side && sure !== null && ` (${percent(sure)})`}, {length(side.distance_m)} from the nearest line
    </span>
  );
}

/** Who stands behind it, by rules, each with the claims that earn it; and the sources, dependent ones folded into one. */
function Standing({ view }: { view: IncidentView }) {
  const { corroboration, independent_sources: many, voices, counter_accusations: mutual } = view.incident;
  const [open, setOpen] = useState("");
  if (!corroboration.length && !voices.length) return null;
  const folded = voices.filter((voice) => voice.documents.length > 1 || voice.because.length > 0);
  const grade = corroboration.find((one) => one.grade === open);
  return (
    <section aria-labelledby="standing">
      <h3 id="standing">Who stands behind it</h3>
      <div class="grades">
        {corroboration.map((one) => (
          <button key={one.grade} type="button" aria-expanded={open === one.grade} onClick={() => setOpen(open === one.grade ? "" : one.grade)}
            title="Show the claims that earn it">{capital(one.words)}</button>
        ))}
      </div>
      {grade && <div class="quotes">{grade.claims.map((id) => <Quote key={id} view={view} id={id} />)}</div>}
      <p class="dim">{capital(count(many, "independent source"))} of {count(Object.keys(view.documents).length, "document")}. By rules, no statement that it happened.</p>
      {mutual.map((one) => <p key={`${one.left}${one.right}${one.event}`}>{actor(one.left)} and {actor(one.right)}: {one.words}.</p>)}
      {folded.length > 0 && (
        <ul class="voices" aria-label="Documents that count as one source">
          {folded.map((voice, k) => (
            <li key={k}>
              {voice.speakers.map((code) => <Tag key={code} code={code} />)} {count(voice.documents.length, "document")}, one source
              {voice.because.length > 0 && <span class="dim">: {voice.because.map(readable).join("; ")}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Joins({ view }: { view: IncidentView }) {
  const { joins } = view.incident;
  const short = (id: string) => {
    const spoken = view.claims[id];
    return spoken ? <><Tag code={spoken.claim.speaker} /> <q class="said">{clip(spoken.words)}</q></> : id;
  };
  return (
    <section aria-labelledby="joins">
      <h3 id="joins">How the claims were joined</h3>
      {joins.length === 0 ? <p class="dim">Nothing was joined: {Object.keys(view.claims).length === 1 ? "there is one claim only" : "the claims come from one passage"}.</p> : (
        <ul class="joins">
          {joins.map((join, k) => (
            <li key={k}>
              <span class="probability" title="How likely the two speak of the same thing">{percent(join.probability)}</span>
              <div>
                <p>{short(join.left)}</p>
                <p>{short(join.right)}</p>
                {join.because.length > 0 && <p class="dim">{capital(join.because.map(readable).join("; "))}.</p>}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const clip = (text: string) => (text.length > 110 ? `${text.slice(0, 108).trimEnd()} …` : text);

function When({ view }: { view: IncidentView }) {
  const { time } = view.incident;
  const clock = time && (time[0].includes("T") || time[1].includes("T"));
  return <time>{period(time)}{clock && <span class="dim"> {offset(time[0].slice(0, 10))}</span>}</time>;
}

export function IncidentPane() {
  const id = address.value.i;
  const recordId = record.value!.record_id;
  const [view, setView] = useState<IncidentView | null>(null);
  const [problem, setProblem] = useState("");
  const head = useRef<HTMLHeadingElement>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    let current = true;
    setProblem("");
    fetchIncident(id).then(
      (answer) => current && setView(answer),
      (error: Error) => current && (setProblem(error.message), setView(null)),
    );
    return () => {
      current = false;
    };
  }, [id, recordId]);
  const shown = view?.incident.id === id ? view : null;
  useEffect(() => {
    if (!shown) return;
    box.current?.scrollTo(0, 0);
    if (!address.peek().doc) head.current?.focus({ preventScroll: true });
  }, [shown]);
  const incident = shown?.incident;
  return (
    <article class="incident-pane" aria-label="Incident" ref={box}>
      <div class="pane-bar">
        <button type="button" class="back" onClick={() => stepBack()}><span aria-hidden="true">←</span> All incidents</button>
        <span class="spacer" />
        <button type="button" class="quiet" onClick={() => print()}>Print</button>
      </div>
      {problem && <p class="empty" role="alert">{problem}</p>}
      {incident && shown && (
        <div class="incident">
          <header class="incident-head">
            <MarkIcon mark={markOf(incident.versions.map((v) => v.speaker), incident.contested)} size={26} />
            <div>
              <h2 ref={head} tabIndex={-1}>{eventWords(incident.event)}{placesOf(shown)}</h2>
              <p class="incident-when">
                <When view={shown} />
                {incident.contested && <span class="contested">contested</span>}
                <span class="dim">{count(Object.keys(shown.claims).length, "claim")} in {count(Object.keys(shown.documents).length, "document")}</span>
              </p>
            </div>
          </header>
          <p class="summary">{incident.summary}</p>
          <Standing view={shown} />
          <Table view={shown} />
          <Denials view={shown} />
          <Claims view={shown} />
          <Places view={shown} />
          <Joins view={shown} />
          <ReviewSection view={shown} />
          <p class="notice-foot">{record.value!.notice} <span class="dim">Record {record.value!.record_id.slice(0, 12)}, incident {incident.id}.</span></p>
        </div>
      )}
    </article>
  );
}

function placesOf(view: IncidentView): string {
  const located = view.incident.places.filter((place) => place.lon !== null);
  const names = (located.length ? located : view.incident.places).map((place) => {
    const spot = { name: place.name, names: spotNames(place.name), lon: 0, lat: 0, radius_m: 0, lines: [] };
    return placeName(spot);
  });
  const shown = [...new Set(names)];
  return shown.length ? `, ${shown.slice(0, 3).join(", ")}${shown.length > 3 ? ` and ${shown.length - 3} more` : ""}` : "";
}

const spotNames = (name: string): Record<string, string> => incidents.value?.places.find((spot) => spot.name === name)?.names ?? {};
