
// ---- Decisions: accept and refuse

/** What was decided, by fingerprint: `accept` or `refuse`. */
const verdicts = new Map();
let exported = true;

/** Whether there is something to apply or to take back. */
const isDecidable = ({ status }) => status === "kept" || status === "proposed";

/** Whether the text afterwards has it, as far as was decided. */
function isApplied(edit) {
  const verdict = verdicts.get(edit.fingerprint);
  return isDecidable(edit) && (verdict ? verdict === "accept" : edit.status === "kept");
}

/** Buttons that decide on `some` edits, which are one, or `all` that are identical. */
function decide(some, all) {
  const node = make("div.decide", { role: "group" });
  for (const [verdict, label] of [["accept", "Accept"], ["refuse", "Refuse"]]) {
    const times = all && some.length > 1 ? ` all ${number(some.length)}` : "";
    const pressed = button("button", label + times, () => {
      rule(some, verdict);
      pressed.setAttribute("aria-pressed", isAll(some, verdict));
    });
    pressed.dataset.verdict = verdict;
    pressed.setAttribute("aria-pressed", isAll(some, verdict));
    node.append(pressed);
  }
  node.some = some;
  return node;
}

const isAll = (some, verdict) => some.every((edit) => verdicts.get(edit.fingerprint) === verdict);

/** Decides on edits; to say the same once more takes it back. */
function rule(some, verdict) {
  const decidable = some.filter(isDecidable);
  if (decidable.length === 0) return;
  const back = isAll(decidable, verdict);
  for (const { fingerprint } of decidable) back ? verdicts.delete(fingerprint) : verdicts.set(fingerprint, verdict);
  decided();
}

/** Brings everything up to date with what was decided. */
function decided() {
  exported = verdicts.size === 0;
  edits.forEach(dress);
  for (const node of document.querySelectorAll(".decide")) {
    for (const pressed of node.children) pressed.setAttribute("aria-pressed", isAll(node.some, pressed.dataset.verdict));
  }
  const counts = { accept: 0, refuse: 0 };
  for (const edit of edits) if (isDecidable(edit)) counts[verdicts.get(edit.fingerprint)]++;
  const none = verdicts.size === 0;
  byId("decided").value = none ? "None yet" : `${number(counts.accept)} accepted, ${number(counts.refuse)} refused`;
  byId("export").disabled = byId("forget").disabled = none;
}

/** Returns the decisions file: one line for each fingerprint in each file, at the first edit that has it. */
function decisions() {
  const lines = [{ unscrape: "decisions", version: 1 }];
  const seen = new Set();
  for (const { rule, before, after, left, right, cleaned, fingerprint, document: { doc }, line, column } of edits) {
    const verdict = verdicts.get(fingerprint);
    const key = JSON.stringify([fingerprint, doc]);
    if (!verdict || seen.has(key)) continue;
    seen.add(key);
    lines.push({ rule, before, after, left, right, fingerprint, cleaned, verdict, doc, line, column });
  }
  const escaped = (token) => [...Array(token.length).keys()].map((i) => "\\u" + token.charCodeAt(i).toString(16).padStart(4, "0")).join("");
  return lines.map((line) => JSON.stringify(line).replace(TOKENS, escaped) + "\n").join("");
}

function exportDecisions() {
  if (verdicts.size === 0) return;
  const url = URL.createObjectURL(new Blob([decisions()], { type: "application/jsonl" }));
  make("a", { href: url, download: "decisions.jsonl" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  exported = true;
}

async function importDecisions({ target }) {
  const known = new Set(edits.filter(isDecidable).map((edit) => edit.fingerprint));
  let count = 0;
  try {
    const [head, ...lines] = (await target.files[0].text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
    if (head?.unscrape !== "decisions") throw new Error("its first line says nothing of decisions");
    for (const { fingerprint, verdict } of lines) {
      if (!known.has(fingerprint) || (verdict !== "accept" && verdict !== "refuse")) continue;
      verdicts.set(fingerprint, verdict);
      count++;
    }
    decided();
    byId("decided").value += ` (${number(count)} loaded, ${number(lines.length - count)} not of this report)`;
  } catch (error) {
    byId("decided").value = `This is no decisions file: ${error.message}`;
  }
  target.value = "";
}

byId("export").addEventListener("click", exportDecisions);
byId("import").addEventListener("change", importDecisions);
byId("forget").addEventListener("click", () => (verdicts.clear(), decided()));
for (const [id, verdict] of [["accept-shown", "accept"], ["refuse-shown", "refuse"]]) {
  byId(id).addEventListener("click", () => rule(shown, verdict));
}
addEventListener("beforeunload", (event) => exported || event.preventDefault());
