// The source document, with what was read in it underlined and the words of the chosen claim marked. The text comes from
// outside: it only ever becomes text nodes.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { fetchDocument, type DocumentView, type Span } from "./api";
import { Because } from "./incident";
import { slotOf } from "./marks";
import { address, go, openIncident, record, stepBack } from "./state";
import { actor, day, safeLink, words } from "./words";

/** Spans count Unicode code points; JavaScript's strings count UTF-16 units. */
function converter(text: string): (at: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (at) => at;
  const starts: number[] = [];
  for (let k = 0; k < text.length; k += text.codePointAt(k)! > 0xffff ? 2 : 1) starts.push(k);
  starts.push(text.length);
  return (at) => starts[Math.min(at, starts.length - 1)]!;
}

interface Piece { text: string; claims: string[] }

/** The text cut at every end of a passage, each piece with the claims it belongs to. */
export function pieces(text: string, spans: { id: string; span: Span }[]): Piece[] {
  const unit = converter(text);
  const ranges = spans.map(({ id, span }) => ({ id, from: unit(span[0]), to: unit(span[1]) }));
  const cuts = [...new Set([0, text.length, ...ranges.flatMap((r) => [r.from, r.to])])].sort((a, b) => a - b);
  const out: Piece[] = [];
  for (let k = 0; k + 1 < cuts.length; k++) {
    const from = cuts[k]!;
    const to = cuts[k + 1]!;
    out.push({ text: text.slice(from, to), claims: ranges.filter((r) => r.from <= from && r.to >= to).map((r) => r.id) });
  }
  return out;
}

export function DocumentPane() {
  const { doc, claim } = address.value;
  const [view, setView] = useState<DocumentView | null>(null);
  const [problem, setProblem] = useState("");
  const body = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    let current = true;
    setProblem("");
    fetchDocument(doc).then(
      (answer) => current && setView(answer),
      (error: Error) => current && (setProblem(error.message), setView(null)),
    );
    return () => {
      current = false;
    };
  }, [doc]);
  const shown = view?.document.id === doc ? view : null;
  const cut = useMemo(
    () => (shown ? pieces(shown.document.text, shown.passages.map(({ claim: c }) => ({ id: c.id, span: c.span }))) : []),
    [shown],
  );
  useEffect(() => {
    if (!shown) return;
    const mark = body.current?.querySelector("mark");
    mark?.scrollIntoView({ block: "center" });
    if (document.activeElement === document.body || !document.activeElement?.closest(".document-pane")) back.current?.focus({ preventScroll: true });
  }, [shown, claim]);

  const chosen = shown?.passages.find((passage) => passage.claim.id === claim);
  const link = safeLink(shown?.document.source_url ?? null);
  return (
    <article class="document-pane" aria-label="Source document">
      <div class="pane-bar">
        <button type="button" class="back" ref={back} onClick={() => stepBack()}><span aria-hidden="true">←</span> Close the document <kbd aria-hidden="true">Esc</kbd></button>
      </div>
      {problem && <p class="empty" role="alert">{problem}</p>}
      {shown && (
        <>
          <div class="document-scroll" tabIndex={0} role="region" aria-label="Text">
            <header class="document-head">
              <p class="document-source">
                {shown.document.publisher ? actor(shown.document.publisher) : "Publisher not known"} · {day(shown.document.published)} · {words("genre", shown.document.genre)}
              </p>
              <h2>{shown.document.title}</h2>
              <p class="document-notice">
                {record.value!.notice}{" "}
                {link ? <a href={link} target="_blank" rel="noopener noreferrer">Public source of this text<span class="sr"> (opens another site)</span> ↗</a>
                  : <span class="dim">No public address of the original is on record.</span>}
              </p>
            </header>
            <div class="document-text said" lang={shown.document.language} ref={body}>
              {cut.map((piece, k) => {
                if (!piece.claims.length) return piece.text;
                if (claim && piece.claims.includes(claim)) return <mark key={k}>{piece.text}</mark>;
                const target = piece.claims[piece.claims.length - 1]!;
                return (
                  <span key={k} class="passage" onClick={() => go({ claim: target })}>{piece.text}</span>
                );
              })}
            </div>
          </div>
          <footer class="document-foot">
            {chosen ? (
              <details class="read-as">
                <summary class={`edge-${slotOf(chosen.claim.speaker)}`}>
                  Read as: <b>{actor(chosen.claim.speaker)}</b> {words("act", chosen.claim.act)}: {words("event", chosen.claim.event).toLowerCase()}
                </summary>
                <Because claim={chosen.claim} />
              </details>
            ) : <p class="dim">Underlined: what was read as a claim. Choose a passage to see how it was read.</p>}
            <Passages view={shown} />
            {chosen?.incident && chosen.incident !== address.value.i && (
              <button type="button" class="link" onClick={() => openIncident(chosen.incident!)}>Open the incident of this claim</button>
            )}
          </footer>
        </>
      )}
    </article>
  );
}

/** The claims of the document one after the other, for the keyboard. */
function Passages({ view }: { view: DocumentView }) {
  const at = view.passages.findIndex((passage) => passage.claim.id === address.value.claim);
  const total = view.passages.length;
  if (!total) return <p class="dim">Nothing in this text was read as a claim.</p>;
  const to = (n: number) => go({ claim: view.passages[(n + total) % total]!.claim.id });
  return (
    <p class="passages">
      <button type="button" class="quiet" onClick={() => to(at < 0 ? total - 1 : at - 1)}>Previous claim</button>
      <span>{at < 0 ? `${total} claims` : `Claim ${at + 1} of ${total}`}</span>
      <button type="button" class="quiet" onClick={() => to(at + 1)}>Next claim</button>
    </p>
  );
}
