// Whose agreement this is, what must be read first, which files were not read, and what this is not for.

import { offered } from "../offered";
import { day } from "../words";
import { agreement } from "./store";

/** The agreement and its notice; a plan from nothing but a line has neither. */
export function AgreementHead() {
  const head = agreement.value;
  if (!head) return null;
  return (
    <div class="w-agreement">
      <p class="w-name"><b>{head.name}</b></p>
      {head.notice && <p class="w-notice" role="note">{head.notice}</p>}
      <p class="dim w-source">
        Source: {head.source}{head.valid_from ? `. Begins ${day(head.valid_from)}` : ""}.
      </p>
    </div>
  );
}

export function Refused() {
  const files = offered.value?.refused ?? [];
  if (!files.length) return null;
  return (
    <ul class="w-refused" aria-label="Files that were not read">
      {files.map((file) => <li key={file.file}><b>{file.file}</b> was not read. {file.message} <span class="dim">({file.code})</span></li>)}
    </ul>
  );
}

export function Purpose() {
  return (
    <p class="w-purpose">
      For planning and checking a withdrawal that both sides agree to, and for nothing else: not for finding or choosing targets. Nothing
      here is finer than what was declared.
    </p>
  );
}
