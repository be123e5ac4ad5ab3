// All documents of the record, also those in which nothing was read as a claim.

import { useEffect, useRef, useState } from "preact/hooks";
import { fetchDocuments, type DocumentRow } from "./api";
import { go, record } from "./state";
import { actor, count, day } from "./words";

/** Rows shown at first: a record may hold very many documents. */
const MOST = 200;

export function Documents({ close }: { close: () => void }) {
  const { documents = 0, silent = 0 } = record.value!.counts;
  const dialog = useRef<HTMLDialogElement>(null);
  const [rows, setRows] = useState<DocumentRow[] | null>(null);
  const [problem, setProblem] = useState("");
  const [onlySilent, setOnlySilent] = useState(false);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
    let current = true;
    fetchDocuments().then(
      (answer) => current && setRows(answer),
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, []);
  const wanted = rows?.filter((row) => !onlySilent || row.claims === 0) ?? [];
  const shown = whole ? wanted : wanted.slice(0, MOST);
  const open = (doc: string) => {
    dialog.current?.close();
    go({ view: "record", doc, claim: "", i: "" }, true);
  };
  return (
    <dialog ref={dialog} class="help documents" aria-labelledby="documents-title" onClose={close} onClick={(event) => event.target === dialog.current && event.currentTarget.close()}>
      <div class="help-body">
        <h2 id="documents-title">{count(documents, "document")}</h2>
        <p class="dim">
          {silent === 0 ? "Something was read as a claim in each." : <>
            {silent === documents ? "In none was anything" : `In ${silent} of them nothing was`} read as a claim: they speak of no conflict, or of nothing that
            the program takes for an event. <code>merestone read FILE --explain</code> tells why.
          </>}
        </p>
        {silent > 0 && silent < documents && (
          <label class="check"><input type="checkbox" checked={onlySilent} onChange={(event) => setOnlySilent(event.currentTarget.checked)} /> Only those without a claim ({silent})</label>
        )}
        {problem && <p class="failure" role="alert">{problem}</p>}
        {!rows && !problem && <p class="dim">Reading the list …</p>}
        <ol class="document-rows">
          {shown.map(({ document: head, claims }) => (
            <li key={head.id}>
              <button type="button" class="link" onClick={() => open(head.id)}>{head.title || head.id}</button>
              <span class="dim">
                {head.publisher ? actor(head.publisher) : "publisher not known"}, {head.published ? day(head.published) : "no date"}, {claims === 0 ? "no claim" : count(claims, "claim")}
              </span>
            </li>
          ))}
        </ol>
        {wanted.length > shown.length && <button type="button" class="link" onClick={() => setWhole(true)}>and {wanted.length - shown.length} more</button>}
        <form method="dialog"><button type="submit">Close</button></form>
      </div>
    </dialog>
  );
}
